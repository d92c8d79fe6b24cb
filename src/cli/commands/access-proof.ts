// `skywarden organization prove|proofs|proof`: whether an organization's roles can still be assumed.
import {
  getAccessProof,
  listAccessProofRoles,
  listAccessProofs,
  proveNoAccess,
  repeatAccessProof,
} from "#contract/leaving.ts";
import type { ResponseOf } from "#contract/route.ts";
import { callApi } from "../api-client.ts";
import { atServer, type RemoteOptions } from "../remote.ts";
import { print, table } from "../table.ts";

interface Asked extends RemoteOptions {
  json: boolean;
}

type Proof = ResponseOf<typeof getAccessProof>;

export async function prove(id: string, options: Asked): Promise<void> {
  const proof = await atServer(options, (address) => callApi(address, proveNoAccess, { params: { id } }));
  print(options.json, proof, () => begun(proof));
}

export const begun = ({ id, roles }: Proof) =>
  `${roles.total} roles are tried as ${id}; follow it with: skywarden organization proof ${id}\n`;

export async function list(options: Asked): Promise<void> {
  const page = await atServer(options, (address) => callApi(address, listAccessProofs));
  print(options.json, page, () =>
    table(page.items, [
      ["id", (proof) => proof.id],
      ["organization", (proof) => proof.nickname],
      ["asked", (proof) => proof.askedAt],
      ["state", (proof) => proof.state],
      ["roles", (proof) => proof.roles.total],
      ["refused", (proof) => proof.roles.refused],
      ["still work", (proof) => proof.roles.works],
      ["unknown", (proof) => proof.roles.unknown],
    ]),
  );
}

/** Exit code 1 unless every role was refused. */
export async function showProof(id: string, options: Asked & { repeat: boolean }): Promise<void> {
  const params = { id };
  if (options.repeat) {
    const proof = await atServer(options, (address) => callApi(address, repeatAccessProof, { params }));
    return print(options.json, proof, () => begun(proof));
  }
  const query = { outcome: ["works" as const, "unknown" as const], limit: 1000 };
  const { proof, open } = await atServer(options, async (address) => ({
    proof: await callApi(address, getAccessProof, { params }),
    open: await callApi(address, listAccessProofRoles, { params, query }),
  }));
  const { total, refused, left } = proof.roles;
  print(options.json, { ...proof, open: open.items }, () => {
    const told = `${refused} of ${total} roles are refused, as it should be${left > 0 ? `; ${left} are still to be tried` : ""}.\n`;
    if (open.items.length === 0) return told;
    const rows = table(open.items, [
      ["account", (row) => row.accountId],
      ["name", (row) => row.accountName],
      ["outcome", (row) => (row.outcome === "works" ? "still works" : "unknown")],
      ["role", (row) => row.roleArn],
    ]);
    return told + rows;
  });
  if (refused < total) process.exitCode = 1;
}

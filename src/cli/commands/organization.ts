// `skywarden organization list|sync|remove` (add: organization/), through the API like everybody else.
import { removeOrganization } from "#contract/leaving.ts";
import { listOrganizations, syncOrganization } from "#contract/organization.ts";
import type { ResponseOf } from "#contract/route.ts";
import { callApi } from "../api-client.ts";
import { atServer, type RemoteOptions } from "../remote.ts";
import { print, table } from "../table.ts";
import { begun } from "./access-proof.ts";

interface Asked extends RemoteOptions {
  json: boolean;
}

export async function listConnected(options: Asked): Promise<void> {
  const page = await atServer(options, (address) => callApi(address, listOrganizations));
  print(options.json, page, () =>
    table(page.items, [
      ["id", (organization) => organization.id],
      ["nickname", (organization) => organization.nickname],
      ["aws", (organization) => organization.awsOrganizationId],
      ["accounts", (organization) => organization.accountCounts.total],
      ["included", (organization) => organization.accountCounts.included],
      ["sync", (organization) => organization.sync.state],
      ["next sync", (organization) => organization.sync.nextAt ?? ""],
    ]),
  );
}

interface SyncOptions extends Asked {
  confirm: boolean;
  account?: string;
  unit?: string;
}

export async function syncNow(id: string, options: SyncOptions): Promise<void> {
  const query = {
    ...(options.confirm ? { confirm: true } : {}),
    ...(options.account === undefined ? {} : { accountId: options.account }),
    ...(options.unit === undefined ? {} : { organizationalUnitId: options.unit }),
  };
  const answer = await atServer(options, (address) =>
    callApi(address, syncOrganization, { params: { id }, query }),
  );
  print(options.json, answer, () => `The sync has begun as ${answer.jobId}.\n`);
}

/** Tells what would go; --yes does it. */
export async function remove(
  id: string,
  options: Asked & { yes: boolean; prove: boolean; restore: boolean },
): Promise<void> {
  const query = { preview: !options.yes, prove: options.prove, restore: options.restore };
  const answer = await atServer(options, (address) =>
    callApi(address, removeOrganization, { params: { id }, query }),
  );
  print(options.json, answer, () => (answer.removed ? removedText(answer) : previewText(answer)));
}

type Removal = ResponseOf<typeof removeOrganization>;

const affected = ({ clouds, resources, findings, exemptions, badges }: Removal) =>
  `${clouds} clouds with ${resources} resources, ${findings} findings, ${exemptions} exemptions and ${badges} badges`;

function removedText(removal: Removal): string {
  const { proof, restored } = removal;
  const back = restored > 0 ? `${restored} clouds went back to their own credentials.\n` : "";
  const shown = proof
    ? begun(proof)
    : "Nothing shows that the roles at AWS are gone: no proof was asked for.\n";
  return `Disconnected: ${affected(removal)}.\n${back}${shown}`;
}

function previewText(removal: Removal): string {
  const { restorable, tearDown } = removal;
  const back =
    restorable.length > 0
      ? `${restorable.length} clouds were connected by themselves before; --restore gives them their own credentials back.\n`
      : "";
  const steps = tearDown.map(
    ({ title, detail, commands }, at) =>
      `${at + 1}. ${title}\n${detail}\n${commands.map((line) => `  ${line}\n`).join("")}`,
  );
  return `Would disconnect ${affected(removal)}.\n${back}\nDelete its roles at AWS, then repeat with --yes, and with --prove to see that none can be assumed:\n\n${steps.join("\n")}`;
}

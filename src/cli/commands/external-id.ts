// `skywarden external-id show|rotate|status|check|finish|abort`: the tenant's external id and its rotation.
import {
  abortRotation,
  checkRotation,
  finishRotation,
  getExternalId,
  getRotation,
  startRotation,
} from "#contract/external-id.ts";
import type { ResponseOf } from "#contract/route.ts";
import { callApi } from "../api-client.ts";
import { atServer, type RemoteOptions } from "../remote.ts";
import { print, table } from "../table.ts";

interface Asked extends RemoteOptions {
  json: boolean;
}

type Rotation = ResponseOf<typeof startRotation>["rotation"];

export async function show(options: Asked): Promise<void> {
  const answer = await atServer(options, (address) => callApi(address, getExternalId));
  print(options.json, answer, () =>
    answer.nextExternalId === null
      ? `${answer.externalId}\n`
      : `${answer.externalId} (old)\n${answer.nextExternalId} (new, under rotation)\n`,
  );
}

export async function rotate(options: Asked): Promise<void> {
  const { rotation } = await atServer(options, (address) => callApi(address, startRotation));
  print(
    options.json,
    rotation,
    () =>
      `The rotation has begun; both external ids are valid. Update the stacks with the new one as ExternalId and the old one as PreviousExternalId (skywarden external-id show), then: skywarden external-id status\n${progressOf(rotation)}`,
  );
}

/** Exit code 1 while roles do not use the new one. */
export async function status(options: Asked): Promise<void> {
  const answer = await atServer(options, (address) => callApi(address, getRotation));
  const { rotation } = answer;
  print(options.json, answer, () => (rotation ? progressOf(rotation) : "No rotation is under way.\n"));
  if (rotation && rotation.notNew > 0) process.exitCode = 1;
}

export async function check(options: Asked): Promise<void> {
  const answer = await atServer(options, (address) => callApi(address, checkRotation));
  print(options.json, answer, () => `Every role is tried now, as ${answer.jobId}.\n`);
}

export async function finish(options: Asked & { accept?: number }): Promise<void> {
  const body = { accepted: options.accept ?? 0 };
  const { rotation } = await atServer(options, (address) => callApi(address, finishRotation, { body }));
  print(
    options.json,
    rotation,
    () => "The new external id is the tenant's now; the old one may go from the stacks.\n",
  );
}

export async function abort(options: Asked): Promise<void> {
  const { rotation } = await atServer(options, (address) => callApi(address, abortRotation));
  print(options.json, rotation, () => "The old external id stays; the new one is forgotten.\n");
}

function progressOf({ clouds, organizations, notNew }: Rotation): string {
  const rows = [
    { what: "clouds", ...clouds },
    { what: "organizations", ...organizations },
  ];
  const counts = table(rows, [
    ["", (row) => row.what],
    ["all", (row) => row.total],
    ["new", (row) => row.new],
    ["old", (row) => row.old],
    ["neither", (row) => row.neither],
    ["not tried", (row) => row.unknown],
  ]);
  return notNew === 0 ? `${counts}All use the new one: skywarden external-id finish\n` : counts;
}

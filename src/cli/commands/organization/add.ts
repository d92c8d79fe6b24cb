// `skywarden organization add`: connects roles that are there, or makes them first.
import { createOrganization, validateOrganization } from "#contract/organization.ts";
import { callApi } from "../../api-client.ts";
import { atServer } from "../../remote.ts";
import { print } from "../../table.ts";
import { type AddOptions, checkAddOptions, deploysFirst } from "./add-options.ts";
import { checksText, connectedText, formOf } from "./connect.ts";
import { deployAndConnect } from "./deploy-and-connect.ts";

export async function addOrganization(options: AddOptions): Promise<void> {
  checkAddOptions(options);
  if (deploysFirst(options)) return deployAndConnect(options);
  const { organizationRole = "", memberRole = "" } = options;
  const body = formOf(options, { organizationRole, memberRole });
  if (options.dryRun) {
    const checked = await atServer(options, (address) => callApi(address, validateOrganization, { body }));
    print(options.json, checked, () => checksText(checked));
    if (!checked.ok) process.exitCode = 1;
    return;
  }
  const created = await atServer(options, (address) => callApi(address, createOrganization, { body }));
  print(options.json, created, () => connectedText(created));
}

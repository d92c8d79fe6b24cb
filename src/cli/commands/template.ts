// `skywarden template`: a template as the running release makes it, through the API like everybody else.

import type { QueryOf } from "#contract/route.ts";
import { getTemplate, templateNames } from "#contract/template.ts";
import { StartRefused } from "#model/problem.ts";
import { callApi } from "../api-client.ts";
import { atServer, type RemoteOptions } from "../remote.ts";

export async function printTemplate(
  name: string,
  options: RemoteOptions & QueryOf<typeof getTemplate>,
): Promise<void> {
  const known = templateNames.find((candidate) => candidate === name);
  if (!known) throw new StartRefused(`There is no template ${name}; there are ${templateNames.join(", ")}.`);
  const { url, apiKey, ...query } = options;
  const text = await atServer({ url, apiKey }, (address) =>
    callApi(address, getTemplate, { params: { name: known }, query }),
  );
  process.stdout.write(text as string);
}

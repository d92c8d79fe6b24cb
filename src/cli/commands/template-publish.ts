// `skywarden template publish`: puts the templates of the running release into the operator's bucket, and tells
// the server, which offers their S3 URLs from then on.
import { openAdministratorCredentials } from "#aws/administrator-credentials.ts";
import { openAws } from "#aws/call.ts";
import { callerIdentity } from "#aws/caller-identity.ts";
import { parseArn, partitionNamed } from "#aws/partitions.ts";
import { openPlatformCredentials } from "#aws/platform-credentials.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import type { ResponseOf } from "#contract/route.ts";
import { getMe } from "#contract/session.ts";
import { getTemplate } from "#contract/template.ts";
import { listTemplateCopies, recordTemplateCopies } from "#contract/template-copy.ts";
import { platformPartitions } from "#model/partition.ts";
import { StartRefused } from "#model/problem.ts";
import type { OrganizationReader } from "#onboarding/organization-reader.ts";
import {
  bucketRegion,
  type PublishedTemplate,
  publishTemplate,
  uploadRefusal,
} from "#onboarding/publish-upload.ts";
import { version } from "#version.ts";
import { type ApiAddress, callApi } from "../api-client.ts";
import { atServer, type RemoteOptions } from "../remote.ts";
import { print, table } from "../table.ts";

export interface PublishOptions extends RemoteOptions {
  json: boolean;
  /** Absent: the credentials that the installation itself has on this host. */
  profile?: string;
}

type Copies = ResponseOf<typeof listTemplateCopies>;

export async function publishTemplates(options: PublishOptions): Promise<void> {
  await atServer(options, async (address) => {
    const { simulated } = await callApi(address, getMe);
    const aws = openAws(awsSettingsFrom(process.env, { version, loopbackOnly: simulated }));
    try {
      const { profile } = options;
      const credentials = profile
        ? openAdministratorCredentials({ profile, mfaCode: refuseCode })
        : openPlatformCredentials(process.env, { loopbackOnly: simulated }).credentials;
      const region = process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? "us-east-1";
      const reader = { call: aws.call, credentials, region, accountId: "", calls: 0 };
      await publishWith(address, options, reader);
    } finally {
      await aws.close();
    }
  });
}

function refuseCode(serial: string): Promise<string> {
  throw new Error(`the profile asks for a code of ${serial}; sign in first`);
}

async function publishWith(
  address: ApiAddress,
  options: PublishOptions,
  start: OrganizationReader,
): Promise<void> {
  const known = await callApi(address, listTemplateCopies);
  const { partition, accountId } = await whoAmI(start);
  const bucket = known.buckets.find((candidate) => candidate.partition === partition)?.bucket;
  if (!bucket)
    throw new StartRefused(
      `The server knows no bucket for ${partition}: start it with SKYWARDEN_TEMPLATE_BUCKET=${partition === "aws" ? "<bucket>" : `${partition}=<bucket>`}.`,
    );
  const home = { ...start, accountId, region: partitionNamed(partition)?.globalRegion ?? start.region };
  const region = await bucketRegion(home, bucket);
  if (!region.ok) throw new StartRefused(uploadRefusal(region, bucket, partition), 1);
  const reader = { ...home, region: region.value };
  const done: PublishedTemplate[] = [];
  for (const template of known.templates)
    done.push(await publish(address, reader, bucket, partition, template));
  const recorded = await callApi(address, recordTemplateCopies, {
    params: { partition },
    body: {
      region: region.value,
      templates: known.templates.map(({ name, hash }) => ({ name, hash })),
    },
  });
  report(options, recorded, done, partition);
}

async function whoAmI({ call, credentials, region }: OrganizationReader) {
  const held = await credentials();
  if (!held.ok) throw new StartRefused(`There are no AWS credentials to publish with: ${held.error.message}`);
  const answer = await callerIdentity(call, held.credentials, region);
  if (!answer.ok) throw new StartRefused(`sts:GetCallerIdentity: ${answer.error.message}`, 1);
  const named = parseArn(answer.identity.arn)?.partition;
  const partition = platformPartitions.find((candidate) => candidate === named);
  if (!partition)
    throw new StartRefused(`${answer.identity.arn} is in a partition that Skywarden does not know.`, 1);
  return { partition, accountId: answer.identity.accountId };
}

async function publish(
  address: ApiAddress,
  reader: OrganizationReader,
  bucket: string,
  partition: string,
  { name, hash, key }: Copies["templates"][number],
): Promise<PublishedTemplate> {
  const text = await callApi(address, getTemplate, { params: { name }, query: { unfilled: true } });
  const put = await publishTemplate(reader, bucket, { name, hash, key, text: String(text) });
  if (put.ok) return put.value;
  throw new StartRefused(uploadRefusal(put, bucket, partition), 1);
}

function report(
  options: PublishOptions,
  { copies }: Copies,
  done: PublishedTemplate[],
  partition: string,
): void {
  const rows = done.map(({ name, isNew }) => {
    const copy = copies.find((candidate) => candidate.partition === partition && candidate.name === name);
    return { name, isNew, url: copy?.url ?? null };
  });
  print(options.json, { partition, templates: rows }, () =>
    table(rows, [
      ["template", (row) => row.name],
      ["", (row) => (row.isNew ? "written" : "there already")],
      ["url", (row) => row.url],
    ]),
  );
}

// Documents as harvesting gives them: some accounts of the simulator's demo world, read over
// loopback through the product's own caller and collectors.
import type { RoleToAssume } from "#aws/assume.ts";
import { openRoleCache } from "#aws/assume.ts";
import { openAws } from "#aws/call.ts";
import { userKeySource } from "#aws/credential-sources.ts";
import { readRegions } from "#aws/regions.ts";
import { defaultAwsSettings } from "#aws/settings.ts";
import type { ResourceTypeDefinition } from "#catalog/define.ts";
import type { ScopePage } from "#harvest/collect.ts";
import { scopesOf } from "#harvest/plan.ts";
import { harvestSlice } from "#harvest/slice.ts";
import type { AwsCaller, AwsCredentials } from "#model/aws-call.ts";
import type { HarvestedResource } from "#model/resource.ts";
import { type RuleDocument, ruleGaps } from "#rules/document.ts";
import { type Simulator, startSimulator } from "../simulator/start.ts";

/** Of the first so many member accounts, in every region they have enabled. */
export async function harvestDocuments(
  types: ReadonlyMap<string, ResourceTypeDefinition>,
  accounts: number,
): Promise<RuleDocument[]> {
  const harvested = await harvestPages(types, accounts);
  return [...harvested].flatMap(([accountId, pages]) =>
    pages.flatMap((page) => page.resources.map((resource) => documentOf(resource, accountId, types))),
  );
}

/** The pages by account, in the order in which they came. */
export async function harvestPages(
  types: ReadonlyMap<string, ResourceTypeDefinition>,
  accounts: number,
): Promise<Map<string, ScopePage[]>> {
  const simulator = await startSimulator({ world: "demo" });
  const aws = openAws({ ...defaultAwsSettings, endpointUrl: simulator.endpoint, loopbackOnly: true });
  const roles = openRoleCache(aws.call);
  const harvested = new Map<string, ScopePage[]>();
  try {
    for (const accountId of memberAccounts(simulator).slice(0, accounts)) {
      const role = administratorRole(simulator, accountId);
      const credentials = async () => {
        const answer = await roles.assume(role);
        if (!answer.ok) throw new Error(`${role.roleArn}: ${answer.error.message}`);
        return answer.credentials;
      };
      const regions = await enabledRegions(aws.call, simulator, accountId, await credentials());
      const context = {
        call: aws.call,
        credentials,
        accountId,
        partition: "aws",
        homeRegion: simulator.region,
        types,
        sensitiveKey: new Uint8Array(32),
        signal: new AbortController().signal,
      };
      const scopes = scopesOf(types.values(), regions, { intervalMinutes: 60 });
      const pages: ScopePage[] = [];
      for await (const page of harvestSlice(context, scopes, 60_000)) pages.push(page);
      harvested.set(accountId, pages);
    }
  } finally {
    await aws.close();
    await simulator.stop();
  }
  return harvested;
}

function memberAccounts(simulator: Simulator): string[] {
  return [...simulator.world.accounts.keys()].filter((id) => id !== simulator.managementAccountId);
}

async function enabledRegions(
  call: AwsCaller,
  simulator: Simulator,
  accountId: string,
  credentials: AwsCredentials,
): Promise<string[]> {
  const answer = await readRegions(call, { accountId, credentials, region: simulator.region });
  if (!answer.ok) throw new Error(answer.errors.map(({ message }) => message).join("; "));
  return answer.regions.enabled;
}

function administratorRole(simulator: Simulator, accountId: string): RoleToAssume {
  return {
    source: userKeySource(simulator.accessKeyId, simulator.secretAccessKey),
    roleArn: `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`,
    externalId: null,
    sessionName: "benchmark",
    durationSeconds: 3_600,
    region: simulator.region,
  };
}

function documentOf(
  resource: HarvestedResource,
  accountId: string,
  types: ReadonlyMap<string, ResourceTypeDefinition>,
): RuleDocument {
  const { type, nativeId, arn, name, region, createdAt, tags, properties, gaps } = resource;
  const definition = types.get(type);
  return {
    type,
    id: nativeId,
    arn,
    name,
    region,
    accountId,
    createdAt,
    tags,
    properties,
    gaps: ruleGaps(
      gaps.map(({ path }) => path),
      { tags: definition?.tags, name: definition?.name },
    ),
  };
}

// Two administrators connect the same organization, or the same account, at the same moment; and what a tenant learns
// that guesses what another one has connected. Real checks against simulated AWS behind the API.

import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openRoleCache } from "#aws/assume.ts";
import { openPlatformSources } from "#aws/platform-sources.ts";
import { userAgentOf } from "#aws/settings.ts";
import type { AwsCaller } from "#model/aws-call.ts";
import { openOnboarding } from "#onboarding/open.ts";
import { organizationRoleActions } from "#onboarding/organization-actions.ts";
import { makeRole, type SimulatedAws, startSimulatedAws } from "#onboarding/testing/simulated-aws.ts";
import { masterKeyOf } from "#secrets.ts";
import { openSealedSources } from "#store/platform-sources.ts";
import { openVault } from "#store/vault.ts";
import { small } from "../../simulator/worlds/small.ts";
import { type Answer, startApi, type TestApi } from "./testing/start-api.ts";

const externalId = "known-to-both-of-them-1";
let api: TestApi;
let aws: SimulatedAws;
let other = "";
let owner: pg.Client;
let asked: string[] = [];

beforeAll(async () => {
  api = await startApi();
  aws = await startSimulatedAws({ world: "small" });
  other = await api.addTenant("Other");
  owner = new pg.Client({ connectionString: api.ownerUrl });
  await owner.connect();
  const call = ((request) => {
    asked.push(`${request.client} ${request.operation}`);
    return aws.call(request);
  }) as AwsCaller;
  const master = masterKeyOf(Buffer.alloc(32, 7));
  const { catalog, store } = api.parts;
  const roles = openRoleCache(call);
  const sources = openSealedSources(store, master);
  api.parts.onboarding = openOnboarding({
    store,
    vault: openVault(master),
    call,
    roles,
    platform: openPlatformSources({
      ...{ call, roles, host: aws.platform, hostRegion: null, configuredArn: null },
      storedKeys: sources.read,
    }),
    sources,
    resourceTypes: catalog.resourceTypes,
    userAgent: userAgentOf("test"),
    harvestActions: catalog.allHarvestActions(),
    onCreated: async () => undefined,
    onRemoving: async () => undefined,
  });
  const role = { actions: organizationRoleActions, externalId };
  await makeRole(aws, small.managementAccountId, "Skywarden-Harvest-Org-Role", role);
  await makeRole(aws, small.prodAccountId, "Skywarden-Harvest-One", role);
}, 60_000);
afterAll(async () => {
  await owner.end();
  await api.close();
  await aws.close();
});
beforeEach(async () => {
  await owner.query("truncate cloud_organizations, clouds cascade");
});

const role = (account: string, name: string) => `arn:aws:iam::${account}:role/${name}`;
const nouns = [
  [
    "organization",
    "/api/v1/cloud-organizations",
    "organization-already-connected",
    (name: string) => ({
      provider: "aws",
      nickname: name,
      externalId,
      organizationRole: { arn: role(small.managementAccountId, "Skywarden-Harvest-Org-Role") },
      memberRole: { arn: role(small.managementAccountId, "Skywarden-Harvest-Member-Role") },
    }),
  ],
  [
    "account",
    "/api/v1/clouds",
    "cloud-already-connected",
    (name: string) => ({
      provider: "aws",
      name,
      externalId,
      roleArn: role(small.prodAccountId, "Skywarden-Harvest-One"),
    }),
  ],
] as const;

describe.each(nouns)("the same %s", (_, url, code, form) => {
  const connect = async (tenantId: string, name: string): Promise<Answer> =>
    api.ask(await api.key("domain-admin", tenantId), { method: "POST", url, payload: form(name) });

  test.each([
    ["two tenants", () => [api.tenantId, other]],
    ["one tenant", () => [api.tenantId, api.tenantId]],
  ] as const)("of %s at the same moment: exactly one succeeds (S52, E11)", async (_of, tenants) => {
    const answers = await Promise.all(tenants().map((tenant, i) => connect(tenant, `name-${i}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe(code);
    const { rows } = await owner.query("select from cloud_organizations union all select from clouds");
    expect(rows).toHaveLength(1);
  });

  test("of another tenant: nothing is told but that it is connected to this installation (E11)", async () => {
    const first = await connect(other, "secret-name");
    expect(first.status).toBe(201);
    asked = [];
    const own = await connect(other, "again");
    const callsOfOwn = asked;
    asked = [];
    const theirs = await connect(api.tenantId, "again");
    const shown = ({ status, body }: Answer) => ({ status, ...body, requestId: null, instance: null });
    // The same words, and the same calls before them: neither content nor time tells whose it is.
    expect(shown(theirs)).toEqual(shown(own));
    expect(asked).toEqual(callsOfOwn);
    expect(theirs.status).toBe(409);
    expect(theirs.body.detail).toContain("is already connected to this installation.");
    const checked = await api.ask(await api.key("domain-admin"), {
      method: "POST",
      url: `${url}/validate`,
      payload: form("again"),
    });
    expect(checked.body).toMatchObject({ ok: false, errors: [{ code }] });
    for (const { text } of [theirs, checked])
      for (const secret of ["secret-name", other, String(first.body.id)]) expect(text).not.toContain(secret);
  });
});

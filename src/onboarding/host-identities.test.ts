// Hosts of one installation that run as different roles are shown and flagged, in the form and on the platform's answer.
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { CredentialSource } from "#aws/assume.ts";
import { openPlatformSources } from "#aws/platform-sources.ts";
import { reportIdentity, startReporting } from "#jobs/report-identity.ts";
import { openLog } from "#log.ts";
import { small } from "../../simulator/worlds/small.ts";
import type { OnboardingParts } from "./onboarding-parts.ts";
import { openOnboarding } from "./open.ts";
import { makeRole } from "./testing/simulated-aws.ts";
import { startTestSync, type TestSync } from "./testing/test-sync.ts";

let demo: TestSync;
let parts: OnboardingParts;
let onboarding: ReturnType<typeof openOnboarding>;
let otherRole: CredentialSource;
const stop = new AbortController();

beforeAll(async () => {
  demo = await startTestSync({ world: "small" });
  parts = await demo.installation.onboardingParts(demo.aws);
  onboarding = openOnboarding(parts);
  const externalId = "of-the-other-host";
  const roleArn = await makeRole(demo.aws, small.prodAccountId, "Skywarden-Harvest-Other", {
    actions: ["*"],
    externalId,
  });
  const role = { source: demo.aws.platform, roleArn, externalId, sessionName: "host" };
  otherRole = {
    id: "other",
    credentials: () =>
      demo.aws.roles().assume({ ...role, durationSeconds: 3600, region: demo.aws.simulator.region }),
  };
});
afterAll(() => demo.close());
afterEach(() => demo.installation.rows("delete from host_identities"));

const noRole: CredentialSource = {
  id: "none",
  credentials: async () => ({
    ok: false,
    error: {
      ...{ code: "NoPlatformCredentials", message: "No role is attached.", status: null },
      ...{ requestId: null, reason: "unavailable" },
    },
  }),
};

const reporting = (name: string, kind: "serve" | "worker", host: CredentialSource) => ({
  ...{ process: name, host: name, kind, store: demo.installation.store, stopping: stop.signal },
  log: openLog({ level: "silent" }),
  platform: openPlatformSources({
    ...{ call: demo.aws.call, roles: demo.aws.roles(), host, hostRegion: null, configuredArn: null },
    storedKeys: async () => new Map(),
  }),
});
const report = (...given: Parameters<typeof reporting>) => reportIdentity(reporting(...given));

async function told() {
  const { partitions } = await onboarding.platformIdentity();
  const shown = partitions.find(({ partition }) => partition === "aws");
  const roleArn = `arn:aws:iam::${small.prodAccountId}:role/Not-There`;
  const { checks } = await onboarding.validateCloud(demo.installation.tenantId, {
    ...{ name: "a cloud", roleArn },
  });
  const { outcome, detail } = checks.find(({ name }) => name === "platform-identity") ?? {};
  return { hosts: shown?.hosts ?? [], note: shown?.note ?? null, outcome, detail };
}

test("hosts that run as one role are shown and nothing is flagged (E21)", async () => {
  await report("a", "serve", demo.aws.platform);
  await report("b", "worker", demo.aws.platform);
  const { hosts, note, outcome } = await told();
  expect(hosts).toMatchObject([
    { host: "a", kind: "serve", roleArn: demo.aws.platformArn, differs: false, error: null },
    { host: "b", kind: "worker", roleArn: demo.aws.platformArn, differs: false },
  ]);
  expect([note, outcome]).toEqual([null, "pass"]);
});

test("a worker of another role is flagged, and the form warns of it (E21)", async () => {
  await report("a", "serve", demo.aws.platform);
  await report("b", "worker", demo.aws.platform);
  await report("c", "worker", otherRole);
  const { hosts, note, outcome, detail } = await told();
  expect(hosts.map(({ host, differs }) => [host, differs])).toEqual([
    ["a", false],
    ["b", false],
    ["c", true],
  ]);
  expect(note).toContain("1 of its 3 processes here run as ");
  expect(hosts[2]?.error).toBeNull();
  expect(note).toContain(":role/Skywarden-Harvest-Other");
  expect([outcome, detail]).toEqual(["warning", expect.stringContaining(note ?? "")]);
});

test("a worker without credentials beside one that has some is flagged with AWS's reason (E21)", async () => {
  await report("a", "serve", demo.aws.platform);
  await report("b", "worker", noRole);
  const { hosts, outcome, detail } = await told();
  expect(hosts[1]).toMatchObject({ roleArn: null, differs: true, error: "No role is attached." });
  expect([outcome, detail]).toEqual(["warning", expect.stringContaining("no identity at all")]);
});

test("a process that has ended, or has not reported for minutes, is not compared (E21)", async () => {
  await report("a", "serve", demo.aws.platform);
  await report("b", "worker", otherRole);
  await demo.installation.rows(
    "update host_identities set reported_at = now() - interval '4 minutes' where process = 'b'",
  );
  expect((await told()).outcome).toBe("pass");
  const forget = startReporting(reporting("c", "worker", otherRole));
  await expect.poll(async () => (await told()).outcome, { timeout: 20_000 }).toBe("warning");
  await forget();
  expect((await told()).outcome).toBe("pass");
});

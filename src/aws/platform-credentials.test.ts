import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { type Simulator, startSimulator } from "../../simulator/start.ts";
import { openAws } from "./call.ts";
import { openPlatformCredentials, platformIdentity } from "./platform-credentials.ts";
import { awsSettingsFrom } from "./settings.ts";
import { openScriptedServer, stsError } from "./testing/scripted-server.ts";

let simulator: Simulator;
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  simulator = await startSimulator({ world: "small" });
});
afterAll(() => simulator.stop());
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of open.splice(0)) await one.close();
});

/** The chain reads the process's own environment, so tests set it; profiles of this host stay out. */
function source(env: Record<string, string>, loopbackOnly = true) {
  const emptied = Object.keys(process.env).filter((name) => name.startsWith("AWS_"));
  for (const name of emptied) vi.stubEnv(name, undefined);
  const all: Record<string, string> = {
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_CONFIG_FILE: "/dev/null",
    ...env,
  };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  return openPlatformCredentials(all, { loopbackOnly });
}

function container() {
  return {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: simulator.containerCredentialsUrl,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: simulator.containerAuthorizationToken,
  };
}

function connect(endpointUrl = simulator.endpoint) {
  const aws = openAws(awsSettingsFrom({}, { endpointUrl, loopbackOnly: true }));
  open.push(aws);
  return aws.call;
}

test.each([
  true,
  false,
])("the container endpoint is asked once and its answer kept (demo: %s)", async (loopbackOnly) => {
  const platform = source(container(), loopbackOnly);
  const first = await platform.credentials();
  expect(first).toMatchObject({ ok: true, credentials: { sessionToken: expect.any(String) } });
  expect(await platform.credentials()).toEqual(first);
});

test("the identity is the role with its path, by iam:GetRole", async () => {
  const answer = await platformIdentity(connect(), source(container()), "us-east-1", null);
  expect(answer).toEqual({
    ok: true,
    identity: {
      partition: "aws",
      accountId: simulator.hostingAccountId,
      roleArn: `arn:aws:iam::${simulator.hostingAccountId}:role/Skywarden-Install-Role`,
      source: "iam",
    },
  });
});

test("where iam:GetRole is denied the path is guessed, and said to be", async () => {
  const server = await openScriptedServer((response, { body }) =>
    body.includes("GetRole")
      ? stsError(response, "AccessDenied", 403)
      : void response.end(
          `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws-cn:sts::9:assumed-role/R/i-1</Arn><Account>9</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
        ),
  );
  open.push(server);
  const answer = await platformIdentity(connect(server.url), source(container()), "cn-north-1", null);
  expect(answer).toEqual({
    ok: true,
    identity: { partition: "aws-cn", accountId: "9", roleArn: "arn:aws-cn:iam::9:role/R", source: "guessed" },
  });
});

test("a configured ARN wins, without a call", async () => {
  const arn = "arn:aws:iam::123456789012:role/path/R";
  const answer = await platformIdentity(connect("http://127.0.0.1:1"), source({}), "us-east-1", arn);
  expect(answer).toMatchObject({
    ok: true,
    identity: { roleArn: arn, source: "settings", accountId: "123456789012" },
  });
});

test("a role attached later is found", async () => {
  const platform = source({}, false);
  expect(await platform.credentials()).toMatchObject({ ok: false, error: { code: "NoPlatformCredentials" } });
  for (const [name, value] of Object.entries(container())) vi.stubEnv(name, value);
  expect(await platform.credentials()).toMatchObject({ ok: true });
});

const hostile: [name: string, env: Record<string, string>][] = [
  ["nothing", {}],
  ["an instance's metadata", { AWS_EC2_METADATA_DISABLED: "false" }],
  ["a container endpoint elsewhere", { AWS_CONTAINER_CREDENTIALS_FULL_URI: "https://evil.example/creds" }],
  [
    "a container endpoint that only looks near",
    { AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1.evil.example/" },
  ],
  ["a task's endpoint", { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/creds" }],
  ["a web identity", { AWS_WEB_IDENTITY_TOKEN_FILE: "/etc/hostname", AWS_ROLE_ARN: "arn:aws:iam::1:role/x" }],
];
test.each(hostile)("the demo asks nobody for %s", async (_, env) => {
  const startedAt = Date.now();
  expect(await source(env).credentials()).toMatchObject({
    ok: false,
    error: { code: "NoPlatformCredentials" },
  });
  expect(Date.now() - startedAt).toBeLessThan(900);
});

test("a hostile profile does not count in the demo", async () => {
  const folder = mkdtempSync(join(tmpdir(), "skywarden-profile-"));
  const file = join(folder, "config");
  const keys = '{"Version":1,"AccessKeyId":"AKIAHOSTILE","SecretAccessKey":"x"}';
  const lines = (head: string) => `${head}\ncredential_process = echo '${keys}'\n`;
  writeFileSync(file, lines("[profile hostile]") + lines("[default]"));
  const given = { AWS_PROFILE: "hostile", AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: file };
  const keyOf = async (loopbackOnly: boolean) => {
    const answer = await source({ ...container(), ...given }, loopbackOnly).credentials();
    return answer.ok ? answer.credentials.accessKeyId : answer.error.code;
  };
  expect(await keyOf(false)).toBe("AKIAHOSTILE");
  expect(await keyOf(true)).toMatch(/^ASIA/);
  rmSync(folder, { recursive: true });
});

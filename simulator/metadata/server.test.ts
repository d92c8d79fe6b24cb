// The credential endpoints: AWS's own default chain gets working credentials from each of them, and the
// protocol's refusals are those of the real ones.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  GetRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { iam } from "../iam-lookup.ts";
import type { SettingsChange } from "../settings.ts";
import { startSmall } from "../small-clients.ts";
import { small } from "../worlds/small.ts";

const tokenFolder = mkdtempSync(join(tmpdir(), "simulator-tokens-"));
afterAll(() => rmSync(tokenFolder, { recursive: true }));
let clockMs = 0;
const wire = startSmall({ tokenFolder, now: () => new Date(Date.now() + clockMs) });

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", tokenFolder);
});
afterEach(async () => {
  clockMs = 0;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await set({ metadata: { credentialSeconds: 21_600, isStale: false, isV1Allowed: false } });
});

async function set(change: SettingsChange): Promise<void> {
  const answer = await fetch(`${wire.simulator.adminUrl}/settings`, {
    method: "PUT",
    body: JSON.stringify(change),
  });
  expect(answer.status).toBe(200);
}

async function admin(path: string, body?: object) {
  const answer = await fetch(`${wire.simulator.adminUrl}${path}`, {
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads many shapes.
  return { status: answer.status, body: (await answer.json()) as any };
}

async function fromChain(variables: Record<string, string>) {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const credentials = await defaultProvider()();
  const { Arn } = await wire.client(STSClient, credentials).send(new GetCallerIdentityCommand({}));
  return { credentials, Arn };
}

const session = (name: string) =>
  `arn:aws:sts::${small.hostingAccountId}:assumed-role/${small.installRoleName}/${name}`;

describe("the default chain", () => {
  test("on a machine", async () => {
    const { instance } = (await admin("/metadata")).body;
    const { Arn } = await fromChain({ ...instance, AWS_EC2_METADATA_V1_DISABLED: "true" });
    expect(Arn).toMatch(new RegExp(`^${session("i-0[0-9a-f]{16}")}$`));
  });

  test("in a container", async () => {
    const { container } = (await admin("/metadata")).body;
    const { Arn } = await fromChain(container);
    expect(Arn).toBe(session("container"));
  });

  test("in a pod: the token comes from a file", async () => {
    const { pod } = (await admin("/metadata")).body;
    const { Arn } = await fromChain(pod);
    expect(Arn).toBe(session("pod"));
  });

  test("with a web identity: a role that trusts the cluster's service account, and no other", async () => {
    const { webIdentity } = (await admin("/metadata")).body;
    const iam = wire.client(IAMClient);
    const Url = webIdentity.issuer;
    const provider = { Url, ClientIDList: ["sts.amazonaws.com"], ThumbprintList: ["0".repeat(40)] };
    const { OpenIDConnectProviderArn } = await iam.send(new CreateOpenIDConnectProviderCommand(provider));
    const trusting = (sub: string) =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Federated: OpenIDConnectProviderArn },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: { StringEquals: { [`${Url.replace("https://", "")}:sub`]: sub } },
          },
        ],
      });
    const makeRole = async (RoleName: string, sub: string) => {
      const role = new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trusting(sub) });
      return (await iam.send(role)).Role?.Arn ?? "";
    };
    const variables = {
      AWS_WEB_IDENTITY_TOKEN_FILE: webIdentity.AWS_WEB_IDENTITY_TOKEN_FILE,
      AWS_ROLE_SESSION_NAME: "irsa",
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_STS: wire.simulator.endpoint,
    };
    const AWS_ROLE_ARN = await makeRole("irsa", "system:serviceaccount:skywarden:skywarden");
    const { Arn } = await fromChain({ ...variables, AWS_ROLE_ARN });
    expect(Arn).toBe(`arn:aws:sts::${small.managementAccountId}:assumed-role/irsa/irsa`);
    const other = await makeRole("other", "system:serviceaccount:default:default");
    await expect(fromChain({ ...variables, AWS_ROLE_ARN: other })).rejects.toThrow(
      "Not authorized to perform sts:AssumeRoleWithWebIdentity",
    );
  });

  test("on a machine that serves expired credentials: they are used on", async () => {
    await set({ metadata: { isStale: true } });
    const warned = vi.spyOn(console, "warn").mockReturnValue();
    const { instance } = (await admin("/metadata")).body;
    const { Arn, credentials } = await fromChain(instance);
    expect(Arn).toContain(":assumed-role/");
    expect(credentials.expiration?.getTime()).toBeGreaterThan(Date.now());
    expect(warned.mock.calls.join()).toContain("credential expiration extension");
  });
});

describe("the metadata service", () => {
  const at = (path: string, init: RequestInit = {}) =>
    fetch(`${wire.simulator.metadataUrl}/latest/${path}`, init);
  const tokenFor = (headers: Record<string, string>, method = "PUT") => at("api/token", { method, headers });
  const ttl = "x-aws-ec2-metadata-token-ttl-seconds";
  const newToken = async (seconds: number) => (await tokenFor({ [ttl]: `${seconds}` })).text();
  const read = async (path: string, token?: string) => {
    const answer = await at(path, token ? { headers: { "x-aws-ec2-metadata-token": token } } : {});
    return { status: answer.status, text: await answer.text() };
  };
  const credentials = "meta-data/iam/security-credentials/";

  test.each([
    ["no time to live", {}, "PUT", 400],
    ["none at all", { [ttl]: "0" }, "PUT", 400],
    ["more than six hours", { [ttl]: "21601" }, "PUT", 400],
    ["a word", { [ttl]: "long" }, "PUT", 400],
    ["a forwarding proxy", { [ttl]: "60", "x-forwarded-for": "1.2.3.4" }, "PUT", 403],
    ["GET", { [ttl]: "60" }, "GET", 405],
    ["all that it needs", { [ttl]: "60" }, "PUT", 200],
  ])("a token asked for with %s", async (_, headers, method, status) => {
    const answer = await tokenFor(headers, method);
    expect(answer.status).toBe(status);
    if (status === 200) expect(answer.headers.get(ttl)).toBe("60");
  });

  test("reads need a token that lives; without one only where version 1 is allowed", async () => {
    const token = await newToken(60);
    expect(await read(credentials, token)).toEqual({ status: 200, text: small.installRoleName });
    expect((await read(credentials)).status).toBe(401);
    expect((await read(credentials, "made-up")).status).toBe(401);
    clockMs = 60_000;
    expect((await read(credentials, token)).status).toBe(401);
    await set({ metadata: { isV1Allowed: true } });
    expect((await read(credentials)).status).toBe(200);
    expect((await read(credentials, "made-up")).status).toBe(401);
  });

  test.each([
    ["meta-data/placement/region", 200, /^us-east-1$/],
    ["meta-data/instance-id", 200, /^i-0[0-9a-f]{16}$/],
    ["meta-data/iam/info", 200, /"InstanceProfileArn": "arn:aws:iam::999999999999:instance-profile\//],
    ["dynamic/instance-identity/document", 200, /"accountId": "999999999999"/],
    ["meta-data/iam/security-credentials/other", 404, /404 - Not Found/],
    ["meta-data/nothing", 404, /404 - Not Found/],
  ])("%s", async (path, status, body) => {
    expect(await read(path, await newToken(60))).toEqual({ status, text: expect.stringMatching(body) });
  });

  test("credentials stay until shortly before they end, then new ones come", async () => {
    await set({ metadata: { credentialSeconds: 3600 } });
    const token = await newToken(21_600);
    const served = async () => JSON.parse((await read(`${credentials}${small.installRoleName}`, token)).text);
    const first = await served();
    expect(first).toMatchObject({ Code: "Success", Type: "AWS-HMAC" });
    clockMs = 3_290_000;
    expect((await served()).AccessKeyId).toBe(first.AccessKeyId);
    clockMs = 3_310_000;
    const next = await served();
    expect(next.AccessKeyId).not.toBe(first.AccessKeyId);
    expect(Date.parse(next.Expiration)).toBeGreaterThan(Date.parse(first.Expiration));
  });

  test("a role that does not trust EC2, and a role that is gone", async () => {
    const { roles } = iam(wire.simulator.world, small.hostingAccountId);
    const role = roles.get(small.installRoleName);
    if (!role) throw new Error("no install role");
    clockMs = 30 * 86_400_000;
    const token = await newToken(60);
    roles.put(role.RoleName, { ...role, trustPolicy: role.trustPolicy.replace("ec2.amazonaws.com", "x") });
    const refused = await read(`${credentials}${role.RoleName}`, token);
    expect(JSON.parse(refused.text).Code).toBe("AssumeRoleUnauthorizedAccess");
    roles.delete(role.RoleName);
    expect((await read(credentials, token)).status).toBe(404);
    roles.put(role.RoleName, role);
  });
});

test.each([
  ["no token", undefined],
  ["a made-up token", "made-up"],
  ["a token for another audience", "sts"],
])("the container endpoint refuses %s", async (_, given) => {
  const sts = readFileSync(wire.simulator.tokenFiles?.webIdentityTokenFile ?? "", "utf8");
  const authorization = given === "sts" ? sts : given;
  const answer = await fetch(wire.simulator.containerCredentialsUrl, {
    headers: authorization ? { authorization } : {},
  });
  expect(answer.status).toBe(401);
});

test("a permission that is missing is missing for the served session too", async () => {
  const host = await wire.asHost();
  const role = { RoleName: small.installRoleName };
  await wire.client(IAMClient, host).send(new GetRoleCommand(role));
  const write = new PutRolePolicyCommand({ ...role, PolicyName: "x", PolicyDocument: "{}" });
  await expect(wire.client(IAMClient, host).send(write)).rejects.toThrow("not authorized");
});

// `skywarden template publish`: the operator's bucket, the URLs that are offered then, and a stack made from one.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAws } from "#aws/call.ts";
import { awsSettingsFrom } from "#aws/settings.ts";
import { type Product, startProduct } from "../product.ts";
import { cleanUp, newFolder, outcomeOf } from "./demo-run.ts";

const bucket = "skywarden-templates-test";
const region = "eu-west-1";
let product: Product;
let aws: ReturnType<typeof openAws>;
let env: NodeJS.ProcessEnv = {};

beforeAll(async () => {
  product = await startProduct({ connected: false, accounts: 5, templateBucket: bucket });
  const { endpoint, accessKeyId, secretAccessKey } = product.world;
  aws = openAws(awsSettingsFrom({}, { endpointUrl: endpoint, loopbackOnly: true }));
  const profiles = join(newFolder(), "credentials");
  writeFileSync(
    profiles,
    `[admin]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  env = {
    SKYWARDEN_URL: product.url,
    SKYWARDEN_API_KEY: product.apiKey,
    AWS_ENDPOINT_URL: endpoint,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_SHARED_CREDENTIALS_FILE: profiles,
    AWS_CONFIG_FILE: "/dev/null",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: product.world.containerCredentialsUrl,
    AWS_CONTAINER_AUTHORIZATION_TOKEN: product.world.containerAuthorizationToken,
  };
}, 120_000);
afterAll(async () => {
  await aws.close();
  await product.stop();
  await cleanUp();
});

const publish = (...args: string[]) =>
  outcomeOf(["template", "publish", ...args], { dataDir: product.dataDir, env });
async function ask<Output>(client: string, operation: string, input: Record<string, unknown>, at = region) {
  const { accessKeyId, secretAccessKey, managementAccountId: accountId } = product.world;
  const credentials = { accessKeyId, secretAccessKey };
  const answer = await aws.call<Output>({ client, operation, input, region: at, accountId, credentials });
  if (!answer.ok) throw new Error(`${operation}: ${answer.error.code} ${answer.error.message}`);
  return answer.output;
}
const told = async (path: string) => {
  const response = await fetch(`${product.url}/api/v1/template-copies${path}`, {
    headers: { authorization: `Bearer ${product.apiKey}` },
  });
  return (await response.json()) as { s3Url: string | null };
};

test("a bucket that is not there is said to be missing, and nothing is offered (E4)", async () => {
  const { code, stderr } = await publish("--profile", "admin");
  expect(code).toBe(1);
  expect(stderr).toMatch(/There is no bucket skywarden-templates-test/);
  expect((await told("/aws/member-role")).s3Url).toBeNull();
});

test("the templates are published once, and a stack is made from the URL that is offered then (E4)", async () => {
  const LocationConstraint = region;
  await ask("s3", "CreateBucket", { Bucket: bucket, CreateBucketConfiguration: { LocationConstraint } });
  const first = await publish("--profile", "admin", "--json");
  expect([first.code, first.stderr]).toEqual([0, ""]);
  const { templates } = JSON.parse(first.stdout) as {
    templates: { name: string; isNew: boolean; url: string }[];
  };
  expect(templates.map(({ name, isNew }) => [name, isNew])).toEqual([
    ["organization-role", true],
    ["member-role", true],
    ["install-role", true],
    ["combined", true],
  ]);
  const { Contents } = await ask<{ Contents: { Key: string; LastModified: Date }[] }>("s3", "ListObjectsV2", {
    Bucket: bucket,
  });
  const head = await ask("s3", "HeadObject", { Bucket: bucket, Key: Contents[0]?.Key });
  expect(head).toMatchObject({ ContentType: "application/yaml; charset=utf-8" });

  const again = await publish("--profile", "admin");
  expect(again.code).toBe(0);
  expect(again.stdout.match(/there already/g)).toHaveLength(4);

  const TemplateURL = (await told("/aws/organization-role")).s3Url;
  expect(TemplateURL).toBe(templates[0]?.url);
  await ask(
    "cloudformation",
    "CreateStack",
    {
      StackName: "by-url",
      TemplateURL,
      Capabilities: ["CAPABILITY_NAMED_IAM"],
      Parameters: [
        {
          ParameterKey: "PlatformRoleArn",
          ParameterValue: `arn:aws:iam::${product.world.hostingAccountId}:role/Skywarden-Install-Role`,
        },
      ],
    },
    "us-east-1",
  );
  let status = "";
  for (let tries = 0; tries < 100 && !status.endsWith("COMPLETE"); tries++) {
    const { Stacks } = await ask<{ Stacks: { StackStatus: string }[] }>(
      "cloudformation",
      "DescribeStacks",
      { StackName: "by-url" },
      "us-east-1",
    );
    status = Stacks[0]?.StackStatus ?? "";
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(status).toBe("CREATE_COMPLETE");
});

test("this host's own credentials are told what they lack", async () => {
  const { code, stderr } = await publish();
  expect(code).toBe(1);
  expect(stderr).toContain("s3:PutObject on arn:aws:s3:::skywarden-templates-test/skywarden/*");
});

test("templates are still printed by name", async () => {
  const { code, stdout } = await outcomeOf(["template", "install-role"], { dataDir: product.dataDir, env });
  expect([code, stdout.includes("Skywarden-Install-Role")]).toEqual([0, true]);
});

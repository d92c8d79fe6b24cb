// What the API offers of published templates: only what lies in the bucket as this release has it (E4).
import { afterAll, beforeAll, expect, test } from "vitest";
import { templateNames } from "#contract/template.ts";
import { publishableTemplate } from "#onboarding/publish-copies.ts";
import { saveTemplateCopies } from "#store/template-copies.ts";
import { startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
let key: string;
beforeAll(async () => {
  api = await startApi({ templateBuckets: { aws: "templates", "aws-cn": "cn.templates" } });
  key = await api.key("domain-admin");
});
afterAll(() => api.close());

const current = (name: (typeof templateNames)[number]) =>
  publishableTemplate(name, api.parts.catalog.allHarvestActions(), "0.0.0-test");
const links = async (path: string) =>
  (await api.ask(key, `/api/v1/template-copies/${path}`)).body as unknown as {
    s3Url: string;
    quickCreateUrl: string;
  };
const record = (partition: string, payload: object) =>
  api.ask(key, { method: "PUT", url: `/api/v1/template-copies/${partition}`, payload });

test("nothing is offered before it is published (E4)", async () => {
  expect(await links("aws/member-role")).toEqual({ s3Url: null, quickCreateUrl: null });
});

test("what is published is offered by its URL and by a link with the parameters filled in (E4)", async () => {
  const { hash, key: path } = current("member-role");
  const answer = await record("aws", { region: "eu-west-1", templates: [{ name: "member-role", hash }] });
  expect(answer).toMatchObject({ status: 200, body: { copies: [{ isCurrent: true }] } });
  const platform = "arn:aws:iam::999999999999:role/Skywarden-Install-Role";
  const offered = await links(
    `aws/member-role?platformRoleArn=${encodeURIComponent(platform)}&roleType=power-user&rolePath=/a/`,
  );
  const s3Url = `https://templates.s3.eu-west-1.amazonaws.com/${path}`;
  expect(path).toMatch(/^skywarden\/0\.0\.0-test\/member-role-[0-9a-f]{12}\.yaml$/);
  expect(offered.s3Url).toBe(s3Url);
  const [page, query = ""] = offered.quickCreateUrl.split("#/stacks/create/review?");
  expect(page).toBe("https://us-east-1.console.aws.amazon.com/cloudformation/home?region=us-east-1");
  expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
    templateURL: s3Url,
    stackName: "Skywarden-Member-Role",
    param_PlatformRoleArn: platform,
    param_RoleType: "power-user",
    param_RolePath: "/a/",
  });
});

const consoles: [partition: string, region: string, page: RegExp, url: RegExp][] = [
  [
    "aws-cn",
    "cn-northwest-1",
    /^https:\/\/cn-north-1\.console\.amazonaws\.cn\/cloudformation\/home\?region=cn-north-1#/,
    /^https:\/\/s3\.cn-northwest-1\.amazonaws\.com\.cn\/cn\.templates\/skywarden\//,
  ],
];
test.each(
  consoles,
)("of %s in its own console and from its own hosts", async (partition, region, page, url) => {
  const templates = templateNames.map((name) => ({ name, hash: current(name).hash }));
  await record(partition, { region, templates });
  const offered = await links(`${partition}/combined?organizationalUnitId=r-ab12`);
  expect(offered.quickCreateUrl).toMatch(page);
  expect(offered.quickCreateUrl).toContain("param_OrganizationalUnitIds=r-ab12");
  expect(offered.s3Url).toMatch(url);
});

test("a copy of another release or in another bucket is not offered any more", async () => {
  const { name, hash, key: path } = current("organization-role");
  const copy = { partition: "aws", name, bucket: "templates", region: "us-east-1", key: path, hash };
  for (const stale of [{ hash: "000000000000" }, { bucket: "former" }]) {
    await saveTemplateCopies(api.store, [{ ...copy, ...stale, key: `${path}${Object.keys(stale)}` }], "test");
    expect(await links("aws/organization-role")).toEqual({ s3Url: null, quickCreateUrl: null });
  }
  await saveTemplateCopies(api.store, [copy], "test");
  expect((await links("aws/organization-role")).s3Url).toContain(path);
});

const refusals: [title: string, partition: string, templates: object[], path: string | undefined][] = [
  ["a partition without a bucket", "aws-us-gov", [{ name: "combined", hash: "0123456789ab" }], undefined],
  ["a text of another release", "aws", [{ name: "combined", hash: "0123456789ab" }], "/templates/0/hash"],
];
test.each(refusals)("%s is refused", async (_, partition, templates, path) => {
  const { status, body } = await record(partition, { region: "us-east-1", templates });
  const errors = (body.errors ?? []) as { path: string }[];
  expect([status, body.code, errors[0]?.path]).toEqual([422, "invalid-form", path]);
});

test("only domain administrators publish", async () => {
  const payload = { region: "us-east-1", templates: [{ name: "combined", hash: current("combined").hash }] };
  const answer = await api.ask(await api.key("tenant-admin"), {
    method: "PUT",
    url: "/api/v1/template-copies/aws",
    payload,
  });
  expect(answer.status).toBe(403);
});

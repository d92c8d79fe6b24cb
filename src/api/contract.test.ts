// The contract kept: every promise has a function, every route asks for its permission, answers fit their
// schema, and what goes wrong is a problem with a code.
import { connect } from "node:net";
import type { InjectOptions } from "fastify";
import { Compile } from "typebox/compile";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as activity from "#contract/activity.ts";
import * as cloud from "#contract/cloud.ts";
import * as inventory from "#contract/inventory.ts";
import * as organization from "#contract/organization.ts";
import type { Route } from "#contract/route.ts";
import { routes } from "#contract/routes.ts";
import * as session from "#contract/session.ts";
import * as strategy from "#contract/strategy.ts";
import { roles } from "#model/cloud.ts";
import { type Permission, roleMay } from "#model/permission.ts";
import { insertRotation } from "#store/external-id-rotations.ts";
import { functions } from "./functions.ts";
import { buildServer, unkeptPromises } from "./server.ts";
import { organizationForm, requestOf } from "./testing/route-request.ts";
import { seedEstate } from "./testing/seed-estate.ts";
import { type Answer, answerOf, startApi, type TestApi } from "./testing/start-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await seedEstate(api.ownerUrl, { tenantId: api.tenantId, clouds: 3, resources: 50, salt: "a" });
  await api.store.withTenant(api.tenantId, (tx) => insertRotation(tx, Buffer.from("sealed"), "somebody"));
}, 60_000);
afterAll(() => api.close());

describe("promises", () => {
  test("a promise without a function is named and stops the start", async () => {
    const { getSummary: _, ...rest } = functions;
    expect(unkeptPromises(functions)).toEqual([]);
    expect(unkeptPromises(rest)).toEqual(["getSummary"]);
    await expect(buildServer(api.parts, rest as never)).rejects.toThrow(/getSummary/);
  });

  test("names are unique and equal their exports", () => {
    const exported = [session, organization, cloud, strategy, inventory, activity].flatMap((noun) =>
      Object.entries(noun).filter((entry): entry is [string, Route] => routes.includes(entry[1] as Route)),
    );
    expect(exported.filter(([name, route]) => name !== route.name)).toEqual([]);
    expect(new Set(routes.map(({ name }) => name)).size).toBe(routes.length);
    expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length);
  });

  test("OpenAPI knows every route", async () => {
    const { body } = answerOf(await api.app.inject("/api/openapi.json"));
    const paths = body.paths as Record<string, Record<string, { operationId: string }>>;
    const known = Object.values(paths).flatMap((path) =>
      Object.values(path).map(({ operationId }) => operationId),
    );
    expect(known.toSorted()).toEqual(routes.map(({ name }) => name).toSorted());
    const page = await api.app.inject("/api/docs/");
    expect([page.statusCode, page.payload]).toEqual([200, expect.stringContaining("swagger-ui-bundle.js")]);
    // No script of the page may stand in it.
    expect(page.payload).not.toMatch(/<script(?![^>]*src=)[^>]*>/);
  });
});

const guarded = routes.filter(({ permission }) => permission !== null);

test("only signing in is open to anybody", () => {
  expect(routes.filter((route) => !guarded.includes(route)).map(({ name }) => name)).toEqual(["signIn"]);
});

describe.each(guarded.map((route) => [route.name, route] as const))("%s", (_, route) => {
  const permission = route.permission as Permission;

  test("asks who it is, then what they may", async () => {
    const request = requestOf(route, "unknown");
    const anonymous = answerOf(await api.app.inject(request));
    expect([anonymous.status, anonymous.body.code]).toEqual([401, "not-signed-in"]);
    for (const role of roles) {
      const isStream = route.produces === "text/event-stream";
      if (isStream && roleMay(role, permission)) continue;
      const answer = await api.ask(await api.key(role), request);
      const refused = [answer.status, answer.body.code];
      if (roleMay(role, permission)) expect([role, answer.status]).not.toEqual([role, 403]);
      else expect([role, ...refused]).toEqual([role, 403, "not-allowed"]);
      expect(answer.status).toBeLessThan(500);
    }
  });

  const isJson = route.produces === undefined && route.status !== 204;
  if (isJson)
    test("answers what the contract says", async () => {
      const id = await knownId(route);
      const { url, ...request } = requestOf(route, id);
      const named = url.replace(":problem", url.includes(":problem") ? await knownProblem(id) : "");
      const answer = await api.ask(await api.key("domain-admin"), { ...request, url: named });
      if (id === "unknown" && route.path.includes(":id")) return;
      // Asked for above already: the address is taken.
      if (answer.status === 409) return;
      expect([answer.status, answer.body.code]).toEqual([route.status, undefined]);
      expect(Compile(route.response).Errors(answer.body)).toEqual([]);
      expect(undeclared(route.response as Schema, answer.body, "")).toEqual([]);
    });
});

/** What the role of a seeded cloud lacks. */
async function knownProblem(cloudId: string): Promise<string> {
  const url = `/api/v1/clouds/${cloudId}/permissions/summary`;
  const { body } = await api.ask(await api.key("domain-admin"), { method: "GET", url });
  const ids = (body.problems as { id: string }[]).map((problem) => problem.id);
  return String(ids.toSorted()[0]);
}

/** An id that the seed has, for routes of one thing. */
async function knownId(route: Route): Promise<string> {
  const list = routes.find(({ method, path }) => method === "GET" && path === `/${route.path.split("/")[1]}`);
  if (!route.path.includes(":id") || !list || route.path.startsWith("/cloud-organizations")) return "unknown";
  const request = requestOf(list, "");
  // A role has an answer to every question that a resource can be asked.
  const url = list.path === "/resources" ? `${request.url}?type=aws.iam.role` : request.url;
  const { body } = await api.ask(await api.key("domain-admin"), { ...request, url });
  return String(body.items[0]?.id ?? "unknown");
}

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  patternProperties?: unknown;
}

/** Members that the schema does not name: rows that slipped through a mapping. */
function undeclared(schema: Schema, value: unknown, at: string): string[] {
  if (value === null || typeof value !== "object") return [];
  if (schema.anyOf) {
    const branches = schema.anyOf.map((branch) => undeclared(branch, value, at));
    return branches.toSorted((a, b) => a.length - b.length)[0] ?? [];
  }
  if (Array.isArray(value))
    return value.flatMap((item, i) => undeclared(schema.items ?? {}, item, `${at}/${i}`));
  const { properties } = schema;
  if (!properties) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    properties[name] ? undeclared(properties[name], member, `${at}/${name}`) : [`${at}/${name}`],
  );
}

test("a member that no schema names is seen", () => {
  expect(undeclared(session.user as Schema, { id: "1", passwordHash: "x" }, "")).toEqual(["/passwordHash"]);
});

describe("refusals", () => {
  const cases: [string, InjectOptions, number, string][] = [
    ["no such path", { url: "/api/v1/nothing" }, 404, "not-found"],
    ["no such file", { url: "/assets/nothing.js" }, 404, "not-found"],
    ["no such file at the top", { url: "/robots.txt" }, 404, "not-found"],
    [
      "a method that the path does not take",
      { method: "PATCH", url: "/api/v1/clouds" },
      405,
      "method-not-allowed",
    ],
    ["a broken percent code", { url: "/api/v1/clouds/%zz" }, 400, "malformed-request"],
    [
      "broken JSON",
      { method: "POST", url: "/api/v1/users", payload: '{"email":', headers: json },
      400,
      "malformed-json",
    ],
    [
      "no JSON at all",
      {
        method: "POST",
        url: "/api/v1/users",
        payload: "email=a",
        headers: { "content-type": "application/x-www-form-urlencoded" },
      },
      415,
      "unsupported-media-type",
    ],
    [
      "no content type",
      { method: "POST", url: "/api/v1/users", payload: "email=a" },
      415,
      "unsupported-media-type",
    ],
    [
      "an empty body",
      { method: "POST", url: "/api/v1/users", payload: "", headers: json },
      422,
      "invalid-form",
    ],
    ["a list for an object", { method: "POST", url: "/api/v1/users", payload: [] }, 422, "invalid-form"],
    [
      "a body where none is wanted",
      { method: "POST", url: "/api/v1/cloud-organizations/x/sync", payload: { a: 1 } },
      422,
      "invalid-form",
    ],
    [
      "a body over 1 MB",
      { method: "POST", url: "/api/v1/users", payload: { email: "x".repeat(1_100_000) } },
      413,
      "body-too-large",
    ],
    ["an id that is too long", { url: `/api/v1/clouds/${"x".repeat(201)}` }, 404, "not-found"],
    ["an id with NUL", { url: "/api/v1/clouds/a%00b" }, 404, "not-found"],
    [
      "a prototype as a field",
      {
        method: "POST",
        url: "/api/v1/users",
        payload: '{"__proto__":{"role":"x"},"email":"a@b.c","password":"a long password","role":"viewer"}',
        headers: json,
      },
      422,
      "invalid-form",
    ],
    [
      "an unknown tenant",
      { url: "/api/v1/me", headers: { "skywarden-tenant": "ten_unknown" } },
      404,
      "not-found",
    ],
  ];
  test.each(cases)("%s", async (_, options, status, code) => {
    const answer = await api.ask(await api.key("domain-admin"), options);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(answer.body).toMatchObject({
      type: "about:blank",
      status,
      title: expect.any(String),
      detail: expect.stringMatching(/\S/),
    });
    if (status === 405) expect(answer.headers.allow).toBe("GET, POST");
  });

  test("what is no HTTP gets a problem too", async () => {
    await api.app.listen({ host: "127.0.0.1", port: 0 });
    const { port } = api.app.server.address() as { port: number };
    const text = await new Promise<string>((resolve) => {
      let got = "";
      const socket = connect(port, "127.0.0.1", () => socket.write("NONSENSE\r\n\r\n"));
      socket.on("data", (chunk) => {
        got += chunk;
      });
      socket.on("close", () => resolve(got));
    });
    expect(text).toMatch(/^HTTP\/1.1 400 /);
    expect(text).toContain('"code":"malformed-request"');
  });

  test("only a domain administrator acts in another tenant", async () => {
    const other = await api.addTenant("Elsewhere");
    const headers = { "skywarden-tenant": other };
    const lesser = await api.ask(await api.key("tenant-admin"), { url: "/api/v1/me", headers });
    expect([lesser.status, lesser.body.code]).toEqual([403, "not-allowed"]);
    const ruler = await api.ask(await api.key("domain-admin"), { url: "/api/v1/me", headers });
    expect(ruler.body).toMatchObject({ tenantId: other, tenantName: "Elsewhere" });
  });
});

const json = { "content-type": "application/json" };

describe("the organization form", () => {
  const wrong: [string, object, string][] = [
    ["empty nickname", { nickname: "" }, "/nickname"],
    ["long nickname", { nickname: "x".repeat(300) }, "/nickname"],
    ["nickname of a wrong type", { nickname: 7 }, "/nickname"],
    ["another provider", { provider: "acme" }, "/provider"],
    ["arn:aw", { organizationRole: { arn: "arn:aw:iam::111111111111:role/Org" } }, "/organizationRole/arn"],
    ["empty ARN", { organizationRole: { arn: "" } }, "/organizationRole/arn"],
    ["ARN of a user", { memberRole: { arn: "arn:aws:iam::111111111111:user/x" } }, "/memberRole/arn"],
    [
      "a role of another partition",
      { memberRole: { arn: "arn:aws-cn:iam::111111111111:role/M" } },
      "/memberRole/arn",
    ],
    [
      "the organization role as member role",
      { memberRole: organizationForm.organizationRole },
      "/memberRole/arn",
    ],
    [
      "a session name with a space",
      { memberRole: { ...organizationForm.memberRole, sessionName: "sky warden" } },
      "/memberRole/sessionName",
    ],
    [
      "899 seconds",
      { memberRole: { ...organizationForm.memberRole, durationSeconds: 899 } },
      "/memberRole/durationSeconds",
    ],
    [
      "3,601 seconds",
      { organizationRole: { ...organizationForm.organizationRole, durationSeconds: 3601 } },
      "/organizationRole/durationSeconds",
    ],
    [
      "a text for seconds",
      { organizationRole: { ...organizationForm.organizationRole, durationSeconds: "3600" } },
      "/organizationRole/durationSeconds",
    ],
    ["a guessable external id", { externalId: "short" }, "/externalId"],
    ["an unknown field", { colour: "red" }, "/colour"],
    [
      "an unknown field below",
      { memberRole: { ...organizationForm.memberRole, path: "/" } },
      "/memberRole/path",
    ],
    ["no member role", { memberRole: undefined }, "/memberRole"],
    ["a scope without units", { includedOrganizationalUnits: null }, "/includedOrganizationalUnits"],
    [
      "no organizational unit",
      { includedOrganizationalUnits: ["nonsense"] },
      "/includedOrganizationalUnits/0",
    ],
    ["a reserved badge", { badges: [{ key: "system.x", value: "1" }] }, "/badges/0/key"],
  ];
  test.each(wrong)("%s", async (_, change, path) => {
    const answer = await post({ ...organizationForm, ...change });
    expect([answer.status, answer.body.code]).toEqual([422, "invalid-form"]);
    const errors = answer.body.errors as { path: string; code: string; detail: string }[];
    expect(errors.map((error) => error.path)).toEqual([path]);
    expect(errors[0]?.detail).toMatch(/\w/);
  });

  test("every wrong field at once, of whatever kind", async () => {
    const answer = await post({
      ...organizationForm,
      nickname: "",
      colour: "red",
      organizationRole: { arn: "arn:aw:x", durationSeconds: "long" },
    });
    const paths = (answer.body.errors as { path: string }[]).map(({ path }) => path);
    expect(paths.toSorted()).toEqual(
      ["/colour", "/nickname", "/organizationRole/arn", "/organizationRole/durationSeconds"].toSorted(),
    );
  });

  const role = { arn: "arn:aw:x", durationSeconds: "long" };
  const ofRole = ["/organizationRole/arn", "/organizationRole/durationSeconds"];
  const cloud = { colour: "red", roleArn: "arn:aw:x", sessionName: "a b", badges: [{ key: "system.x" }] };
  const ofCloud = ["/badges/0/key", "/badges/0/value", "/colour", "/roleArn", "/sessionName"];
  const key = ["/accessKeyId", "/secretAccessKey"];
  test.each<[method: "POST" | "PATCH", path: string, body: object, paths: string[]]>([
    [
      "POST",
      "/cloud-organizations/validate",
      { provider: "aws", nickname: "", colour: "red", organizationRole: role, credentialSource: "user-key" },
      [...key, "/colour", "/memberRole", "/nickname", ...ofRole],
    ],
    [
      "POST",
      "/cloud-organizations/org_known/validate",
      { colour: "red", organizationRole: role },
      ["/colour", ...ofRole],
    ],
    ["PATCH", "/cloud-organizations/org_known", { autoBadge: 1, nickname: " " }, ["/autoBadge", "/nickname"]],
    ["POST", "/clouds", { provider: "aws", ...cloud }, [...ofCloud, "/name"]],
    ["POST", "/clouds/validate", { provider: "aws", name: " ", colour: 1 }, ["/colour", "/name", "/roleArn"]],
    [
      "PATCH",
      "/clouds/cld_1",
      { paused: 1, name: " ", externalId: "short" },
      ["/externalId", "/name", "/paused"],
    ],
  ])("%s %s names wrong texts beside wrong shapes", async (method, path, payload, paths) => {
    const answer = await api.ask(await api.key("domain-admin"), { method, url: `/api/v1${path}`, payload });
    expect([answer.status, answer.body.code]).toEqual([422, "invalid-form"]);
    const errors = answer.body.errors as { path: string }[];
    expect(errors.map((error) => error.path).toSorted()).toEqual(paths.toSorted());
  });

  test("a connected organization is refused", async () => {
    const answer = await post({ ...organizationForm, nickname: "taken" });
    expect([answer.status, answer.body.code]).toEqual([409, "organization-already-connected"]);
  });

  async function post(payload: object): Promise<Answer> {
    return api.ask(await api.key("domain-admin"), {
      method: "POST",
      url: "/api/v1/cloud-organizations",
      payload,
    });
  }
});

describe("what a template is made with (S57, S66, E22)", () => {
  test.each([
    ["roleName=a%20b", "/roleName", /1 to 64 letters/],
    ["policyName=a/b", "/policyName", /1 to 128 letters/],
    ["rolePath=security", "/rolePath", /slashes at both ends/],
    ["rolePath=/it's/", "/rolePath", /letters, digits and \.,\+@=_-/],
    ["tag=owner=a%22b", "/tag/0", /letters, digits, spaces/],
    ["permissionsBoundaryArn=Boundary", "/permissionsBoundaryArn", /ARN of a managed policy/],
    ["platformRoleArn=nonsense", "/platformRoleArn/0", /ARN of a role/],
    [`platformRoleArn=${encodeURIComponent("arn:aws:iam::1:role/R")}`, "/platformRoleArn/0", /ARN of a role/],
    ["externalId=ab", "/externalId", /nobody can guess/],
    ["previousExternalId=1234", "/previousExternalId", /nobody can guess/],
    ["tag=aws:owner=me", "/tag/0", /aws:/],
    ["tag=owner", "/tag/0", /key=value/],
    ["organizationalUnitId=Production", "/organizationalUnitId/0", /ou-ab12-11112222/],
    ["deploymentRegion=Virginia", "/deploymentRegion", /us-east-1/],
    ["roleType=admin", "/roleType", /standard-managed/],
    ["maxConcurrentPercentage=0", "/maxConcurrentPercentage", /from 1 to 100/],
  ])("%s is refused in words", async (query, path, words) => {
    const key = await api.key("viewer");
    for (const of of ["templates", "template-copies/aws"]) {
      const url = `/api/v1/${of}/member-role?${query}`;
      const { status, body } = await api.ask(key, url);
      if (of !== "templates" && JSON.stringify(body).includes("unknown-field")) continue;
      expect([status, body.code]).toEqual([422, "invalid-query"]);
      expect(body.errors).toEqual([expect.objectContaining({ path, detail: expect.stringMatching(words) })]);
    }
  });
});

describe("beside the API", () => {
  test("health, readiness, metrics", async () => {
    expect(answerOf(await api.app.inject("/healthz")).body).toEqual({
      ok: true,
      version: "0.0.0-test",
      simulated: true,
    });
    expect((await api.app.inject("/readyz")).statusCode).toBe(200);
    const metrics = await api.app.inject("/metrics");
    expect(metrics.payload).toMatch(
      /skywarden_http_request_seconds_count\{method="GET",route="\/readyz",status="200"} 1/,
    );
    expect(metrics.payload).toContain("skywarden_jobs");
  });

  test("headers keep our pages ours", async () => {
    const { headers } = await api.app.inject("/healthz");
    expect(headers["content-security-policy"]).toContain("script-src 'self';");
    expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "same-origin",
    });
  });

  test("without a built web the page says what to do", async () => {
    const answer = answerOf(await api.app.inject("/clouds"));
    expect([answer.status, answer.body.detail]).toEqual([404, expect.stringContaining("npm run prepare")]);
  });
});

// States that a harvested estate does not have by itself: hosts that differ, a check that passed, a sync that stopped,
// a badge of AWS's greatest length, input that is refused. Each whole in every view. Where no small world
// has it, the server's answer is changed on its way.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { getCloud } from "#contract/cloud.ts";
import type { getOrganization, getSyncPreview, validateOrganization } from "#contract/organization.ts";
import type { getPlatformIdentity } from "#contract/platform.ts";
import type { ResponseOf } from "#contract/route.ts";
import { type ConnectedProduct, connectedProduct } from "../connected-product.ts";
import { faultsInEveryView, openChromium, openPage, signedIn } from "./chromium.ts";

let product: ConnectedProduct;
let browser: Browser;
let admin: BrowserContext;
const ids = { cloud: "", organization: "", bucket: "" };

beforeAll(async () => {
  [product, browser] = await Promise.all([connectedProduct(), openChromium()]);
  admin = await signedIn(browser, product);
  const first = async (path: string) => {
    const headers = { authorization: `Bearer ${product.apiKey}` };
    const answer = await fetch(`${product.url}/api/v1${path}`, { headers });
    return ((await answer.json()) as { items: { id: string }[] }).items[0]?.id ?? "";
  };
  ids.cloud = await first("/clouds?status=warning");
  ids.organization = await first("/cloud-organizations");
  ids.bucket = await first("/resources?type=aws.s3.bucket");
}, 300_000);
afterAll(() => browser?.close());
afterEach(async () => {
  await admin.unrouteAll({ behavior: "ignoreErrors" });
  for (const page of admin.pages()) {
    await page.evaluate("localStorage.clear()");
    await page.close();
  }
});

/** Changes what the server answers under this path. */
async function change<Answer>(path: RegExp, edit: (answer: Answer) => void): Promise<void> {
  await admin.route(
    ({ pathname }) => path.test(pathname),
    async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as Answer;
      edit(answer);
      await route.fulfill({ response, json: answer });
    },
  );
}
const answerWith = (path: RegExp, json: unknown) =>
  admin.route(
    ({ pathname }) => path.test(pathname),
    (route) => route.fulfill({ json }),
  );

type Validation = ResponseOf<typeof validateOrganization>;
const longName = "an-account-whose-name-has-all-of-the-fifty-letters";
const longPath = "/Root/Workloads/Production of the northern subsidiaries/Retail";
const passed: Validation = {
  ok: true,
  errors: [],
  checks: [
    { name: "format", outcome: "pass", detail: "Every field has the right form." },
    { name: "simulate", outcome: "warning", detail: "AWS's policy simulator denies what the calls may." },
    { name: "stack-sets", outcome: "skipped", detail: "Not asked." },
    { name: "region-deny", outcome: "skipped", detail: "Not asked." },
  ],
  preview: {
    ...{ accounts: 3, included: 2, harvested: 2, units: 1 },
    includedAccounts: [
      { accountId: "100000000001", name: longName, path: longPath, note: "It needs its own stack." },
    ],
    excluded: [{ accountId: "100000000002", name: "sandbox", reason: "its name begins with sandbox" }],
    ...{ excludedCount: 1, excludedByReason: [{ reason: "their names begin with sandbox", count: 1 }] },
    credentialsReplaced: ["cld_1"],
    replaced: [{ cloudId: "cld_1", accountId: "100000000003", name: "payments", organization: longName }],
    ...{ replacedCount: 1, leaving: [], leavingCount: 0 },
  },
  estimate: { callsPerDay: 1234567, basis: [{ name: "Harvest", callsPerDay: 1234567, detail: longPath }] },
  allowList: "Session name: Skywarden\nActions: ec2:DescribeInstances",
};

async function fillOrganization(page: Page): Promise<void> {
  await page.getByLabel("Organization role ARN").fill("arn:aws:iam::111111111111:role/Org");
  await page.getByLabel("Member role ARN").fill("role/Member");
  await page.getByLabel("Nickname").fill("acme");
  await page.getByRole("button", { name: "Check" }).click();
}

interface State {
  path: () => string;
  prepare?: () => Promise<unknown>;
  act?: (page: Page) => Promise<unknown>;
  shows: string | RegExp;
}
const states: Record<string, State> = {
  "hosts that run as another role say which and what to do (E21)": {
    path: () => "/organizations/add",
    prepare: () =>
      change<ResponseOf<typeof getPlatformIdentity>>(/platform-identity$/, ({ partitions }) => {
        const reportedAt = new Date().toISOString();
        const known = { kind: "worker", reportedAt, differs: true } as const;
        partitions
          .find(({ partition }) => partition === "aws")
          ?.hosts.push(
            { ...known, host: "worker-2.example.com", roleArn: "arn:aws:iam::1:role/Other", error: null },
            { ...known, host: "worker-3", roleArn: null, error: "The metadata service did not answer." },
          );
      }),
    shows: /^2 of \d+ processes do not run as this role$/,
  },
  "a check that passed names what comes in, what stays out and whose credentials are replaced (E20)": {
    path: () => "/organizations/add",
    prepare: () => answerWith(/cloud-organizations\/validate$/, passed),
    act: async (page) => {
      await fillOrganization(page);
      await page.getByRole("button", { name: "Show the 2 accounts that would be imported" }).click();
      await page.getByRole("button", { name: "Show what your monitoring will see" }).click();
    },
    shows: "StackSets · Regions that policies deny",
  },
  "a check that the server fails on keeps the form": {
    path: () => "/organizations/add",
    prepare: () =>
      admin.route(
        ({ pathname }) => pathname.endsWith("/validate"),
        (route) => route.fulfill({ status: 500, json: { code: "internal", title: "Skywarden failed" } }),
      ),
    act: fillOrganization,
    shows: "Skywarden failed",
  },
  "a sync that stopped shows what would go (E14)": {
    path: () => `/organizations/${ids.organization}`,
    prepare: async () => {
      const error = "It would take 42 clouds out of scope.";
      await change<ResponseOf<typeof getOrganization>>(/cloud-organizations\/org_\w+$/, ({ sync }) =>
        Object.assign(sync, { state: "needs-confirmation", error }),
      );
      const account = { accountId: "100000000001", name: longName, reason: longPath, badges: 3 };
      const accounts = [{ ...account, placement: "absent" as const }];
      const preview = { digest: "d", clouds: 42, badges: 3, accounts };
      await answerWith(/sync-preview$/, { preview } satisfies ResponseOf<typeof getSyncPreview>);
    },
    act: (page) => page.getByText("What would go: 42 clouds, 3 badges").click(),
    shows: "The last sync stopped and asks",
  },
  "a badge of 128 and 256 characters is shown whole (S22)": {
    path: () => `/clouds/${ids.cloud}`,
    prepare: () =>
      change<ResponseOf<typeof getCloud>>(/^\/api\/v1\/clouds\/cld_\w+$/, ({ badges }) =>
        badges.push({ key: "k".repeat(128), value: "v".repeat(256), kind: "user" }),
      ),
    shows: "v".repeat(256),
  },
  "what AWS answered to a refused call is a click away": {
    path: () => `/clouds/${ids.cloud}?tab=harvest`,
    act: (page) => page.getByText("What AWS answered").first().click(),
    shows: /is not authorized to perform/,
  },
  "rows of a CSV that are left out say why": {
    path: () => "/clouds/badges",
    act: async (page) => {
      await page.getByLabel("Or its text").fill(`accountId,key,value\n123,${"k".repeat(140)},prod`);
      await page.getByRole("button", { name: "Preview changes" }).click();
    },
    shows: "1 row would be left out",
  },
  "a policy that is edited shows who would gain what": {
    path: () => `/inventory/${ids.bucket}?tab=access&full=1`,
    act: async (page) => {
      const Statement = { Effect: "Allow", Principal: "*", Action: "s3:*", Resource: "*" };
      await page.getByLabel("Policy of the resource").fill(JSON.stringify({ Statement }));
      await page.getByRole("button", { name: "Show what would change" }).click();
      await page.getByText("Any AWS account", { exact: true }).last().click();
    },
    shows: /\d+ actions denied → /,
  },
  "a policy that is no JSON is refused in words": {
    path: () => `/inventory/${ids.bucket}?tab=access&full=1`,
    act: async (page) => {
      await page.getByLabel("Policy of the resource").fill("{ not json");
      await page.getByRole("button", { name: "Show what would change" }).click();
    },
    shows: /^This is not JSON/,
  },
  "a filter for a status shows the problems of that status alone": {
    path: () => "/clouds?filter=status:awaiting-role",
    shows: "1 problem of 1 cloud",
  },
  "a filter that nothing fits offers to clear it": {
    path: () => "/clouds?filter=badge:env%3Dnowhere",
    shows: "No clouds fit this filter",
  },
};

test.each(Object.entries(states))("%s", async (_, { path, prepare, act, shows }) => {
  await prepare?.();
  const page = await openPage(admin, product.url + path());
  await act?.(page);
  await page.getByText(shows).first().waitFor();
  expect(await faultsInEveryView(page)).toEqual({});
});

test("an address without a page leads to the overview", async () => {
  const page = await admin.newPage();
  await page.goto(`${product.url}/no/such/page`);
  await page.getByRole("link", { name: "Open the overview" }).click();
  await page.getByRole("heading", { name: "Overview" }).waitFor();
});

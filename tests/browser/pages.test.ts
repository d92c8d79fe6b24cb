// Every page on a connected, harvested estate: nothing serious for axe-core, no overflow, no fault, light
// and dark, on a desk and on a phone; and the same pages when the server fails or refuses.
// A page is opened once and looked at in each view.
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ConnectedProduct, connectedProduct } from "../connected-product.ts";
import {
  collectFaults,
  faultsInEveryView,
  openChromium,
  openContext,
  openPage,
  settled,
  signedIn,
} from "./chromium.ts";

let product: ConnectedProduct;
let browser: Browser;
let admin: BrowserContext;
/** One of each thing that has a page. */
const ids = { cloud: "", organization: "", resource: "", finding: "", insight: "", framework: "cis-aws-5.0" };

beforeAll(async () => {
  [product, browser] = await Promise.all([connectedProduct(), openChromium()]);
  admin = await signedIn(browser, product);
  const first = async (path: string) => {
    const answer = await fetch(`${product.url}/api/v1${path}`, {
      headers: { authorization: `Bearer ${product.apiKey}` },
    });
    const { items } = (await answer.json()) as { items: { id: string; insightId?: string }[] };
    const item = items[0];
    if (!item) throw new Error(`${path} is empty`);
    return item;
  };
  ids.cloud = (await first("/clouds?status=warning")).id;
  ids.organization = (await first("/cloud-organizations")).id;
  ids.resource = (await first("/resources?type=aws.s3.bucket")).id;
  const finding = await first("/findings");
  ids.finding = finding.id;
  ids.insight = finding.insightId ?? "";
}, 300_000);
afterAll(() => browser?.close());

afterEach(async () => {
  for (const page of admin.pages()) await page.close();
});

type PageCase = [name: string, path: () => string, shows: string];
const pages: PageCase[] = [
  ["overview", () => "/", "Needs attention"],
  ["clouds", () => "/clouds", "6 clouds"],
  ["clouds by badge", () => "/clouds?filter=badge:env%3Dprod", "badge:"],
  ["import badges", () => "/clouds/badges", "Choose a CSV file"],
  ["add cloud", () => "/clouds/add", "Create the role in the account"],
  ["a cloud", () => `/clouds/${ids.cloud}`, "Account tags at AWS"],
  ["a cloud's harvest", () => `/clouds/${ids.cloud}?tab=harvest`, "What could not be read"],
  ["a cloud's role", () => `/clouds/${ids.cloud}?tab=role`, "What this release needs"],
  ["a cloud's permissions", () => `/clouds/${ids.cloud}?tab=permissions`, "By action and region"],
  ["a managed cloud's access", () => `/clouds/${ids.cloud}?tab=access`, "An organization manages this cloud"],
  ["a cloud's history", () => `/clouds/${ids.cloud}?tab=history`, "Warning"],
  ["organizations", () => "/organizations", "Organization"],
  ["an organization", () => `/organizations/${ids.organization}`, "Changed by hand"],
  ["an organization's permissions", () => `/organizations/${ids.organization}?tab=permissions`, "judged"],
  ["add organization", () => "/organizations/add", "Create the organization role"],
  ["inventory", () => "/inventory", "resources"],
  ["a resource", () => `/inventory/${ids.resource}`, "Category"],
  ["properties", () => `/inventory/${ids.resource}?tab=properties`, "BucketRegion"],
  ["relations, full page", () => `/inventory/${ids.resource}?tab=relations&full=1`, "Relations"],
  ["verdicts", () => `/inventory/${ids.resource}?tab=findings`, "Pass"],
  ["who can reach a resource", () => `/inventory/${ids.resource}?tab=access`, "Who can reach it"],
  ["findings", () => "/findings", "findings"],
  ["a finding", () => `/findings/${ids.finding}`, "Evidence"],
  ["insights", () => "/insights", "insights"],
  ["an insight", () => `/insights/${ids.insight}`, "Why it matters"],
  ["the overview by badge", () => "/?filter=badge:env%3Dprod", "begins on the second day"],
  ["compliance", () => "/compliance", "frameworks"],
  ["try it", () => "/try", "A role that breaks"],
  ["a framework", () => `/compliance/${ids.framework}`, "passed"],
];

test.each(pages)("%s is whole in every view", async (_, path, shows) => {
  const page = await admin.newPage();
  const faults = collectFaults(page);
  await page.goto(product.url + path());
  await settled(page);
  await page.getByText(shows).first().waitFor({ state: "attached" });
  expect(await page.getByText("Simulated", { exact: true }).count()).toBe(1);
  expect(await faultsInEveryView(page)).toEqual({});
  expect(faults).toEqual([]);
});

test("the sign-in page is whole in every view", async () => {
  const stranger = await openContext(browser);
  const page = await openPage(stranger, `${product.url}/sign-in`);
  await page.getByText("Simulated", { exact: true }).waitFor();
  expect(await faultsInEveryView(page)).toEqual({});
  await stranger.close();
});

/** The pages that are more than another tab of one of these. */
const plain = pages.filter(([, path]) => !path().includes("?"));

describe("when the server fails", () => {
  let context: BrowserContext;
  beforeAll(async () => {
    context = await signedIn(browser, product);
    await context.route(
      (url) => url.pathname.startsWith("/api/v1/") && !/\/(me|stream)$/.test(url.pathname),
      (route) =>
        route.fulfill({
          status: 500,
          contentType: "application/problem+json",
          body: JSON.stringify({ code: "internal", title: "Skywarden failed", detail: "Its log says more." }),
        }),
    );
  });
  afterAll(() => context.close());

  test.each(plain)("%s says so and offers to try again", async (_, path) => {
    const page = await openPage(context, product.url + path());
    await page.getByText("Its log says more.").first().waitFor();
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBeGreaterThan(0);
    await page.close();
  });

  test("the failure itself is whole", async () => {
    const page = await openPage(context, `${product.url}/clouds`);
    await page.getByText("Its log says more.", { exact: true }).waitFor();
    expect(await faultsInEveryView(page)).toEqual({});
    await page.close();
  });
});

test("a basic user is told that the role does not allow it, on every page", async () => {
  const account = { email: "basic@example.test", password: "a long enough password" };
  const made = await fetch(`${product.url}/api/v1/users`, {
    method: "POST",
    headers: { authorization: `Bearer ${product.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ ...account, role: "basic-user" }),
  });
  expect(made.status).toBe(201);
  const context = await signedIn(browser, { url: product.url, ...account });
  for (const [name, path] of plain) {
    const page = await openPage(context, product.url + path());
    await page.getByText("Your role does not allow this").first().waitFor();
    expect(await page.getByRole("button", { name: "Try again" }).count(), name).toBe(0);
    await page.close();
  }
  await context.close();
});

test("a viewer sees the estate and no button that writes", async () => {
  const account = { email: "viewer@example.test", password: "a long enough password" };
  await fetch(`${product.url}/api/v1/users`, {
    method: "POST",
    headers: { authorization: `Bearer ${product.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ ...account, role: "viewer" }),
  });
  const context = await signedIn(browser, { url: product.url, ...account });
  const writes =
    /Add organization|Add cloud|Import badges|Check again|Harvest now|Pause|Add badge|Sync now|Preview removal|Save filters/;
  for (const path of [
    "/clouds",
    `/clouds/${ids.cloud}`,
    "/organizations",
    `/organizations/${ids.organization}`,
  ]) {
    const page = await openPage(context, product.url + path);
    expect(await page.getByRole("button", { name: writes }).count(), path).toBe(0);
    expect(await page.getByRole("link", { name: writes }).count(), path).toBe(0);
    expect(await page.getByRole("tab", { name: "Access" }).count(), path).toBe(0);
    await page.close();
  }
  await context.close();
});

test("a managed cloud is changed and removed at its organization, not here (S105)", async () => {
  const page = await openPage(admin, `${product.url}/clouds/${ids.cloud}?tab=access`);
  const writes = /Test access|Change access|Save|Preview removal/;
  await page.getByText("An organization manages this cloud").waitFor();
  expect(await page.getByRole("button", { name: writes }).count()).toBe(0);
  await page
    .getByRole("main")
    .getByRole("link", { name: /^Open / })
    .click();
  await page.waitForURL(`**/organizations/${ids.organization}`);
});

test("what is not there is said to be not there", async () => {
  const context = await signedIn(browser, product);
  for (const path of ["/clouds/cld_none", "/inventory/res_none", "/findings/fnd_none", "/insights/none"]) {
    const page = await openPage(context, product.url + path);
    await page.getByText("There is no such thing").first().waitFor();
    await page.close();
  }
  const page = await openPage(context, `${product.url}/compliance/none`);
  await page.getByText("There is no such framework").waitFor();
  await context.close();
});

// The keyboard through lists, drawers, filters and search; and what a first load weighs.
import { gzipSync } from "node:zlib";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ConnectedProduct, connectedProduct } from "../connected-product.ts";
import { openChromium, openContext, openPage, seriousFaults, signedIn } from "./chromium.ts";

let product: ConnectedProduct;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [product, browser] = await Promise.all([connectedProduct(), openChromium()]);
  context = await signedIn(browser, product);
}, 300_000);
afterAll(() => browser?.close());

afterEach(async () => {
  for (const page of context.pages()) await page.close();
});

const open = (path: string) => openPage(context, product.url + path);
const filterOf = (page: Page) => new URL(page.url()).searchParams.get("filter");

test("arrows walk the list, Enter opens the drawer, Escape closes it and gives the list back", async () => {
  const page = await open("/inventory");
  const grid = page.getByRole("grid", { name: "resources" });
  await grid.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowUp");
  const second = await grid.locator("tbody tr").nth(1).getAttribute("data-id");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/inventory/${second}`);
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL("**/inventory");
  await expect.poll(() => page.evaluate('document.activeElement?.getAttribute("role")')).toBe("grid");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/inventory/${second}`);
});

test("scrolling to the end asks for the next pages until all are there", async () => {
  const page = await open("/inventory");
  const text = (await page.locator("[aria-live=polite]").first().textContent()) ?? "";
  const total = Number(/[\d,]+/.exec(text)?.[0].replaceAll(",", ""));
  expect(total).toBeGreaterThan(100);
  await page.getByRole("grid").focus();
  for (let times = 0; times < 20; times++) {
    await page.keyboard.press("End");
    await page.waitForTimeout(150);
    if ((await page.locator(`tbody tr[aria-rowindex="${total + 1}"]`).count()) > 0) break;
  }
  expect(await page.locator(`tbody tr[aria-rowindex="${total + 1}"]`).count()).toBe(1);
  // Only what can be seen is drawn.
  expect(await page.locator("tbody tr").count()).toBeLessThan(80);
});

test("the filter bar is the URL: typed with completion, removed with Backspace", async () => {
  const page = await open("/clouds");
  await page.getByRole("textbox", { name: "Filter" }).click();
  await page.keyboard.type("status:warn");
  await page.getByRole("option", { name: /status:warning/ }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/clouds?filter=status:warning");
  // The links say it, too: of a problem's clouds.
  await page.getByText("1 cloud", { exact: true }).and(page.locator(":not(a)")).waitFor();
  await page.keyboard.press("Backspace");
  await page.waitForURL("**/clouds");
  await page.keyboard.type("no cloud is called so");
  await page.getByText("No clouds fit this filter").waitFor();
  expect(filterOf(page)).toBe("no cloud is called so");
  await page.getByRole("button", { name: "Clear filter" }).click();
  await page.waitForURL("**/clouds");
});

test("a facet sets the same token, and a badge token finds by key and value", async () => {
  const page = await open("/clouds");
  await page.getByRole("button", { name: "Status" }).first().click();
  const item = page.getByRole("menuitemcheckbox", { name: /Warning/ });
  await item.waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await item.click();
  await page.waitForURL("**/clouds?filter=status:warning");
  await page.goto(`${product.url}/clouds?filter=badge:system.cloud_organization_nickname=demo`);
  await page.getByText("6 clouds", { exact: true }).waitFor();
  await page.goto(`${product.url}/clouds?filter=badge:system.cloud_organization_nickname=other`);
  await page.getByText("No clouds fit this filter").waitFor();
});

test("x selects, and the bulk bar says what it touches", async () => {
  const page = await open("/clouds");
  await page.getByRole("grid").focus();
  await page.keyboard.press("x");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("x");
  await page.getByText("2 clouds selected").waitFor();
  // One of the two is suspended: nothing of it could be paused.
  for (const name of ["Harvest 2", "Pause 1"]) await page.getByRole("button", { name }).waitFor();
  await page.keyboard.press("Escape");
  expect(await page.getByText("2 clouds selected").count()).toBe(0);
});

test("Ctrl-K finds clouds, resources, insights and pages", async () => {
  const page = await open("/");
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Search" }).waitFor();
  await page.keyboard.type("complia");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/compliance");
  // What is typed while it closes is typed into nothing.
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Search" }).waitFor();
  await page.keyboard.type("management");
  await page.getByRole("dialog").getByText("management", { exact: true }).first().waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/clouds\/cld_/);
});

test("a sort is the server's and stands in the URL", async () => {
  const page = await open("/clouds");
  await page.getByRole("button", { name: "Resources" }).click();
  await page.waitForURL("**/clouds?sort=-resources");
  const counts = async () =>
    (await page.locator("tbody tr a[href*='/inventory?']").allTextContents()).map((text) =>
      Number(text.replaceAll(",", "")),
    );
  await expect
    .poll(async () => {
      const shown = await counts();
      return shown.length > 1 && shown.every((count, at) => at === 0 || (shown[at - 1] ?? 0) >= count);
    })
    .toBe(true);
});

/** Bytes of script, gzipped, that came before `ready`. */
async function scriptBytes(page: Page, ready: () => Promise<void>): Promise<number> {
  const sizes: Promise<number>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") {
      sizes.push(response.body().then((body) => gzipSync(body).length));
    }
  });
  await ready();
  return (await Promise.all(sizes)).reduce((total, size) => total + size, 0);
}
const budgetBytes = 250_000;

test.each([
  ["/sign-in", "Sign in", false],
  ["/", "Needs attention", true],
  ["/clouds", "Last harvest", true],
  ["/organizations/add", "Create the organization role", true],
] as const)("the first load of %s stays within its budget and does not shift", async (path, shows, isSignedIn) => {
  const fresh = isSignedIn ? await signedIn(browser, product) : await openContext(browser);
  await fresh.addInitScript(`window.shift = 0; new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });`);
  const page = await fresh.newPage();
  const bytes = await scriptBytes(page, async () => {
    await page.goto(product.url + path);
    await page.getByText(shows).first().waitFor();
  });
  expect(bytes).toBeLessThanOrEqual(budgetBytes);
  await page.waitForTimeout(500);
  expect(await page.evaluate("window.shift")).toBeLessThan(0.1);
  await fresh.close();
});

test("leaving and coming back: an ended session leads to sign-in and back to the same view", async () => {
  const guest = await signedIn(browser, product);
  const page = await openPage(guest, `${product.url}/findings?filter=severity:high`);
  await guest.clearCookies();
  await page.goto(`${product.url}/findings?filter=severity:high`);
  await page.waitForURL(/\/sign-in\?to=/);
  await page.getByLabel("E-mail").fill(product.email);
  await page.locator("#password").fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText(/E-mail or password is wrong/).waitFor();
  await page.locator("#password").fill(product.password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/findings?filter=severity:high");
  await page.getByRole("button", { name: "Account and appearance" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.waitForURL("**/sign-in");
  await guest.close();
});

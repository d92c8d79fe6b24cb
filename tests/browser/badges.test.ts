// Badges and troubled clouds in the browser: the same cause told once with what mends it, badges from pasted text,
// and one filter that holds from the overview down to the lists.
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ConnectedProduct, connectedProduct } from "../connected-product.ts";
import { openChromium, openPage, settled, signedIn } from "./chromium.ts";

let product: ConnectedProduct;
let browser: Browser;
let admin: BrowserContext;
interface Cloud {
  id: string;
  name: string;
  accountId: string;
}
let clouds: Cloud[];

beforeAll(async () => {
  [product, browser] = await Promise.all([connectedProduct(), openChromium()]);
  admin = await signedIn(browser, product);
  clouds = (await read<{ items: Cloud[] }>("/clouds")).items;
}, 300_000);
afterAll(() => browser?.close());
afterEach(async () => {
  for (const page of admin.pages()) await page.close();
});

async function read<T>(path: string): Promise<T> {
  const headers = { authorization: `Bearer ${product.apiKey}` };
  return (await fetch(`${product.url}/api/v1${path}`, { headers })).json() as Promise<T>;
}
const filterOf = (page: Page) => new URL(page.url()).searchParams.get("filter");

test("badges are imported from pasted text after a preview, and refused rows are told (S21)", async () => {
  const [first, second] = clouds as [Cloud, Cloud];
  const page = await openPage(admin, `${product.url}/clouds`);
  await page.getByRole("link", { name: "Import badges" }).click();
  await page.getByRole("button", { name: "Preview changes" }).click();
  await page.getByText("Choose a file, or paste its text").waitFor();
  await page
    .getByLabel("Or its text")
    .fill(
      `accountId,key,value\n${first.accountId},shift,night\n${second.accountId},shift,day\n${first.accountId},system.x,1\n`,
    );
  await page.getByRole("button", { name: "Preview changes" }).click();
  await page.getByText("This key is reserved").waitFor();
  expect((await read<{ items: unknown[] }>("/badges?q=shift")).items).toEqual([]);
  await page.getByRole("button", { name: "Apply 2 changes" }).click();
  await page.getByText("The badges of 2 clouds are changed").waitFor();
  await page.goto(`${product.url}/clouds/${first.id}`);
  await page.getByText("night", { exact: true }).first().waitFor();
});

test("a badge filter chosen on the overview holds in the lists behind its figures (S22, S106)", async () => {
  const page = await openPage(admin, `${product.url}/`);
  await page.getByLabel("Filter", { exact: true }).fill("badge:shift");
  await page.getByRole("option", { name: /badge:shift=night/ }).click();
  await expect.poll(() => filterOf(page)).toBe("badge:shift=night");
  const seen = page.getByRole("region", { name: "How much is seen" });
  await seen.getByRole("link", { name: "1", exact: true }).first().click();
  await page.waitForURL("**/clouds?*");
  expect(filterOf(page)).toBe("badge:shift=night");
  await page.getByText("1 cloud", { exact: true }).first().waitFor();
  for (const path of ["/compliance", "/insights", "/inventory", "/findings"]) {
    await page.goto(`${product.url}${path}?filter=badge:shift%3Dnight`);
    await settled(page);
    await page.getByText("shift=night").first().waitFor();
  }
});

test("an equal cause is told once with what mends it, leads to its clouds, and is tried again (S45, S95)", async () => {
  const page = await openPage(admin, `${product.url}/clouds`);
  await page.getByRole("button", { name: /^How to mend: denied by SCP p-/ }).click();
  await page.getByText("aws organizations describe-policy --policy-id p-").waitFor();
  const problems = page.getByRole("region", { name: /problem/ });
  await problems.getByRole("button", { name: /^Check again: denied by SCP/ }).click();
  await page.getByText(/^Checking \d+ clouds? again$/).waitFor();
  const jobs = async () =>
    (await read<{ items: { state: string }[] }>("/jobs?kind=check-clouds")).items.map(({ state }) => state);
  await expect.poll(jobs, { timeout: 60_000 }).toEqual(["done"]);
  const ofPolicy = problems.getByRole("listitem").filter({ hasText: "denied by SCP" }).first();
  await ofPolicy.getByRole("link", { name: /^\d+ clouds?$/ }).click();
  await page.waitForURL(/code/);
  expect(filterOf(page)).toMatch(/^status:warning code:denied-by-scp cause:arn:/);
  await page.getByText("1 cloud", { exact: true }).first().waitFor();
});

test("the history of a status is a timeline with from, to and reason (S95)", async () => {
  const { items } = await read<{ items: Cloud[] }>("/clouds?status=warning");
  const page = await openPage(admin, `${product.url}/clouds/${items[0]?.id}?tab=history`);
  const changes = page.getByRole("list", { name: /Changes of the status/ }).getByRole("listitem");
  await expect.poll(() => changes.first().innerText()).toMatch(/Pending.*Warning.*service control policy/s);
});

test("search finds the nickname of an organization as a badge of its clouds (S82, S104)", async () => {
  const page = await openPage(admin, `${product.url}/`);
  await page.keyboard.press("Control+k");
  await page.getByLabel("Search", { exact: true }).last().fill("cloud_organization_nickname");
  await page
    .getByText(/^system\.cloud_organization_nickname = /)
    .first()
    .click();
  await page.waitForURL("**/clouds?*");
  expect(filterOf(page)).toMatch(/^badge:system\.cloud_organization_nickname=/);
  await page.getByText("6 clouds", { exact: true }).waitFor();
});

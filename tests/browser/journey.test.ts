// The whole way of an administrator through the web alone, from an empty installation to a finding.
import { readFile } from "node:fs/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createRoles } from "#cli/demo/administrator.ts";
import { type Product, startProduct } from "../product.ts";
import { openChromium, openPage, seriousFaults, signedIn } from "./chromium.ts";

let product: Product;
let browser: Browser;
let context: BrowserContext;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ accounts: 6, connected: false }), openChromium()]);
  context = await signedIn(browser, product);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

afterEach(async () => {
  for (const page of context.pages()) {
    // The draft of one test is not the start of the next.
    await page.evaluate("localStorage.clear()");
    await page.close();
  }
});

const arnOf = (name: string) => `arn:aws:iam::${product.world.managementAccountId}:role/${name}`;
const focused = (page: Page) => page.evaluate('document.activeElement?.getAttribute("data-path")');

test.each([
  ["/", "Nothing is connected yet"],
  ["/clouds", "No cloud is connected yet"],
  ["/organizations", "No organization is connected yet"],
  ["/inventory", "Nothing was harvested yet"],
  ["/findings", "No open findings"],
  ["/insights", "insights"],
  ["/compliance", "frameworks"],
])("%s says what will be here", async (path, text) => {
  const page = await openPage(context, product.url + path);
  await page.getByText(text).first().waitFor();
  expect(await seriousFaults(page)).toEqual([]);
});

const wrongFields: [label: string, value: string, field: string, says: RegExp][] = [
  ["Organization role ARN", "", "organizationRole.arn", /Paste the ARN/],
  ["Organization role ARN", "arn:aw:iam::111111111111:role/Name", "organizationRole.arn", /misspelt/],
  ["Organization role ARN", "arn:aws:iam::12:role/Name", "organizationRole.arn", /Give a role ARN/],
  [
    "Member role ARN",
    "arn:aws:iam::111111111111:role/Org",
    "memberRole.arn",
    /This is the organization role/,
  ],
  ["Nickname", "  ", "nickname", /Give the organization a nickname/],
];

test.each(
  wrongFields,
)("%s = “%s” is refused at its field, which has the focus", async (label, value, field, says) => {
  const page = await openPage(context, `${product.url}/organizations/add`);
  await page.getByLabel("Organization role ARN").fill("arn:aws:iam::111111111111:role/Org");
  await page.getByLabel("Member role ARN").fill("arn:aws:iam::111111111111:role/Member");
  await page.getByLabel("Nickname").fill("acme");
  await page.getByLabel(label).fill(value);
  await page.getByRole("button", { name: "Add organization" }).click();
  await page.getByText(says).first().waitFor();
  await expect.poll(() => focused(page)).toBe(field);
  expect(await seriousFaults(page)).toEqual([]);
});

test("session name, duration and a ticked but empty scope are refused at their fields", async () => {
  const page = await openPage(context, `${product.url}/organizations/add`);
  await page.getByLabel("Organization role ARN").fill("arn:aws:iam::111111111111:role/Org");
  await page.getByLabel("Member role ARN").fill("arn:aws:iam::111111111111:role/Member");
  await page.getByLabel("Nickname").fill("acme");
  const submit = page.getByRole("button", { name: "Add organization" });
  for (const [label, wrong, field, says] of [
    ["Session name", "two words", "organizationRole.sessionName", /without spaces/],
    ["Session duration", "899", "organizationRole.durationSeconds", /900 to 3600 seconds/],
    ["Session duration", "3601", "organizationRole.durationSeconds", /900 to 3600 seconds/],
  ] as const) {
    const input = page.getByLabel(label).first();
    const was = await input.inputValue();
    await input.fill(wrong);
    await submit.click();
    await page.getByText(says).first().waitFor();
    await expect.poll(() => focused(page)).toBe(field);
    await input.fill(was);
  }
  await page.getByLabel("Limit import scope").check();
  await submit.click();
  await page.getByText("Give at least one OU id").waitFor();
  await expect.poll(() => focused(page)).toBe("includedOrganizationalUnits");
});

test("what only the server can know stands at its field, too, and nothing is stored", async () => {
  const page = await openPage(context, `${product.url}/organizations/add`);
  await page.getByLabel("Organization role ARN").fill(arnOf("No-Such-Role"));
  await page.getByLabel("Member role ARN").fill(arnOf("Skywarden-Harvest-Member-Role"));
  await page.getByLabel("Nickname").fill("acme");
  await page.getByRole("button", { name: "Add organization" }).click();
  await expect.poll(() => focused(page), { timeout: 30_000 }).toBe("organizationRole.arn");
  await page.goto(`${product.url}/organizations`);
  await page.getByText("No organization is connected yet").waitFor();
});

test("the draft survives a reload and can be started over", async () => {
  const page = await openPage(context, `${product.url}/organizations/add`);
  await page.getByLabel("Nickname").fill("kept in the draft");
  await page.reload();
  await page.getByText("Your draft was restored.").waitFor();
  expect(await page.getByLabel("Nickname").inputValue()).toBe("kept in the draft");
  await page.getByRole("button", { name: "Start over" }).click();
  expect(await page.getByLabel("Nickname").inputValue()).toBe("");
});

const copied = async (page: Page, label: string) =>
  (await page.locator(`[data-copy="${label}"]`).first().textContent()) ?? "";

/** The templates as the page offers them, filled with External ID and platform ARN. */
async function downloadTemplates(page: Page): Promise<{ organizationRole: string; memberRole: string }> {
  const links = page.getByRole("link", { name: "CloudFormation" });
  const texts: string[] = [];
  for (const link of [links.nth(0), links.nth(1)]) {
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    expect(download.suggestedFilename()).toMatch(/^skywarden-(organization|member)-role\.yaml$/);
    texts.push(await readFile(await download.path(), "utf8"));
  }
  return { organizationRole: texts[0] ?? "", memberRole: texts[1] ?? "" };
}

test("from nothing to a finding: templates, check, add, sync, harvest, evidence (S28–S30, S34, S48–S51, S76, S91, S96, S101)", async () => {
  const page = await openPage(context, `${product.url}/clouds`);
  await page.getByRole("navigation", { name: "Clouds" }).getByRole("link", { name: "Organizations" }).click();
  await page.getByRole("link", { name: "Add organization" }).first().click();
  const externalId = await copied(page, "External ID");
  const platformRoleArn = await copied(page, "platform role ARN in aws");
  const templates = await downloadTemplates(page);
  expect(templates.memberRole).toContain(externalId);
  const { world } = product;
  await createRoles(world, templates, { platformRoleArn, externalId }, world.forgottenAccountId, () => {});

  await page.getByLabel("Organization role ARN").fill(arnOf("Skywarden-Harvest-Org-Role"));
  await page.getByLabel("Member role ARN").fill(arnOf("Skywarden-Harvest-Member-Role"));
  await page.getByLabel("Nickname").fill("journey");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText("All that is needed works. Nothing was stored yet.").waitFor({ timeout: 30_000 });
  await page.getByText("6 of 6 accounts would be imported").waitFor();
  expect(await seriousFaults(page)).toEqual([]);

  await page.getByRole("button", { name: "Add organization" }).click();
  await page.waitForURL("**/organizations", { timeout: 30_000 });
  await page.getByText("In sync").waitFor({ timeout: 60_000 });
  await page.getByRole("link", { name: "6", exact: true }).click();
  await page.waitForURL(/\/clouds\?filter=badge:system\.cloud_organization=o-/);
  await page.getByText("6 clouds", { exact: true }).waitFor();

  await page.goto(`${product.url}/findings`);
  await page.getByRole("grid", { name: "findings" }).waitFor({ timeout: 90_000 });
  await page.getByRole("grid").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Evidence" }).waitFor();
  await page.getByRole("heading", { name: "Fix" }).waitFor();
}, 240_000);

test("the same organization a second time is refused, and says why", async () => {
  const page = await openPage(context, `${product.url}/organizations/add`);
  await page.getByLabel("Organization role ARN").fill(arnOf("Skywarden-Harvest-Org-Role"));
  await page.getByLabel("Member role ARN").fill(arnOf("Skywarden-Harvest-Member-Role"));
  await page.getByLabel("Nickname").fill("again");
  await page.getByRole("button", { name: "Add organization" }).click();
  await page
    .getByText(/already connected to this installation/)
    .first()
    .waitFor({ timeout: 30_000 });
});

test("a badge is added and removed; Skywarden's own keys are refused", async () => {
  const page = await openPage(context, `${product.url}/clouds`);
  await page.getByRole("grid").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Badges" }).waitFor();
  await page.getByLabel("Key").fill("system.mine");
  await page.getByRole("button", { name: "Add badge" }).click();
  await page.getByText(/are Skywarden's own/).waitFor();
  await page.getByLabel("Key").fill("journey:key");
  await page.getByLabel("Value").fill("a b");
  await page.getByRole("button", { name: "Add badge" }).click();
  await page.getByRole("button", { name: "Remove badge journey:key" }).waitFor();
  const found = await openPage(
    context,
    `${product.url}/clouds?filter=${encodeURIComponent('badge:"journey\\:key=a b"')}`,
  );
  await found.getByText("1 cloud", { exact: true }).and(found.locator(":not(a)")).first().waitFor();
  expect(await found.getByRole("row").count()).toBe(2);
  await found.close();
  await page.getByRole("button", { name: "Remove badge journey:key" }).click();
  await page.getByRole("button", { name: "Remove badge journey:key" }).waitFor({ state: "detached" });
});

test("filters are previewed and saved alone, and removal is previewed with what would go (S100, E13)", async () => {
  const page = await openPage(context, `${product.url}/organizations`);
  await page.getByRole("grid").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "What is imported" }).waitFor();
  await page.getByRole("combobox", { name: "Excluded account names" }).fill("MANAGE");
  await page.getByRole("combobox", { name: "Excluded account names" }).press("Enter");
  await page.getByRole("button", { name: "Preview changes" }).click();
  await page.getByText("5 of 6 accounts would be imported, 1 left out.").waitFor({ timeout: 30_000 });
  await page.getByText(/1 cloud would go out of scope/).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Save filters" }).waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByLabel("Nickname").fill("renamed");
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === "PATCH"),
    page.getByRole("button", { name: "Save filters" }).click(),
  ]);
  expect(request.postDataJSON()).toEqual({ nickname: "renamed" });
  await page.getByText("Saved.").waitFor({ timeout: 30_000 });
  await page.getByRole("button", { name: "Preview removal" }).click();
  await page.getByText(/This removes 6 clouds/).waitFor();
  await page.getByRole("button", { name: "Remove organization…" }).click();
  const remove = page.getByRole("button", { name: "Remove 6 clouds" });
  expect(await remove.isDisabled()).toBe(true);
  await page.getByLabel("Type renamed to confirm").fill("renamed");
  expect(await remove.isEnabled()).toBe(true);
});

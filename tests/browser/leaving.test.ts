// Leaving an organization through the web alone (E28): the External ID rotated and brought back, a removal with its
// tear-down, and the proof that no role can be assumed, at first with one left behind.
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../product.ts";
import {
  collectFaults,
  openChromium,
  openPage,
  overflowPx,
  seriousFaults,
  signedIn,
  views,
} from "./chromium.ts";

let product: Product;
let browser: Browser;
let context: BrowserContext;
let organization: { id: string; nickname: string };

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ accounts: 6 }), openChromium()]);
  context = await signedIn(browser, product);
  const answer = await context.request.get(`${product.url}/api/v1/cloud-organizations`);
  organization = (await answer.json()).items[0];
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const region = "us-east-1";
const patience = { timeout: 30_000 };
const administrator = () => {
  const { endpoint, accessKeyId, secretAccessKey } = product.world;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
};
const openOrganization = () => openPage(context, `${product.url}/organizations/${organization.id}`);
const button = (page: Page, name: string | RegExp) => page.getByRole("button", { name });

async function activeAccounts(): Promise<string[]> {
  const { Accounts = [] } = await new OrganizationsClient(administrator()).send(new ListAccountsCommand({}));
  return Accounts.filter(({ Status }) => Status === "ACTIVE").map(({ Id = "" }) => Id);
}

/** As its administrator deletes a stack; an account that has none is left alone. */
async function deleteStack(accountId: string, StackName: string): Promise<void> {
  const isOwn = accountId === product.world.managementAccountId;
  const RoleArn = `arn:aws:iam::${accountId}:role/OrganizationAccountAccessRole`;
  const held = isOwn
    ? null
    : await new STSClient(administrator()).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "admin" }));
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = held?.Credentials ?? {};
  const credentials = {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
  };
  const client = new CloudFormationClient(isOwn ? administrator() : { ...administrator(), credentials });
  await client.send(new DeleteStackCommand({ StackName }));
  const isThere = () =>
    client.send(new DescribeStacksCommand({ StackName })).then(
      ({ Stacks = [] }) => Stacks.some(({ StackStatus }) => StackStatus !== "DELETE_COMPLETE"),
      () => false,
    );
  while (await isThere()) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** On a phone at night too. */
async function looksRight(path: string): Promise<void> {
  for (const view of views) {
    const other = await signedIn(browser, product, view);
    const page = await openPage(other, `${product.url}${path}`);
    expect([path, view.widthPx, await overflowPx(page), await seriousFaults(page)]).toEqual([
      path,
      view.widthPx,
      0,
      [],
    ]);
    await other.close();
  }
}

test("the External ID is rotated: progress, the clouds behind it, and the way back (E28)", async () => {
  const page = await openOrganization();
  const faults = collectFaults(page);
  await button(page, "Rotate External ID").click();
  await button(page, "Make a new External ID").click();
  const section = page.getByRole("region", { name: "External ID rotation" });
  await section.getByText(/^0 of \d+ clouds use the new one$/).waitFor(patience);
  await section
    .getByRole("link", { name: /^\d+ clouds$/ })
    .first()
    .waitFor(patience);
  await button(page, "Show how to update the roles").click();
  await section.getByText("PreviousExternalId=", { exact: false }).first().waitFor(patience);
  expect(await section.locator("[data-copy='new External ID']").textContent()).toMatch(/^skywarden-/);
  await looksRight(`/organizations/${organization.id}`);
  await button(page, "Finish anyway…").click();
  const dialog = page.getByRole("dialog", { name: "Finish the rotation" });
  await dialog.getByText("uses the old one").first().waitFor(patience);
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.goto(`${product.url}/clouds?filter=external-id:old`);
  await page.getByRole("columnheader", { name: "External ID" }).waitFor(patience);
  const back = await openOrganization();
  await button(back, "Abort").click();
  await button(back, "Return to the old External ID").click();
  await button(back, "Rotate External ID").waitFor(patience);
  expect(faults).toEqual([]);
  await back.close();
  await page.close();
}, 120_000);

test("an organization is removed with what to delete at AWS, and a proof names the role left behind (E28)", async () => {
  const page = await openOrganization();
  const faults = collectFaults(page);
  await button(page, "Preview removal").click();
  const preview = page.getByRole("region", { name: "What to delete at AWS" });
  await preview.getByText("1. Take the member role out of all accounts").click();
  await preview.getByText("delete-stack-set", { exact: false }).first().waitFor(patience);
  expect(await seriousFaults(page)).toEqual([]);

  const { managementAccountId, forgottenAccountId } = product.world;
  const accounts = (await activeAccounts()).filter((id) => id !== forgottenAccountId);
  const leftBehind = accounts.find((id) => id !== managementAccountId) ?? "";
  await deleteStack(managementAccountId, "Skywarden-Organization-Role");
  for (const id of accounts.filter((each) => each !== leftBehind))
    await deleteStack(id, "Skywarden-Member-Role");

  await button(page, "Remove organization…").click();
  await page.getByLabel(`Type ${organization.nickname} to confirm`).fill(organization.nickname);
  await button(page, /^Remove \d+ clouds$/).click();
  await page.waitForURL("**/access-proofs/*", patience);
  await page.getByText("1 role can still be assumed").waitFor(patience);
  await page.getByText(leftBehind).first().waitFor(patience);
  await looksRight(new URL(page.url()).pathname);

  await deleteStack(leftBehind, "Skywarden-Member-Role");
  await button(page, "Try again").click();
  await page.getByText("No role can be assumed any more").waitFor(patience);
  await page.getByText("None any more").waitFor(patience);
  expect(await seriousFaults(page)).toEqual([]);
  await page.goto(`${product.url}/organizations`);
  await page.getByRole("link", { name: "No role can be assumed any more" }).waitFor(patience);
  expect(faults).toEqual([]);
  await page.close();
}, 120_000);

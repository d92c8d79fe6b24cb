// How an organization is reached, through the web alone: by a stored key that assumes its roles, tried, changed as a
// whole or not at all; and partitions in which the installation has no identity.
import { readFile } from "node:fs/promises";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
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
const openForm = () => openPage(context, `${product.url}/organizations/add`);
const choose = async (page: Page, name: string) => {
  await page.getByRole("combobox", { name: "Cloud type" }).click();
  await page.getByRole("option", { name }).click();
};
const key = { id: "AKIAABCDEFGHIJKLMNOP", secret: "s".repeat(40) };

async function fillRoles(page: Page) {
  await page.getByLabel("Organization role ARN").fill(arnOf("Skywarden-Harvest-Org-Role"));
  await page.getByLabel("Member role ARN").fill("role/Skywarden-Harvest-Member-Role");
  await page.getByLabel("Nickname").fill("keyed");
}

/** A user of the management account that may do nothing but assume. */
async function makeUser() {
  const { endpoint, accessKeyId, secretAccessKey, managementAccountId } = product.world;
  const credentials = { accessKeyId, secretAccessKey };
  const iam = new IAMClient({ endpoint, region: "us-east-1", credentials });
  const UserName = "skywarden";
  await iam.send(new CreateUserCommand({ UserName }));
  const Statement = [{ Effect: "Allow", Action: "sts:AssumeRole", Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "assume", PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return {
    arn: `arn:aws:iam::${managementAccountId}:user/${UserName}`,
    id: AccessKey?.AccessKeyId ?? "",
    secret: AccessKey?.SecretAccessKey ?? "",
  };
}

test("a partition without an identity says so, refuses, and lets a domain administrator store a key", async () => {
  const page = await openForm();
  await choose(page, "AWS China");
  await page.getByText("Skywarden has no identity of its own in AWS China").waitFor();
  const install = await page.getByRole("link", { name: "install-role template" }).getAttribute("href");
  const template = await page.request.get(`${product.url}${install}`);
  expect(await template.text()).toContain("AWS::IAM::InstanceProfile");
  await page.getByText("The templates appear here when it is known").first().waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Store a platform key" }).click();
  await page.getByLabel("Platform access key id").fill(key.id);
  await page.getByLabel("Platform secret access key").fill(key.secret);
  await page.getByRole("button", { name: "Try and store the key" }).click();
  await page.getByText("AWS does not accept this key in aws-cn").waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  expect(await page.evaluate("JSON.stringify(localStorage)")).not.toContain(key.secret);
  // A role of another partition than the chosen one.
  await fillRoles(page);
  await page.getByRole("button", { name: "Add organization" }).click();
  await page
    .getByText(/This role is in the partition aws\. Choose its cloud type/)
    .first()
    .waitFor();
  await choose(page, "AWS GovCloud (US)");
  await page.getByLabel("Organization role ARN").fill("arn:aws-us-gov:iam::111111111111:role/Org");
  await page.getByRole("button", { name: "Check" }).click();
  await page
    .getByText(/no identity of its own in the partition aws-us-gov/)
    .first()
    .waitFor();
});

test("STS Assume Role asks for the key, allows twelve hours, and its secret is in no draft (S54, E12)", async () => {
  const page = await openForm();
  await page.getByLabel("STS Assume Role").check();
  await fillRoles(page);
  await page.getByRole("button", { name: "Add organization" }).click();
  await page.getByText("Give the id of a user's access key").waitFor();
  await expect.poll(() => focused(page)).toBe("accessKeyId");
  await page.getByLabel("Access key id").fill(key.id);
  await page.getByLabel("Secret access key").fill(key.secret);
  const duration = page.getByLabel("Session duration").first();
  await duration.fill("43201");
  await duration.blur();
  await page.getByText(/900 to 43200 seconds, and no more/).waitFor();
  await duration.fill("43200");
  await page.getByLabel("ARN of the key's user").fill("arn:aws:iam::111111111111:user/skywarden");
  await page.getByRole("link", { name: "CloudFormation" }).first().waitFor();
  expect(await page.evaluate("JSON.stringify(localStorage)")).not.toContain(key.secret);
  await page.close();
  const again = await openForm();
  await again.getByText("Your draft was restored. Secrets are not part of it.").waitFor();
  expect(await again.getByLabel("Access key id").inputValue()).toBe(key.id);
  expect(await again.getByLabel("Session duration").first().inputValue()).toBe("43200");
  expect(await again.getByLabel("Secret access key").inputValue()).toBe("");
  await again.getByRole("button", { name: "Add organization" }).click();
  await expect.poll(() => focused(again)).toBe("secretAccessKey");
  // The host's own role lives an hour at most.
  await again.getByLabel("Instance Assume Role").check();
  await again.getByRole("button", { name: "Add organization" }).click();
  await again
    .getByText(/900 to 3600 seconds/)
    .first()
    .waitFor();
});

test("an organization is connected by a stored key; its access changes as a whole, its filters alone (S98–S100, E24)", async () => {
  const user = await makeUser();
  const page = await openForm();
  await page.getByLabel("STS Assume Role").check();
  await page.getByLabel("Access key id").fill(user.id);
  await page.getByLabel("Secret access key").fill(user.secret);
  await page.getByLabel("ARN of the key's user").fill(user.arn);
  const externalId = (await page.locator('[data-copy="External ID"]').first().textContent()) ?? "";
  const texts: string[] = [];
  for (const at of [0, 1]) {
    const link = page.getByRole("link", { name: "CloudFormation" }).nth(at);
    const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
    texts.push(await readFile(await download.path(), "utf8"));
  }
  const [organizationRole = "", memberRole = ""] = texts;
  const { world } = product;
  const trust = { platformRoleArn: user.arn, externalId };
  await createRoles(world, { organizationRole, memberRole }, trust, world.forgottenAccountId, () => {});
  await fillRoles(page);
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText("All that is needed works. Nothing was stored yet.").waitFor({ timeout: 30_000 });
  await page.getByText(/About [\d,]+ calls to AWS a day/).waitFor();
  await page.getByRole("button", { name: "Show what your monitoring will see" }).click();
  await page.getByText(`Assumed by: ${user.arn}`).waitFor();
  await page.getByRole("button", { name: "Show the 6 accounts that would be imported" }).click();
  await page.getByText("so it needs its own stack").waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Add organization" }).click();
  await page.waitForURL("**/organizations", { timeout: 30_000 });
  await page.getByText("In sync").waitFor({ timeout: 60_000 });

  await page.getByRole("grid").focus();
  await page.keyboard.press("Enter");
  await page.getByText("STS Assume Role").waitFor();
  await page.getByText("Stored, not shown").waitFor();
  expect(await page.content()).not.toContain(user.secret);
  await page.getByRole("button", { name: "Change access" }).click();
  expect(await page.getByLabel("Secret access key").inputValue()).toBe("");
  await page.getByText("A secret left blank keeps what is stored").waitFor();
  const session = page.getByLabel("Session name").first();
  await page.getByLabel("Organization role ARN").fill(arnOf("No-Such-Role"));
  await page.getByRole("button", { name: "Check access" }).click();
  await page.getByText("This would be refused. Nothing was stored.").waitFor({ timeout: 30_000 });
  await page.getByLabel("Organization role ARN").fill(arnOf("Skywarden-Harvest-Org-Role"));
  await session.fill("Auditor");
  await page.getByRole("button", { name: "Check access" }).click();
  await page.getByText("All that is needed works. Nothing was stored yet.").waitFor({ timeout: 30_000 });
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByRole("button", { name: "Save access" }).click();
  await page.getByText("All checks ran before it was stored").waitFor({ timeout: 30_000 });
  await page.getByText("Auditor, 3,600 s").waitFor();

  await page.getByLabel("Nickname").fill("renamed");
  const [request] = await Promise.all([
    page.waitForRequest((sent) => sent.method() === "PATCH"),
    page.getByRole("button", { name: "Save filters" }).click(),
  ]);
  expect(Object.keys(request.postDataJSON())).not.toContain("organizationRole");
  await page.getByText("Saved. The next sync applies it.").waitFor();
  await page.getByText("Auditor, 3,600 s").waitFor();
}, 240_000);

// One account by itself, through the web alone: added, harvested, its access tested and changed, removed.
import { readFile } from "node:fs/promises";
import { CloudFormationClient, CreateStackCommand } from "@aws-sdk/client-cloudformation";
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { ListAccountsCommand, OrganizationsClient } from "@aws-sdk/client-organizations";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Product, startProduct } from "../product.ts";
import { collectFaults, openChromium, openPage, seriousFaults, signedIn } from "./chromium.ts";

let product: Product;
let browser: Browser;
let context: BrowserContext;
let accountId: string;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ accounts: 6, connected: false }), openChromium()]);
  context = await signedIn(browser, product);
  accountId = await memberAccount();
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

const region = "us-east-1";
const adminClient = () => {
  const { endpoint, accessKeyId, secretAccessKey } = product.world;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
};

/** An account that no special case of the world stands in. */
async function memberAccount(): Promise<string> {
  const { world } = product;
  const { Accounts = [] } = await new OrganizationsClient(adminClient()).send(new ListAccountsCommand({}));
  const special = [
    world.managementAccountId,
    world.hostingAccountId,
    world.scpDeniedAccountId,
    world.forgottenAccountId,
    ...world.suspendedAccountIds,
  ];
  const id = Accounts.map((account) => account.Id ?? "").find((each) => !special.includes(each));
  if (id === undefined) throw new Error("the world has no plain member account");
  return id;
}

/** As the administrator of the organization works in a member. */
async function memberClient(id: string) {
  const RoleArn = `arn:aws:iam::${id}:role/OrganizationAccountAccessRole`;
  const { Credentials: held } = await new STSClient(adminClient()).send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: "administrator" }),
  );
  const { AccessKeyId = "", SecretAccessKey = "", SessionToken = "" } = held ?? {};
  return {
    endpoint: product.world.endpoint,
    region,
    credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken },
  };
}

async function makeUserKey(id: string) {
  const iam = new IAMClient(await memberClient(id));
  const UserName = "skywarden";
  await iam.send(new CreateUserCommand({ UserName }));
  const PolicyArn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  return { id: AccessKey?.AccessKeyId ?? "", secret: AccessKey?.SecretAccessKey ?? "" };
}

const focused = (page: Page) => page.evaluate('document.activeElement?.getAttribute("data-path")');
const openForm = () => openPage(context, `${product.url}/clouds/add`);
const add = (page: Page) => page.getByRole("button", { name: "Add cloud" });
const goodArn = "arn:aws:iam::111111111111:role/Member";
const keyId = "AKIAABCDEFGHIJKLMNOP";

/** A form in which only one field is wrong. */
async function fillWell(page: Page, type: string) {
  await page.getByRole("radio", { name: type }).check();
  if (type !== "Access key") await page.getByLabel("Role ARN", { exact: true }).fill(goodArn);
  if (type !== "Instance Assume Role") {
    await page.getByLabel("Access key id").fill(keyId);
    await page.getByLabel("Secret access key").fill("s".repeat(40));
  }
  await page.getByLabel("Name", { exact: true }).fill("one");
}

const host = "Instance Assume Role";
const sts = "STS Assume Role";
const key = "Access key";
const wrongFields: [type: string, label: string, value: string, field: string, says: RegExp][] = [
  [host, "Role ARN", "", "roleArn", /Paste the ARN/],
  [host, "Role ARN", "arn:aw:iam::111111111111:role/Name", "roleArn", /misspelt/],
  [host, "Session name", "two words", "sessionName", /without spaces/],
  [host, "Session duration", "3601", "durationSeconds", /900 to 3600 seconds/],
  [host, "Name", " ", "name", /Give the cloud a name/],
  [sts, "Session duration", "43201", "durationSeconds", /900 to 43200 seconds/],
  [sts, "Access key id", "ASIAABCDEFGHIJKLMNOP", "accessKeyId", /AKIA and 16/],
  [key, "Access key id", "", "accessKeyId", /AKIA and 16/],
  [key, "Secret access key", "short", "secretAccessKey", /40 letters/],
];

test.each(
  wrongFields,
)("%s: %s = “%s” is refused at its field, which has the focus", async (type, label, value, field, says) => {
  const page = await openForm();
  await fillWell(page, type);
  await page.getByLabel(label, { exact: true }).fill(value);
  await add(page).click();
  await page.getByText(says).first().waitFor();
  await expect.poll(() => focused(page)).toBe(field);
  expect(await page.locator("[data-path][aria-invalid=true]").count()).toBe(1);
  expect(await seriousFaults(page)).toEqual([]);
});

test("a guessable External ID, a badge of Skywarden's own and a key given twice are refused", async () => {
  const page = await openForm();
  await fillWell(page, host);
  await page.getByRole("combobox", { name: "External ID" }).click();
  await page.getByRole("option", { name: "Another one" }).click();
  await page.getByLabel("External ID of this account").fill("guess");
  for (const [at, name] of ["env", "system.mine", "env"].entries()) {
    await page.getByRole("button", { name: "Add badge" }).click();
    await expect.poll(() => focused(page)).toBe(`badges.${at}.key`);
    await page.getByLabel("Key", { exact: true }).nth(at).fill(name);
  }
  await add(page).click();
  await page.getByText("Use 16 to 1,224 letters").waitFor();
  await page.getByText(/are Skywarden's own/).waitFor();
  await page.getByText("This key is given twice").waitFor();
  await expect.poll(() => focused(page)).toBe("externalId");
});

test("what only AWS can know stands at its field, too, and nothing is stored", async () => {
  const page = await openForm();
  await fillWell(page, host);
  await page.getByLabel("Role ARN", { exact: true }).fill(`arn:aws:iam::${accountId}:role/No-Such-Role`);
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText("This would be refused. Nothing was stored.").waitFor({ timeout: 30_000 });
  await page
    .getByText(/The role cannot be assumed/)
    .first()
    .waitFor();
  await expect.poll(() => focused(page)).toBe("roleArn");
  await fillWell(page, key);
  await add(page).click();
  await page
    .getByText(/AWS does not accept this key/)
    .first()
    .waitFor({ timeout: 30_000 });
  await page.goto(`${product.url}/clouds`);
  await page.getByText("No cloud is connected yet").waitFor();
});

test("the draft survives a reload, without its secrets", async () => {
  const page = await openForm();
  await fillWell(page, sts);
  await page.getByRole("combobox", { name: "External ID" }).click();
  await page.getByRole("option", { name: "Another one" }).click();
  await page.getByLabel("External ID of this account").fill("nobody-can-guess-this");
  await page.getByLabel("Name", { exact: true }).fill("kept in the draft");
  const kept = String(await page.evaluate("JSON.stringify({ ...localStorage })"));
  expect(kept).toContain("kept in the draft");
  expect(kept).not.toContain("s".repeat(40));
  expect(kept).not.toContain("nobody-can-guess-this");
  await page.reload();
  await page.getByText("Your draft was restored.").waitFor();
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("kept in the draft");
  expect(await page.getByLabel("Secret access key").inputValue()).toBe("");
  await page.getByRole("button", { name: "Start over" }).click();
  expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("");
  await page.reload();
  await page.getByLabel("Name", { exact: true }).waitFor();
  expect(await page.getByText("Your draft was restored.").count()).toBe(0);
});

test("a draft is for who typed it, not for the next to sign in to this browser (S54)", async () => {
  const page = await openForm();
  await page.getByLabel("Name", { exact: true }).fill("of the first");
  const second = { email: "second@example.test", password: "another horse battery" };
  const made = await fetch(`${product.url}/api/v1/users`, {
    method: "POST",
    headers: { authorization: `Bearer ${product.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ ...second, role: "tenant-admin" }),
  });
  expect(made.status).toBe(201);
  const drafts = await page.evaluate("JSON.stringify({ ...localStorage })");
  const other = await signedIn(browser, { ...product, ...second });
  await other.addInitScript(`Object.assign(localStorage, ${drafts})`);
  const theirs = await openPage(other, `${product.url}/clouds/add`);
  await theirs.getByLabel("Name", { exact: true }).waitFor();
  expect(await theirs.getByLabel("Name", { exact: true }).inputValue()).toBe("");
  expect(await theirs.getByText("Your draft was restored.").count()).toBe(0);
  await other.close();
  await page.reload();
  await page.getByText("Your draft was restored.").waitFor();
});

test("the form is found, filled and submitted by keyboard", async () => {
  const page = await openPage(context, `${product.url}/`);
  await page.keyboard.press("Control+k");
  await page.getByRole("textbox", { name: "Search" }).waitFor();
  await page.keyboard.type("Add cloud");
  await page.getByRole("dialog").getByText("Add cloud").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/clouds/add");
  await page.getByRole("radio", { name: host }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  expect(await page.getByRole("radio", { name: key }).isChecked()).toBe(true);
  await page.getByText("An access key is the weakest way").waitFor();
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("accessKeyId");
  await page.keyboard.type(keyId);
  await page.keyboard.press("Tab");
  expect(await focused(page)).toBe("secretAccessKey");
  await page.keyboard.press("Enter");
  await page.getByText(/40 letters/).waitFor();
  await expect.poll(() => focused(page)).toBe("secretAccessKey");
});

test("the installation's own role needs no External ID, and the form says so", async () => {
  const page = await openForm();
  const own = (await page.locator('[data-copy="platform role ARN in aws"]').textContent()) ?? "";
  await fillWell(page, host);
  await page.getByLabel("Role ARN", { exact: true }).fill(own);
  await page.getByText("This is the installation's own role", { exact: true }).waitFor();
  expect(await page.getByRole("combobox", { name: "External ID" }).count()).toBe(0);
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText(/nothing is assumed and no external id is needed/).waitFor({ timeout: 30_000 });
  await page.getByText("It can be added, but nothing of it could be harvested yet.").waitFor();
  await page.getByText(/Attach the policies of the member-role template/).waitFor();
});

test("add, harvest, test, change, remove", async () => {
  const page = await openPage(context, `${product.url}/clouds`);
  const faults = collectFaults(page);
  await page.getByRole("link", { name: "Add cloud" }).first().click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "CloudFormation" }).click(),
  ]);
  const TemplateBody = await readFile(await download.path(), "utf8");
  const stack = { StackName: "one", TemplateBody, Capabilities: ["CAPABILITY_NAMED_IAM" as const] };
  await new CloudFormationClient(await memberClient(accountId)).send(new CreateStackCommand(stack));

  const roleArn = `arn:aws:iam::${accountId}:role/Skywarden-Harvest-Member-Role`;
  await page.getByLabel("Role ARN", { exact: true }).fill(roleArn);
  await page.getByLabel("Name", { exact: true }).fill("Lone account");
  await page.getByRole("button", { name: "Add badge" }).click();
  await page.getByLabel("Key", { exact: true }).fill("env");
  await page.getByLabel("Value", { exact: true }).fill("prod");
  await page.getByRole("button", { name: "Check" }).click();
  await page.getByText("All that is needed works. Nothing was stored yet.").waitFor({ timeout: 30_000 });
  await page.getByText("The role is assumed with your tenant's external id").waitFor();
  await page.getByText(`${accountId} is not connected yet.`).waitFor();
  expect(await seriousFaults(page)).toEqual([]);
  await add(page).click();
  await page.waitForURL(/\/clouds\/cld_/, { timeout: 30_000 });
  const address = page.url();

  await page.goto(`${product.url}/clouds?filter=badge:env=prod`);
  await page.getByText("1 cloud", { exact: true }).waitFor();
  await page.goto(`${product.url}/inventory`);
  await page.getByRole("grid", { name: "resources" }).waitFor({ timeout: 120_000 });

  await page.goto(address);
  await page.getByRole("tab", { name: "Access" }).click();
  await page.getByText("Your tenant's own; it follows its rotation").waitFor();
  await page.getByRole("button", { name: "Test access" }).click();
  await page.getByText("The access works.", { exact: true }).waitFor({ timeout: 30_000 });
  expect(await seriousFaults(page)).toEqual([]);
  expect(faults).toEqual([]);

  await changeAndRemove(page, address);
}, 300_000);

async function changeAndRemove(page: Page, address: string) {
  const save = page.getByRole("button", { name: "Save access" });
  await page.getByRole("button", { name: "Change access" }).click();
  await page.getByLabel("Role ARN", { exact: true }).fill(`arn:aws:iam::${accountId}:role/Another-Role`);
  await save.click();
  await page.getByText(/The role cannot be assumed/).waitFor({ timeout: 30_000 });
  expect(await focused(page)).toBe("roleArn");
  await page.getByRole("button", { name: "Discard" }).click();

  // The External ID stays without being typed again.
  await page.getByRole("button", { name: "Change access" }).click();
  await page.getByLabel("Session name").fill("Renamed");
  await save.click();
  await page
    .getByText("Changed. The new access was tried before it was stored.")
    .waitFor({ timeout: 30_000 });
  await page.getByText("Renamed, 3,600 s").waitFor();

  const user = await makeUserKey(accountId);
  await page.getByRole("button", { name: "Change access" }).click();
  await page.getByRole("radio", { name: key }).check();
  await page.getByLabel("Access key id").fill(user.id);
  await save.click();
  await page.getByText(/Give the secret of this key/).waitFor();
  await page.getByLabel("Secret access key").fill(user.secret);
  await save.click();
  await page
    .getByText("Changed. The new access was tried before it was stored.")
    .waitFor({ timeout: 30_000 });
  expect(await page.content()).not.toContain(user.secret);
  // Its secret stays, too.
  await page.getByRole("button", { name: "Change access" }).click();
  expect(await page.getByLabel("Secret access key").inputValue()).toBe("");
  await save.click();
  await page
    .getByText("Changed. The new access was tried before it was stored.")
    .waitFor({ timeout: 30_000 });

  await page.getByLabel("Name", { exact: true }).fill("Renamed account");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("heading", { name: "Renamed account" }).waitFor({ timeout: 30_000 });

  await page.getByRole("button", { name: "Preview removal" }).click();
  await page.getByText(/This removes [\d,]+ resources and [\d,]+ open findings?/).waitFor();
  const remove = page.getByRole("button", { name: /^Remove cloud and [\d,]+ resources/ });
  expect(await remove.isDisabled()).toBe(true);
  expect(await seriousFaults(page)).toEqual([]);
  await page.getByLabel("Type Renamed account to confirm").fill("Renamed account");
  await remove.click();
  await page.waitForURL("**/clouds");
  await page.getByText("No cloud is connected yet").waitFor({ timeout: 60_000 });
  await page.goto(address);
  await page.getByText("There is no such thing").first().waitFor();
}

test("a viewer finds no way to add, and is told so at the address", async () => {
  const account = { email: "viewer@example.test", password: "a long enough password" };
  await fetch(`${product.url}/api/v1/users`, {
    method: "POST",
    headers: { authorization: `Bearer ${product.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ ...account, role: "viewer" }),
  });
  const viewer = await signedIn(browser, { url: product.url, ...account });
  const list = await openPage(viewer, `${product.url}/clouds`);
  await list.getByRole("heading", { name: "Clouds" }).waitFor();
  expect(await list.getByRole("link", { name: /^Add / }).count()).toBe(0);
  const form = await openPage(viewer, `${product.url}/clouds/add`);
  await form.getByText("Your role does not allow this").waitFor();
  expect(await add(form).count()).toBe(0);
  await viewer.close();
});

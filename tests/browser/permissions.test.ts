// Permissions in the web: the statement that is in the way, the change that mends it with its proof, what a person
// calls known, the matrix by keyboard, one SCP of many clouds as one row; and the ways of a user to everything.
import { CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  ListRootsCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runMainJob } from "#cli/demo/main-job.ts";
import { type Product, startProduct } from "../product.ts";
import { collectFaults, openChromium, openPage, overflowPx, seriousFaults, signedIn } from "./chromium.ts";

let product: Product;
let browser: Browser;
let context: BrowserContext;
let cloud: { id: string; organizationId: string };

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ accounts: 6, connected: false }), openChromium()]);
  await prepareWorld();
  const { url, apiKey, world } = product;
  await runMainJob({ url, apiKey }, world, { show: () => undefined, end: () => undefined });
  context = await signedIn(browser, product);
  const { items } = await get<{ items: { id: string; accountId: string }[] }>("/clouds");
  const denied = items.find(({ accountId }) => accountId === world.scpDeniedAccountId);
  cloud = await get(`/clouds/${denied?.id}`);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const openTab = (more = "") => openPage(context, `${product.url}/clouds/${cloud.id}?tab=permissions${more}`);

async function get<Answer>(path: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${product.apiKey}` };
  return (await fetch(`${product.url}/api/v1${path}`, { headers })).json() as Promise<Answer>;
}

/** One SCP whose exception misses our roles, one whose exception names them, and a user who may give itself more. */
async function prepareWorld(): Promise<void> {
  const { endpoint, accessKeyId, secretAccessKey } = product.world;
  const settings = { endpoint, region: "us-east-1", credentials: { accessKeyId, secretAccessKey } };
  const organizations = new OrganizationsClient(settings);
  const { Roots = [] } = await organizations.send(new ListRootsCommand({}));
  const scps: [name: string, actions: string[], exception: string][] = [
    ["guard", ["ec2:DescribeInstances", "ec2:DescribeVolumes"], "arn:aws:iam::*:role/csp-harvest"],
    ["only-auditors", ["sqs:*"], "arn:aws:iam::*:role/Skywarden-*"],
  ];
  for (const [Name, Action, exception] of scps) {
    const statement = { Sid: "DenyUnlessHarvest", Effect: "Deny", Action, Resource: "*" };
    const Condition = { ArnNotLike: { "aws:PrincipalArn": [exception] } };
    const { Policy } = await organizations.send(
      new CreatePolicyCommand({
        ...{ Name, Description: Name, Type: "SERVICE_CONTROL_POLICY" },
        Content: JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Condition }] }),
      }),
    );
    await organizations.send(
      new AttachPolicyCommand({ PolicyId: Policy?.PolicySummary?.Id, TargetId: Roots[0]?.Id }),
    );
  }
  const iam = new IAMClient(settings);
  await iam.send(new CreateUserCommand({ UserName: "release-bot" }));
  const own = { Sid: "Own", Effect: "Allow", Action: "iam:PutUserPolicy", Resource: "*" };
  await iam.send(
    new PutUserPolicyCommand({
      ...{ UserName: "release-bot", PolicyName: "release" },
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [own] }),
    }),
  );
}

test("a problem shows the statement with the compared values, and the change with its proof (S43, S46)", async () => {
  const page = await openTab();
  const faults = collectFaults(page);
  await page.getByRole("button", { name: /guard denies it by DenyUnlessHarvest/ }).click();
  const compared = page.getByRole("table", { name: "Conditions of DenyUnlessHarvest" });
  const words = await compared.getByRole("row").nth(1).innerText();
  expect(words).toContain("aws:PrincipalArn");
  expect(words).toContain(":role/Skywarden-Harvest-Member-Role");
  expect(words).toContain("ArnNotLike arn:aws:iam::*:role/csp-harvest");
  expect(words).toContain("holds");
  const change = page.getByRole("region", { name: "Change of guard" });
  expect(await change.locator("ins").allInnerTexts()).toEqual([
    expect.stringContaining("role/csp-harvest"),
    expect.stringContaining("arn:aws:iam::*:role/Skywarden-Harvest-Member-Role"),
  ]);
  await page.getByText("With this change: Allowed").waitFor();
  expect(await overflowPx(page)).toBe(0);
  expect(await seriousFaults(page)).toEqual([]);
  expect(faults).toEqual([]);
  await page.close();
});

test("what AWS's policy simulator calls denied and is not, stands apart with the reason (S46, S47)", async () => {
  const alarms = async () =>
    (await get<{ falseAlarms: unknown[] }>(`/clouds/${cloud.id}/permissions/summary`)).falseAlarms.length;
  await expect.poll(alarms, { timeout: 45_000, interval: 500 }).toBeGreaterThan(0);
  const page = await openTab();
  const section = page.getByRole("region", { name: "False alarms of AWS's policy simulator" });
  await section
    .getByText(/allowed actions? that it calls denied/)
    .first()
    .click();
  expect(await section.innerText()).toMatch(/sqs:[\s\S]*ListQueues/);
  expect(await page.getByRole("button", { name: /only-auditors/ }).count()).toBe(0);
  await page.close();
});

test("a problem that is called known says by whom, why and until when, and can be taken back (S47)", async () => {
  const page = await openTab();
  await page.getByRole("button", { name: /guard denies it/ }).click();
  await page.getByRole("button", { name: /^Call \d+ permissions known$/ }).click();
  await page.getByText("Say why it may stay as it is").waitFor();
  await page.getByLabel("Why it may stay as it is").fill("Instances are audited by another team");
  await page.getByLabel("Until (optional)").fill("2099-12-31");
  await page.keyboard.press("Enter");
  await page.getByText("Instances are audited by another team").waitFor();
  await page.getByText(/until 2099-12-31/).waitFor();
  await page.getByRole("button", { name: /guard denies it.*known/ }).waitFor();
  await page.getByRole("button", { name: "Take it back" }).click();
  await page.getByRole("button", { name: /^Call \d+ permissions known$/ }).waitFor();
  await page.close();
});

test("the matrix is walked by arrows, and Enter opens all three opinions of a cell", async () => {
  const page = await openTab("&filter=ec2:DescribeInstances");
  const stop = page.getByRole("grid", { name: "Verdicts" }).locator("button[tabindex='0']");
  const focused = () => page.evaluate("document.activeElement.getAttribute('aria-label')");
  await stop.focus();
  const first = String(await focused());
  expect(first).toMatch(/^ec2:DescribeInstances in [a-z0-9-]+: Denied$/);
  await page.keyboard.press("ArrowRight");
  const second = await focused();
  expect(second).not.toBe(first);
  await page.keyboard.press("Home");
  expect(await focused()).toBe(first);
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowRight");
  expect(await stop.count()).toBe(1);
  const last = await focused();
  await page.keyboard.press("Enter");
  const opinions = page.getByRole("table", { name: "Opinions" });
  await opinions.waitFor();
  for (const who of ["Our calls", "The policies", "AWS's simulator"])
    expect(await opinions.innerText()).toContain(who);
  await page.keyboard.press("Escape");
  await opinions.waitFor({ state: "detached" });
  expect(page.url()).not.toContain("region=");
  await expect.poll(focused).toBe(last);
  await page.close();
});

test("one SCP that blocks several clouds is one row of the organization, with a way to each", async () => {
  const page = await openPage(
    context,
    `${product.url}/organizations/${cloud.organizationId}?tab=permissions`,
  );
  await page.getByRole("button", { name: /guard denies it by DenyUnlessHarvest ?2 clouds/ }).click();
  await page.getByRole("link", { name: "security-tooling" }).first().click();
  await page.waitForURL("**/clouds/*?tab=permissions");
  await page.close();
});

test("a gap of the harvest leads to the verdicts of its action", async () => {
  const page = await openPage(context, `${product.url}/clouds/${cloud.id}?tab=harvest`);
  await page.getByRole("link", { name: "What the role may do, and what mends it" }).first().click();
  await page.waitForURL(/tab=permissions&filter=[a-z0-9-]+:\w+/);
  await page.getByRole("grid", { name: "Verdicts" }).waitFor();
  await page.close();
});

test("a user who may give itself more is shown the way it goes, drawn and with the statement", async () => {
  const { items } = await get<{ items: { id: string; name: string }[] }>(
    "/resources?type=aws.iam.user&q=release-bot",
  );
  const page = await openPage(context, `${product.url}/inventory/${items[0]?.id}?tab=access&full=1`);
  await page.getByRole("img", { name: /1 way from release-bot to everything/ }).waitFor();
  await page.getByText("Writes itself a policy").last().click();
  await page.getByText("iam:PutUserPolicy").waitFor();
  expect(await page.getByRole("region", { name: "Way 1" }).innerText()).toContain("Own of release");
  expect(await seriousFaults(page)).toEqual([]);
  await page.close();
});

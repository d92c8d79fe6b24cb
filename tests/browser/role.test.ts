// The role of a cloud in the web: as the template made it, changed by hand, called intended; and the organization's.
// And "Try it", which breaks and mends another cloud's role and what it may do.
import {
  DetachRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { getDemo } from "#contract/demo.ts";
import type { ResponseOf } from "#contract/route.ts";
import { type Product, startProduct } from "../product.ts";
import { faultsInEveryView, openChromium, openPage, signedIn } from "./chromium.ts";

let product: Product;
let browser: Browser;
let context: BrowserContext;
let cloud: { id: string; organizationId: string; roleArn: string };

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ accounts: 6 }), openChromium()]);
  context = await signedIn(browser, product);
  const { items } = await get<{ items: { id: string; accountId: string }[] }>("/clouds");
  const management = items.find(({ accountId }) => accountId === product.world.managementAccountId);
  cloud = await get(`/clouds/${management?.id}`);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

async function get<Answer>(path: string): Promise<Answer> {
  const headers = { authorization: `Bearer ${product.apiKey}` };
  return (await fetch(`${product.url}/api/v1${path}`, { headers })).json() as Promise<Answer>;
}

const openRole = () => openPage(context, `${product.url}/clouds/${cloud.id}?tab=role`);

async function expectWhole(page: Page): Promise<void> {
  expect(await faultsInEveryView(page)).toEqual({});
}

/** What somebody does in the account who has not asked anybody. */
async function changeByHand(): Promise<void> {
  const { endpoint, accessKeyId, secretAccessKey } = product.world;
  const iam = new IAMClient({ endpoint, region: "us-east-1", credentials: { accessKeyId, secretAccessKey } });
  const RoleName = cloud.roleArn.split("/").at(-1) ?? "";
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  for (const { PolicyArn } of AttachedPolicies.filter((one) => one.PolicyArn?.includes(":aws:policy/")))
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  const statement = { Effect: "Allow", Action: ["iam:Get*", "iam:List*", "s3:PutObject"], Resource: "*" };
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: "by-hand",
      PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    }),
  );
}

test("a role is shown as its template made it, with nothing to mend (S70)", async () => {
  const page = await openRole();
  await page.getByText("The role is as its template makes it.").waitFor();
  await page.getByText("The role's policies list every action that this release needs.").waitFor();
  await page.getByText("of this release", { exact: true }).first().waitFor();
  expect(await page.getByRole("button", { name: "Call it intended" }).count()).toBe(0);
  await expectWhole(page);
  await page.close();
});

test("a role that was changed by hand says how, what is not seen for it, and what mends it (S70)", async () => {
  await changeByHand();
  const page = await openRole();
  await page.getByRole("button", { name: "Harvest now" }).click();
  await page
    .getByText("Policy by-hand has a statement that the template does not make")
    .waitFor({ timeout: 45_000 });
  await page.getByText(/The role's policies do not list \d+ actions? that this release needs/).waitFor();
  expect(await page.getByRole("list", { name: "Resource types not seen" }).count()).toBe(1);
  expect(await page.getByLabel("commands that mend the role", { exact: true }).innerText()).toContain(
    "--deployment-mode REVERT_DRIFT",
  );
  await page.getByText(/\d+ insights? cannot be judged/).click();
  await expectWhole(page);
  await page.close();
});

test("an organization groups its roles by what they lack, with a way to each (S70)", async () => {
  const page = await openPage(context, `${product.url}/organizations/${cloud.organizationId}`);
  const group = page.getByText(/^1 role lacks \d+ actions? of this release$/);
  await group.click();
  await page.getByText("aws cloudformation").first().waitFor();
  await expectWhole(page);
  await page.setViewportSize({ width: 1280, height: 900 });
  const section = page.getByRole("region", { name: "Roles of its clouds" });
  await section.locator(`a[href*="${cloud.id}"]`).first().click();
  await page.waitForURL(`**/clouds/${cloud.id}?tab=role`);
  await page.close();
});

test("a change that is called intended is drift no more", async () => {
  const page = await openRole();
  await page.getByRole("button", { name: "Call it intended" }).click();
  await page.getByText("Called intended:").waitFor();
  expect(await page.getByText(/seen since/).count()).toBe(0);
  await page.close();
});

describe("Try it", () => {
  let page: Page;
  beforeAll(async () => {
    page = await openPage(context, `${product.url}/try`);
  });
  afterAll(() => page.close());

  const patient = { timeout: 45_000 };
  const part = (name: string) => page.getByRole("region", { name, exact: true });
  const button = (step: Locator, name: string) => step.getByRole("button", { name, exact: true });

  async function readStep(id: string) {
    const { steps } = await get<ResponseOf<typeof getDemo>>("/demo");
    const step = steps.find((one) => one.id === id);
    if (!step) throw new Error(`there is no step ${id}`);
    return step;
  }

  test("a policy that shuts Skywarden out is named with its statement, and mended by the change that is shown (S46)", async () => {
    const step = part("A policy that exempts another role");
    await button(step, "Attach the policy").click();
    await step.getByText("Harvested").waitFor(patient);
    await step.getByText("Warning", { exact: true }).waitFor(patient);
    await step.getByRole("region", { name: "Skywarden" }).getByText("Denied").waitFor(patient);
    await step.getByText("DenyUnlessHarvester").first().waitFor();
    expect(await step.getByRole("region", { name: /^Change of TryItMissedException/ }).innerText()).toContain(
      "arn:aws:iam::*:role/Skywarden-Harvest-Member-Role",
    );
    await expectWhole(page);

    await button(step, "Apply the fix").click();
    await step.getByText("Fix applied").waitFor(patient);
    await step.getByText("Healthy", { exact: true }).waitFor(patient);
    await step.getByRole("region", { name: "Skywarden" }).getByText("Allowed").waitFor(patient);
    await step.getByText("A false alarm").waitFor(patient);

    await button(step, "Detach the policy").click();
    await step.getByText("Policy detached").waitFor(patient);
    await expect
      .poll(async () => (await readStep("missed-exception")).progress?.harvested?.state, patient)
      .toBe("done");
    expect(await readStep("missed-exception")).toMatchObject({
      state: "untouched",
      policy: null,
      cloud: { state: "healthy" },
    });
  });

  test("a role that breaks makes verdicts stale and the score no better, and is mended again", async () => {
    const step = part("A role that breaks");
    await button(step, "Break the role").click();
    await step.getByText("Not harvested").waitFor(patient);
    await step.getByText("This cloud").waitFor(patient);
    const { scores, cloud } = await readStep("role");
    expect(cloud?.state).toBe("assume-role-failed");
    const { before, now } = scores ?? {};
    expect(before?.cloud).toMatchObject({ coverage: 1, stale: 0 });
    expect(now?.cloud).toMatchObject({ value: before?.cloud.value, coverage: 0 });
    expect(now?.cloud.stale).toBe((before?.cloud.passed ?? 0) + (before?.cloud.failed ?? 0));
    expect(now?.estate.value).toBeLessThanOrEqual(before?.estate.value ?? 0);
    expect(now?.estate.coverage).toBeLessThan(before?.estate.coverage ?? 0);
    await expectWhole(page);

    await page.reload();
    await button(step, "Mend the role").click();
    await step.getByText("Harvested").waitFor(patient);
    await expect.poll(async () => (await readStep("role")).cloud?.state, patient).toBe("healthy");
    expect((await readStep("role")).scores?.now.cloud).toMatchObject({ coverage: 1, stale: 0 });
  });
});

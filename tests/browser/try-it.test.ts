// The demo's "Try it": a policy that shuts Skywarden out and its fix, and a role that breaks, in a world of their own.
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { getDemo } from "#contract/demo.ts";
import type { ResponseOf } from "#contract/route.ts";
import { type Product, startProduct } from "../product.ts";
import { openChromium, openPage, overflowPx, seriousFaults, signedIn, views } from "./chromium.ts";

let product: Product;
let browser: Browser;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct({ accounts: 6 }), openChromium()]);
  context = await signedIn(browser, product);
  page = await openPage(context, `${product.url}/try`);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const patient = { timeout: 45_000 };
const part = (name: string) => page.getByRole("region", { name, exact: true });
const button = (step: Locator, name: string) => step.getByRole("button", { name, exact: true });

async function readStep(id: string) {
  const headers = { authorization: `Bearer ${product.apiKey}` };
  const answer = await fetch(`${product.url}/api/v1/demo`, { headers });
  const { steps } = (await answer.json()) as ResponseOf<typeof getDemo>;
  const step = steps.find((one) => one.id === id);
  if (!step) throw new Error(`there is no step ${id}`);
  return step;
}

async function expectWhole(): Promise<void> {
  for (const { widthPx, scheme } of views) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: widthPx, height: widthPx < 768 ? 844 : 900 });
    await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
    await expect.poll(() => page.evaluate("document.getAnimations().length")).toBe(0);
    expect(await overflowPx(page)).toBe(0);
    expect(await seriousFaults(page)).toEqual([]);
  }
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
  await expectWhole();

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
  await expectWhole();

  await page.reload();
  await button(step, "Mend the role").click();
  await step.getByText("Harvested").waitFor(patient);
  await expect.poll(async () => (await readStep("role")).cloud?.state, patient).toBe("healthy");
  expect((await readStep("role")).scores?.now.cloud).toMatchObject({ coverage: 1, stale: 0 });
});

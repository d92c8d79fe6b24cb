// The template part of both forms, before and after the operator has published the templates (E4).
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Product, startProduct } from "../product.ts";
import { openChromium, openPage, overflowPx, seriousFaults, signedIn, views } from "./chromium.ts";

let product: Product;
let browser: Browser;
const forms = ["/organizations/add", "/clouds/add"];
const bucket = "skywarden-templates";

beforeAll(async () => {
  [product, browser] = await Promise.all([
    startProduct({ accounts: 5, connected: false, templateBucket: bucket }),
    openChromium(),
  ]);
}, 300_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

async function publish(): Promise<void> {
  const url = `${product.url}/api/v1/template-copies`;
  const headers = { authorization: `Bearer ${product.apiKey}`, "content-type": "application/json" };
  const known = (await (await fetch(url, { headers })).json()) as {
    templates: { name: string; hash: string }[];
  };
  const templates = known.templates.map(({ name, hash }) => ({ name, hash }));
  const body = JSON.stringify({ region: "eu-west-1", templates });
  expect((await fetch(`${url}/aws`, { method: "PUT", headers, body })).status).toBe(200);
}

test("nothing speaks of an S3 URL before the templates are published (S56, E4)", async () => {
  const context = await signedIn(browser, product);
  for (const form of forms) {
    const page = await openPage(context, `${product.url}${form}`);
    await page.getByRole("link", { name: "CloudFormation" }).first().waitFor();
    await page.waitForLoadState("networkidle");
    expect(await page.getByText("Amazon S3 URL").count()).toBe(0);
  }
  await context.close();
});

describe.each(views)("published, at $widthPx px in $scheme", (view) => {
  test("both forms show the S3 URL and the link that opens the console (S56, S63, E4)", async () => {
    await publish();
    const context = await signedIn(browser, product, view);
    for (const form of forms) {
      const page = await openPage(context, `${product.url}${form}`);
      const link = page.getByRole("link", { name: "Create the stack in the AWS console" }).last();
      await link.waitFor();
      const href = (await link.getAttribute("href")) ?? "";
      expect(href).toMatch(/^https:\/\/us-east-1\.console\.aws\.amazon\.com\/cloudformation\/home/);
      expect(href).toContain("param_RoleType=standard-managed");
      expect(href).toContain("param_PlatformRoleArn=arn%3Aaws%3Aiam%3A%3A");
      expect(href).not.toMatch(/ExternalId/i);
      expect(await page.getByText(/^https:\/\/skywarden-templates\.s3\.eu-west-1/).count()).toBeGreaterThan(
        0,
      );
      expect(await overflowPx(page)).toBe(0);
      expect(await seriousFaults(page)).toEqual([]);
    }
    await context.close();
  });
});

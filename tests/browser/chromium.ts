// A real Chromium for the browser tests, and the questions they all ask of a page.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import chromium from "@sparticuz/chromium";
import { type Browser, type BrowserContext, chromium as engine, type Page } from "playwright-core";
import { expect } from "vitest";

const require = createRequire(import.meta.url);
/**
 * Made for a single-use process of a cloud function; here a context must survive the closing of another. And of the
 * GPU that its software plays: eight loads of a form take 4.1 s of CPU without, 6.8 with (2026-11-22).
 */
const unwanted =
  /^--(single-process|no-zygote|in-process-gpu|ignore-gpu-blocklist|use-gl=.*|use-angle=.*|.*swiftshader)$/;

export async function openChromium(): Promise<Browser> {
  return engine.launch({
    executablePath: process.env.SKYWARDEN_CHROMIUM ?? (await chromium.executablePath()),
    args: [
      ...chromium.args.filter((arg) => !unwanted.test(arg)),
      "--disable-gpu",
      "--disable-software-rasterizer",
    ],
  });
}

export interface View {
  widthPx: number;
  scheme: "light" | "dark";
}
const desk: View = { widthPx: 1280, scheme: "light" };
/** Both layouts and both schemes; a colour does not depend on the width. */
export const views: View[] = [desk, { widthPx: 390, scheme: "dark" }];

export async function openContext(browser: Browser, view: View = desk): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width: view.widthPx, height: view.widthPx < 768 ? 844 : 900 },
    colorScheme: view.scheme,
    reducedMotion: "reduce",
    acceptDownloads: true,
  });
}

interface Account {
  url: string;
  email: string;
  password: string;
}

/** A context in which somebody is signed in; by the API, as the sign-in page has tests of its own. */
export async function signedIn(
  browser: Browser,
  account: Account,
  view: View = desk,
): Promise<BrowserContext> {
  const context = await openContext(browser, view);
  const { email, password } = account;
  const answer = await context.request.post(`${account.url}/api/v1/session`, {
    data: { email, password },
    headers: { "skywarden-request": "1" },
  });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()} ${await answer.text()}`);
  return context;
}

/** Opens a page and waits until it shows content instead of its skeleton. */
export async function openPage(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await settled(page);
  return page;
}

export async function settled(page: Page): Promise<void> {
  await page.locator("h1, [role=dialog]").first().waitFor();
  await page.locator("[role=status][aria-label=Loading]").first().waitFor({ state: "detached" });
}

/** What axe-core calls serious or critical. */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(require.resolve("axe-core/axe.min.js"), "utf8"));
  return page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map(({ target }) => target.join(" ")).join(" | ")
      + " (" + (nodes[0].any[0]?.message ?? "") + ")"))`);
}

export async function overflowPx(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
}

/** What is wrong with the page in each view, by view. */
export async function faultsInEveryView(page: Page): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const { widthPx, scheme } of views) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width: widthPx, height: widthPx < 768 ? 844 : 900 });
    await settled(page);
    // The colours have changed when the root says so and nothing is on its way any more.
    await page.locator(`html[data-mantine-color-scheme=${scheme}]`).waitFor();
    await expect.poll(() => page.evaluate("document.getAnimations().length")).toBe(0);
    const tooWidePx = await overflowPx(page);
    const faults = await seriousFaults(page);
    if (tooWidePx > 0) faults.push(`${tooWidePx} px too wide`);
    if (faults.length > 0) found[`${widthPx} px, ${scheme}`] = faults;
  }
  return found;
}

/** Exceptions, refused scripts and styles; answers of 4xx and 5xx are named by their address. */
export function collectFaults(page: Page): string[] {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      faults.push(message.text());
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400) faults.push(`${response.status()} ${response.url()}`);
  });
  return faults;
}

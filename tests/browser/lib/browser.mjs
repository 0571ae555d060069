// Chromium, and pages that remember what went wrong on them.

import { access } from "node:fs/promises";

import { chromium } from "playwright-core";

/** Without the background switches Chromium asks its maker's hosts at every start; the tests stay on this machine. */
const SWITCHES = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const USUAL_PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 360, height: 740 };

/** How long a test waits for something that should happen: long enough for a machine that does other things too. */
export const PATIENCE_MS = 60_000;

/** One Chromium for a test file. Playwright gives it a new, empty profile. */
export async function launchBrowser() {
  return chromium.launch({ executablePath: await executable(), headless: true, args: SWITCHES });
}

async function executable() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const place of USUAL_PLACES) {
    if (await access(place).then(() => true, () => false)) return place;
  }
  throw new Error(`no Chromium at ${USUAL_PLACES.join(", ")}; set CHROMIUM to its program`);
}

/**
 * A page in a context of its own (own cookies and storage), and its record:
 *
 * - `requests`: `{ method, url, type }` in order;
 * - `violations`: breaches of the content security policy, as texts;
 * - `errors`: console errors and uncaught exceptions, as texts.
 *
 * `options` are Playwright's context options, such as `colorScheme`, `reducedMotion` or `deviceScaleFactor`.
 */
export async function openPage(browser, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, ...options });
  const record = { requests: [], violations: [], errors: [] };
  await collectViolations(context, record.violations);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("request", (request) => {
    record.requests.push({ method: request.method(), url: request.url(), type: request.resourceType() });
  });
  page.on("console", (message) => {
    if (message.type() === "error") record.errors.push(message.text());
  });
  page.on("pageerror", (error) => record.errors.push(String(error)));
  return { page, context, ...record };
}

/** The page itself hears of each violation; a binding carries it here, across navigations. */
async function collectViolations(context, violations) {
  await context.exposeBinding("reportViolation", (_source, text) => violations.push(text));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.reportViolation(`${event.violatedDirective}: ${event.blockedURI || "inline"} in ${event.sourceFile}`);
    });
  });
}

/** Opens a path of the app and waits until it is interactive. */
export async function visit(page, url) {
  const response = await page.goto(url);
  await page.locator("[data-ready]").first().waitFor({ state: "attached" });
  return response;
}

/** The requests that left the server's own origin; there must be none. */
export function foreignRequests(requests, origin) {
  const local = (url) => url.startsWith(`${origin}/`) || url.startsWith("data:") || url.startsWith("blob:");
  return requests.filter(({ url }) => !local(url));
}

/** Bytes over the wire by kind of resource, from the browser's own resource timing. */
export async function transferred(page) {
  return page.evaluate(() =>
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((entry) => ({
      url: entry.name,
      bytes: entry.transferSize,
      encoded: entry.encodedBodySize,
    })),
  );
}

import { launchBrowser, visit } from "./lib/browser.mjs";
const [,, url, out, width = "1280", scheme = "light", ...kinds] = process.argv;
const browser = await launchBrowser();
const context = await browser.newContext({ viewport: { width: Number(width), height: 1000 }, colorScheme: scheme });
const page = await context.newPage();
page.on("pageerror", (e) => console.log("pageerror:", e));
await visit(page, url);
await page.waitForTimeout(2500);
for (const kind of kinds) {
  const f = page.locator(`[data-chart="${kind}"]`);
  await f.scrollIntoViewIfNeeded(); await page.waitForTimeout(600);
  await f.screenshot({ path: `${out}-${kind}.png` });
}
await browser.close();

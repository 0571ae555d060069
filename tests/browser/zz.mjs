import { launchBrowser, visit } from "./lib/browser.mjs";
const [,, url, out, width = "1280", scheme = "light", height = "800"] = process.argv;
const browser = await launchBrowser();
const context = await browser.newContext({ viewport: { width: Number(width), height: Number(height) }, colorScheme: scheme });
const page = await context.newPage();
page.on("console", (m) => m.type() === "error" && console.log("console:", m.text()));
page.on("pageerror", (e) => console.log("pageerror:", e));
await visit(page, url);
await page.waitForTimeout(2500);
const total = await page.evaluate(() => document.documentElement.scrollHeight);
for (let y = 0; y < total; y += 500) { await page.evaluate((y) => window.scrollTo(0, y), y); await page.waitForTimeout(150); }
await page.evaluate(() => window.scrollTo(0, 0));
await page.waitForTimeout(300);
await page.screenshot({ path: out, fullPage: true });
console.log("width", await page.evaluate(() => document.documentElement.scrollWidth), "height", total);
await browser.close();

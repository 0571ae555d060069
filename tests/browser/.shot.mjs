import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
const browser = await launchBrowser();
const url = "http://127.0.0.1:8099";
for (const [w, scheme] of [[1280, "light"], [360, "dark"]]) {
  const { page, context } = await openPage(browser, { viewport: { width: w, height: 900 }, colorScheme: scheme });
  for (const [name, path] of [["data-imagenet", "/data/imagenet50"], ["data-cifar", "/data/cifar10-test"], ["models", "/models"]]) {
    await visit(page, url + path);
    await page.waitForTimeout(1500);
    if (name !== "models") { await page.getByRole("button", { name: "Look at every picture" }).click(); await page.getByText("SHA-256").waitFor(); await page.waitForTimeout(500); }
    await page.screenshot({ path: `/tmp/shots/${name}-${w}-${scheme}.png`, fullPage: true });
  }
  await context.close();
}
await browser.close();

// A data set's page: its pictures, and what looking at every one of them shows.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { read } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { startServer } from "./lib/server.mjs";

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("a data set shows its pictures, its classes and what was found in it", async () => {
  const { page, context, errors } = await openPage(browser);
  await visit(page, `${server.url}/models`);
  await page.getByRole("link", { name: "Shapes, 2,000 pictures for tests" }).or(page.locator('a[href$="/data/shapes-test"]')).first().click();
  await page.waitForURL((url) => url.pathname === "/data/shapes-test");
  const pictures = page.locator("[data-samples] img");
  await pictures.first().waitFor();
  const { samples, set } = await read(server.url, "/api/v1/data/shapes-test");
  assert.equal(await pictures.count(), samples.length);
  const said = await pictures.evaluateAll((all) => all.map((image) => image.alt));
  assert.deepEqual(said, samples.map(({ index, label }) => `Image ${index}, ${set.classes[label]}`));
  await pictures.first().scrollIntoViewIfNeeded();
  await page.waitForFunction(() => document.querySelector("[data-samples] img").naturalWidth > 0);
  const width = await pictures.first().evaluate((image) => image.naturalWidth);
  assert.equal(width, set.shape[2]);

  await page.getByLabel("Also look for its pictures in").selectOption("shapes-train");
  await page.getByRole("button", { name: "Look at every picture" }).click();
  await page.getByText("Pictures of each class").waitFor();
  const found = await read(server.url, "/api/v1/data/shapes-test/checks?with=shapes-train");
  assert.equal(found.looked_at, set.count);
  const counts = await page.locator(".bars .num").allInnerTexts();
  assert.deepEqual(counts.map((text) => Number(text.replace(/\D/g, ""))), found.per_class);
  await page.getByText(found.digest).waitFor();

  await page.getByRole("link", { name: "Attack it" }).click();
  await page.waitForURL((url) => url.pathname === "/new");
  await page.locator("#field-data-count").waitFor();
  assert.equal(await page.locator("#field-data-set, select").first().isVisible(), true);
  assert.deepEqual(errors, []);
  await context.close();
});

test("a data set that is not there says so", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/data/nowhere`);
  await page.getByText('there is no data set "nowhere"').waitFor();
  await context.close();
});

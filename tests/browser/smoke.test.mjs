// The scaffolding itself: the server starts, the page becomes interactive, nothing goes wrong on the way.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { foreignRequests, launchBrowser, openPage, PHONE, visit } from "./lib/browser.mjs";
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

test("the dashboard opens without errors, violations or foreign requests", async () => {
  const { page, context, requests, violations, errors } = await openPage(browser);
  const response = await visit(page, `${server.url}/`);
  assert.equal(response.status(), 200);
  assert.deepEqual(errors, []);
  assert.deepEqual(violations, []);
  assert.deepEqual(foreignRequests(requests, server.url), []);
  await context.close();
});

test("the dashboard fits a phone of 360 pixels", async () => {
  const { page, context } = await openPage(browser, { viewport: PHONE });
  await visit(page, `${server.url}/`);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= PHONE.width, `the page is ${width} pixels wide`);
  await context.close();
});

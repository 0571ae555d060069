// The collectors must catch what they are there for: a page that misbehaves on purpose.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { foreignRequests, launchBrowser, openPage } from "./lib/browser.mjs";
import { until } from "./lib/server.mjs";

const PAGE = `<!doctype html><title>bad</title><script>throw new Error("inline")</script>
<script src="/fine.js"></script><img src="http://127.0.0.1:9/pixel.png" alt="">`;

let browser;
let bad;
let origin;

before(async () => {
  bad = createServer((request, response) => {
    if (request.url === "/fine.js") {
      response.setHeader("content-type", "text/javascript").end('console.error("complaint"); throw new Error("thrown");');
      return;
    }
    response.setHeader("content-type", "text/html");
    response.setHeader("content-security-policy", "default-src 'self'; img-src *");
    response.end(PAGE);
  });
  await new Promise((resolve) => bad.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${bad.address().port}`;
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  bad?.close();
});

test("an inline script is recorded as a violation", async () => {
  const { page, context, violations } = await openPage(browser);
  await page.goto(`${origin}/`);
  await until("the violation is recorded", () => violations.length > 0, { limitMs: 5_000 });
  assert.match(violations[0], /^script-src/);
  await context.close();
});

test("console errors and exceptions are recorded", async () => {
  const { page, context, errors } = await openPage(browser);
  await page.goto(`${origin}/`);
  assert.ok(errors.some((text) => text.includes("complaint")), errors.join("\n"));
  assert.ok(errors.some((text) => text.includes("thrown")), errors.join("\n"));
  await context.close();
});

test("a request to another origin is recorded", async () => {
  const { page, context, requests } = await openPage(browser);
  await page.goto(`${origin}/`);
  assert.deepEqual(
    foreignRequests(requests, origin).map(({ url }) => url),
    ["http://127.0.0.1:9/pixel.png"],
  );
  await context.close();
});

// The first second: what is sent, what is seen, what an address opens.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { finished, send } from "./lib/api.mjs";
import { launchBrowser, openPage, transferred, visit } from "./lib/browser.mjs";
import { drawn } from "./lib/chart.mjs";
import { startServer, until } from "./lib/server.mjs";

/** What the program may weigh on the wire: HTML, CSS, JavaScript and WebAssembly. */
const MOST_CODE = 700_000;
/** What the example on the first page may weigh besides. */
const MOST_EXAMPLE = 40_000;

let server;
let browser;
let run;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  run = await finished(server.url);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("E1 the first view is small", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/`);
  await page.locator("h1").waitFor();
  await page.waitForLoadState("networkidle");
  const entries = await transferred(page);
  const sum = (list) => list.reduce((total, { encoded }) => total + encoded, 0);
  const data = entries.filter(({ url }) => url.includes("/api/"));
  const code = entries.filter(({ url }) => !url.includes("/api/") && !url.startsWith("data:"));
  assert.ok(code.some(({ url }) => url.endsWith(".wasm")), "the WebAssembly is among what was counted");
  const list = entries.map(({ url, encoded }) => `${encoded} ${url}`).join("\n");
  assert.ok(sum(code) <= MOST_CODE, `${sum(code)} bytes of code:\n${list}`);
  assert.ok(sum(data) <= MOST_EXAMPLE, `${sum(data)} bytes of data:\n${list}`);
  await context.close();
});

test("E1 what a page needs is asked for while the frontend starts", async () => {
  const { page, context, errors } = await openPage(browser);
  for (const path of ["/runs", "/runs/example", "/compare", "/attacks", "/new", "/models", "/definitions"]) {
    await visit(page, `${server.url}${path}`);
    await page.locator("[data-ready]").waitFor();
    const pieces = await page.evaluate(() =>
      performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".wasm")).map(({ name, initiatorType, startTime }) => ({ name: name.split("/").at(-1), initiatorType, startTime })),
    );
    const names = pieces.map(({ name }) => name);
    assert.ok(names.length > 2, `${path}: ${names}`);
    assert.equal(new Set(names).size, names.length, `${path}: nothing is fetched twice`);
    const late = pieces.filter(({ initiatorType }) => initiatorType !== "link").map(({ name }) => name);
    assert.deepEqual(late, [], `${path}: all pieces are hinted at in the page`);
  }
  assert.deepEqual(errors, []);
  await context.close();
});

test("E1 the page is interactive within a second", async () => {
  // Other work on the machine only adds to the time, so the least of several tries is what the page itself takes.
  const times = [];
  while (times.length < 12 && !times.some((time) => time <= 1000)) {
    const { page, context } = await openPage(browser);
    await context.addInitScript(() => {
      const watch = new MutationObserver(() => {
        if (document.querySelector("[data-ready]")) {
          window.readyAt ??= performance.now();
          watch.disconnect();
        }
      });
      watch.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-ready"] });
    });
    await visit(page, `${server.url}/`);
    times.push(await page.evaluate(() => window.readyAt));
    await context.close();
  }
  assert.ok(Math.min(...times) <= 1000, `ready after ${times.map(Math.round).join(", ")} ms`);
});

test("E2 the page says that it is loading before the WebAssembly is there", async () => {
  const { page, context } = await openPage(browser);
  let release;
  const held = new Promise((resolve) => (release = resolve));
  await page.route("**/*.wasm", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(`${server.url}/`, { waitUntil: "commit" });
  await page.getByText("Loading the dashboard").waitFor({ state: "visible" });
  assert.equal(await page.locator("[data-ready]").count(), 0);
  release();
  await page.locator("[data-ready]").waitFor({ state: "attached" });
  assert.equal(await page.getByText("Loading the dashboard").count(), 0, "the skeleton goes when the page is there");
  await context.close();
});

test("E2 without JavaScript the page says what it needs", async () => {
  const { page, context } = await openPage(browser, { javaScriptEnabled: false });
  await page.goto(`${server.url}/`);
  // Playwright's search by text leaves out <noscript>, so the element is named.
  const words = page.locator("noscript p");
  await words.waitFor({ state: "visible" });
  assert.match(await words.innerText(), /needs JavaScript/);
  await context.close();
});

test("E3 every address of the app answers with the page", async () => {
  const index = await send(server.url, "/");
  for (const path of [`/runs/${run}?y=log`, "/runs", "/new", "/models", "/compare?runs=a,b", "/definitions", "/definitions/kappa_tr", "/no/such/page"]) {
    const { status, headers, body } = await send(server.url, path);
    assert.equal(status, 200, path);
    assert.match(headers.get("content-type"), /^text\/html/, path);
    assert.equal(headers.get("cache-control"), "no-cache", path);
    // The same, but for the hints at the pieces that the address needs, and at what fetches them.
    const pieces = /<link rel="preload" href="[^"]+\.wasm" as="fetch" crossorigin>\n/g;
    const link = /<link rel="modulepreload" href="[^"]+__wasm_split[^"]+\.js">\n/g;
    assert.equal(body.replaceAll(pieces, "").replaceAll(link, ""), index.body, path);
    for (const hints of [pieces, link]) assert.equal(hints.test(body), path !== "/no/such/page", path);
  }
});

test("E3 an unknown address of the API is a problem document", async () => {
  for (const path of ["/api/nothing", "/api/v1/nothing", "/api/v1/runs/none/nothing", "/api/v1/runs/none"]) {
    const { status, headers, body } = await send(server.url, path);
    assert.equal(status, 404, path);
    assert.equal(headers.get("content-type"), "application/problem+json", path);
    assert.equal(body.status, 404, path);
    assert.ok(body.detail.length > 10, `${path}: ${body.detail}`);
  }
});

test("E3 a deep link opens the run with its settings", async () => {
  const { page, context, errors } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}?y=log`);
  await drawn(page, "sharpness");
  assert.equal(await page.getByRole("button", { name: "Log", exact: true }).getAttribute("aria-pressed"), "true");
  assert.deepEqual(errors, []);
  await context.close();
});

test("E4 landing asks for at most four documents", async () => {
  const { page, context, requests } = await openPage(browser);
  await visit(page, `${server.url}/`);
  await page.waitForLoadState("networkidle");
  const asked = requests.filter(({ url }) => url.includes("/api/"));
  assert.ok(asked.length <= 4, asked.map(({ url }) => url).join("\n"));
  await context.close();
});

test("E4 the list of runs is one small request", async () => {
  const { page, context, requests } = await openPage(browser);
  let answer;
  page.on("response", async (response) => {
    if (response.url().includes("/api/v1/runs")) answer ??= response.body().catch(() => undefined);
  });
  await visit(page, `${server.url}/runs`);
  await page.locator("tr[data-row]").first().waitFor();
  // The list is refreshed every two seconds; what counts is what was asked for to show it first.
  const asked = requests.filter(({ url }) => url.includes("/api/")).map(({ url }) => new URL(url).pathname);
  assert.deepEqual([...new Set(asked)], ["/api/v1/runs"]);
  assert.ok((await answer).length < 100_000);
  await context.close();
});

test("E4 figures fetch what they show when they are looked at", async () => {
  const { page, context, requests } = await openPage(browser, { viewport: { width: 360, height: 640 } });
  await visit(page, `${server.url}/runs/${run}`);
  await page.locator("[data-state=finished]").waitFor();
  await page.waitForLoadState("networkidle");
  const images = () => requests.filter(({ url }) => url.includes("/images/"));
  assert.deepEqual(images(), [], "no picture is fetched before an example is chosen");
  await page.locator("#examples tbody button.link").first().click();
  await until("pictures are fetched", () => images().length >= 3);
  await context.close();
});

// Nothing leaves the machine, and no page breaks the content security policy.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { finished, quick, read, send } from "./lib/api.mjs";
import { foreignRequests, launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { drawn, figure, numbers } from "./lib/chart.mjs";
import { startServer } from "./lib/server.mjs";

let server;
let browser;
let run;
let other;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  run = await finished(server.url);
  other = await finished(server.url, quick({ epsilon: "4/255" }));
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("E44 no page asks another host, breaks the policy or logs an error", async () => {
  const { page, context, requests, violations, errors } = await openPage(browser);
  const pages = {
    "/": (page) => page.locator("h1").waitFor(),
    "/runs": (page) => page.locator("tr[data-row]").first().waitFor(),
    "/new": (page) => page.locator('[name="attack.pgd.epsilon"]').waitFor(),
    "/models": (page) => page.getByText("Parameters").first().waitFor(),
    "/data/shapes-test": (page) => page.locator("[data-samples] img").first().waitFor(),
    "/definitions": (page) => page.locator("#measures a").first().waitFor(),
    "/definitions/sharpness": (page) => page.locator("article math").first().waitFor(),
    "/definitions/attack-corruption": (page) => page.locator("article table").first().waitFor(),
    [`/compare?runs=${run},${other}`]: (page) => drawn(page, "sharpness"),
    "/no/such/page": (page) => page.getByText("There is no such page").waitFor(),
  };
  for (const [path, ready] of Object.entries(pages)) {
    await visit(page, `${server.url}${path}`);
    await ready(page);
    await page.waitForLoadState("networkidle");
    assert.deepEqual(violations, [], path);
    assert.deepEqual(errors.filter((text) => !text.includes("404")), [], path);
  }
  assert.deepEqual(foreignRequests(requests, server.url), []);
  await context.close();
});

test("E44 E40 a run page that is used keeps to the policy and to the documented API", async () => {
  const { page, context, requests, violations, errors } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}`);
  const kinds = await page.locator("figure[data-chart]").evaluateAll((all) => all.map((figure) => figure.dataset.chart));
  for (const kind of kinds) {
    await drawn(page, kind);
    await numbers(page, kind);
    await figure(page, kind).locator(".plot").hover();
  }
  await page.locator("#examples tbody button.link").first().click();
  await page.locator(".pictures img").first().waitFor();
  await page.getByRole("button", { name: "Play" }).click();
  await page.locator("summary", { hasText: "Copy as" }).click();
  await page.getByRole("button", { name: "curl", exact: true }).click();
  await page.locator("dialog[open]").getByRole("button", { name: "Close" }).click();
  await page.emulateMedia({ colorScheme: "dark" });
  assert.deepEqual({ violations, errors, foreign: foreignRequests(requests, server.url) }, { violations: [], errors: [], foreign: [] });
  await undocumented(requests);
  await context.close();
});

/** E40: whatever the page can do, a script can, because it asks for nothing that is not documented. */
async function undocumented(requests) {
  const { paths } = await read(server.url, "/api/openapi.json");
  const patterns = Object.entries(paths).map(([path, item]) => [new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`), item]);
  const asked = requests.map(({ method, url }) => ({ method: method.toLowerCase(), path: new URL(url).pathname })).filter(({ path }) => path.startsWith("/api/"));
  assert.ok(asked.length >= 5);
  for (const { method, path } of asked) {
    assert.ok(patterns.some(([pattern, item]) => pattern.test(path) && item[method]), `${method} ${path} is documented`);
  }
}

test("E44 the API's documentation works offline and keeps to the policy", async () => {
  const { page, context, requests, violations, errors } = await openPage(browser);
  await page.goto(`${server.url}/api/docs`);
  await page.getByText("/api/v1/runs", { exact: false }).first().waitFor();
  await page.getByText("/api/v1/runs/estimate").first().click();
  await page.waitForLoadState("networkidle");
  assert.deepEqual({ violations, errors, foreign: foreignRequests(requests, server.url) }, { violations: [], errors: [], foreign: [] });
  await context.close();
});

test("E44 the login page keeps to the policy, lets in who knows the token, and nobody else", async () => {
  const folder = await mkdtemp(join(tmpdir(), "valleyscope-test-"));
  const token = "a token for this test alone, long enough";
  await writeFile(join(folder, "token"), token, { mode: 0o600 });
  const guarded = await startServer({ args: ["--token-file", join(folder, "token")] });
  const { page, context, requests, violations, errors } = await openPage(browser);
  assert.equal((await send(guarded.url, "/api/v1/runs")).status, 401);
  await page.goto(`${guarded.url}/login`);
  const box = page.locator("input[type=password]");
  await box.fill("a wrong token, also long enough to be one");
  await page.getByRole("button").click();
  await box.waitFor();
  assert.equal((await context.request.get(`${guarded.url}/api/v1/runs`)).status(), 401);
  await box.fill(token);
  await page.getByRole("button").click();
  await page.locator("[data-ready]").waitFor({ state: "attached" });
  await page.goto(`${guarded.url}/runs`);
  await page.getByText("No runs yet").or(page.locator("tr[data-row]").first()).waitFor();
  const [cookie] = await context.cookies();
  assert.deepEqual([cookie.httpOnly, cookie.sameSite], [true, "Strict"]);
  assert.ok(!requests.some(({ url }) => url.includes("token+for") || url.includes("token%20for")), "the token is in no address");
  assert.deepEqual({ violations, foreign: foreignRequests(requests, guarded.url) }, { violations: [], foreign: [] });
  assert.deepEqual(errors.filter((text) => !/40[14]/.test(text)), []);
  assert.ok(!guarded.log.join("\n").includes(token), "the token is in no log");
  await context.close();
  await guarded.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the policy must say; nothing of it may be wider. */
const POLICY = {
  "default-src": "'self'",
  "script-src": "'self' 'wasm-unsafe-eval'",
  "img-src": "'self' data: blob:",
  "frame-ancestors": "'none'",
};

/** The same for a figure that is opened by itself: nothing runs, nothing is fetched, and its letters are in the file. */
const FIGURE = { "default-src": "'none'", "style-src": "'unsafe-inline'", "font-src": "data:", "frame-ancestors": "'none'" };

test("E44 every answer carries the policy, without wildcards or inline code", async () => {
  const paths = ["/", "/runs", "/login", "/api/docs/", "/api/openapi.json", "/api/v1/health", "/api/v1/nothing", `/api/v1/runs/${run}/export.csv`, `/api/v1/runs/${run}/charts/sharpness.svg`, "/pkg/none.js"];
  for (const path of paths) {
    const { headers } = await send(server.url, path);
    const policy = headers.get("content-security-policy") ?? "";
    const parts = Object.fromEntries(policy.split(";").map((part) => part.trim()).map((part) => [part.split(" ")[0], part.split(" ").slice(1).join(" ")]));
    assert.equal(headers.get("x-content-type-options"), "nosniff", path);
    if (path.endsWith(".svg")) {
      assert.deepEqual(parts, FIGURE);
      continue;
    }
    for (const [key, value] of Object.entries(POLICY)) assert.equal(parts[key], value, `${path}: ${policy}`);
    assert.ok(!/\*|unsafe-inline|'unsafe-eval'|https?:/.test(policy), `${path}: ${policy}`);
  }
});

// Behind nginx, under a path: pages, API, streams, documentation and sessions, with HTTP/2 and without.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { ENDLESS } from "./lib/api.mjs";
import { foreignRequests, launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { drawn } from "./lib/chart.mjs";
import { freePort, startNginx } from "./lib/nginx.mjs";
import { startServer } from "./lib/server.mjs";

const PATH = "/valleyscope";
const TOKEN = "a token for this test alone, long enough";
/** So many events of a run that computes come through while it does. */
const EVENTS = 5;

let browser;
let folder;

before(async () => {
  browser = await launchBrowser();
  folder = await mkdtemp(join(tmpdir(), "valleyscope-test-"));
  await writeFile(join(folder, "token"), TOKEN, { mode: 0o600 });
});

after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A server that knows its public address, and nginx before it. */
async function behindNginx(keeps) {
  const ports = { h2: await freePort(), http1: await freePort() };
  const args = ["--token-file", join(folder, "token"), "--public-url", `https://localhost:${ports.h2}${PATH}`];
  const server = await startServer({ args });
  const nginx = await startNginx(server.url, { path: PATH, keeps, ports });
  return {
    server,
    nginx,
    ports,
    async stop() {
      await nginx.stop();
      await server.stop();
    },
  };
}

/** Every link and picture of the page is under the path. */
async function linksAreUnderIt(page) {
  const addresses = await page.evaluate(() =>
    [...document.querySelectorAll("[href], [src]")]
      .map((element) => element.getAttribute("href") ?? element.getAttribute("src"))
      .filter((address) => address.startsWith("/")),
  );
  assert.ok(addresses.length > 5, page.url());
  assert.deepEqual(addresses.filter((address) => !address.startsWith(`${PATH}/`)), [], page.url());
}

/** Asks as the page would, with its session. */
function ask(page, path, json) {
  return page.evaluate(
    async ([path, body]) => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(path, body ? { method: "POST", headers, body } : {});
      return { status: answer.status, location: answer.headers.get("location"), body: await answer.json() };
    },
    [`${PATH}${path}`, json && JSON.stringify(json)],
  );
}

/** The first events of a run's stream, and whether the run still computed when the last of them came. */
function events(page, id, count) {
  return page.evaluate(
    ([path, count]) =>
      new Promise((resolve, reject) => {
        const seen = [];
        const source = new EventSource(`${path}/events?after=0`);
        source.onerror = () => reject(new Error("the stream broke"));
        source.onmessage = async ({ data }) => {
          seen.push(JSON.parse(data).seq);
          if (seen.length !== count) return;
          source.close();
          resolve({ seen, phase: (await (await fetch(path)).json()).phase });
        };
      }),
    [`${PATH}/api/v1/runs/${id}`, count],
  );
}

async function logIn(page, base, name) {
  const response = await page.goto(`${base}/runs`);
  assert.equal(page.url(), `${base}/login`);
  assert.equal(response.status(), 200);
  await page.locator("input[type=password]").fill(TOKEN);
  await page.getByRole("button").click();
  await page.locator("[data-ready]").first().waitFor({ state: "attached" });
  assert.equal(page.url(), `${base}/`);
  const cookies = await page.context().cookies(`${base}/`);
  const known = cookies.map(({ name, path, secure, httpOnly }) => ({ name, path, secure, httpOnly }));
  assert.deepEqual(known, [{ name, path: PATH, secure: true, httpOnly: true }]);
}

async function lookAround(page, base) {
  const at = (path) => page.waitForURL(`${base}${path}`);
  await page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name: "Definitions" }).click();
  await at("/definitions");
  await page.locator("#measures a").first().waitFor();
  await linksAreUnderIt(page);
  await page.getByRole("navigation", { name: "Pages" }).getByText("Definitions").and(page.locator("[aria-current=page]")).waitFor();
  await page.locator(`a[href='${PATH}/definitions/features']`).first().click();
  await at("/definitions/features");
  // A link that the server wrote.
  await page.locator("article a[href*='/definitions/']").first().click();
  await page.waitForURL((url) => !url.pathname.endsWith("/features"));
  await page.locator("article h1").waitFor();
  await linksAreUnderIt(page);
  for (const path of ["/runs", "/new", "/attacks", "/models"]) {
    await page.locator(`nav a[href='${PATH}${path}']`).click();
    await at(path);
    await page.locator("h1").waitFor();
    await linksAreUnderIt(page);
  }
  await page.goBack();
  await at("/attacks");
  await page.locator("a.wordmark").click();
  await at("/");
  assert.equal(await page.evaluate(() => performance.getEntriesByType("navigation")[0].type), "navigate");
  await visit(page, `${base}/no/such/page`);
  await page.getByText("There is no such page").waitFor();
}

async function runOnce(page, base, sockets) {
  await visit(page, `${base}/`);
  await page.getByRole("button", { name: "Run it yourself" }).click();
  await page.waitForURL(new RegExp(`^${base}/runs/[\\w-]+$`));
  await page.locator("[data-state=finished]").waitFor({ timeout: 240_000 });
  await drawn(page, "sharpness");
  await linksAreUnderIt(page);
  const id = page.url().split("/").pop();
  const followed = `${base.replace("https:", "wss:")}/api/v1/runs/${id}/events`;
  assert.ok(sockets.some(({ url, heard }) => url.startsWith(followed) && heard > 0), JSON.stringify(sockets));
  // A choice is kept in the address, which opens the same view anew.
  await page.getByRole("button", { name: "Mean", exact: true }).click();
  await page.waitForURL((url) => url.href.startsWith(`${base}/runs/${id}?`));
  await visit(page, page.url());
  await drawn(page, "sharpness");
  await page.getByRole("button", { name: "Mean", exact: true, pressed: true }).waitFor();
  await page.locator("a", { hasText: "Change and run" }).click();
  await page.waitForURL(`${base}/new?from=${id}`);
  return id;
}

async function follow(page, id) {
  const { status, location, body } = await ask(page, "/api/v1/runs", ENDLESS);
  assert.equal(status, 202, JSON.stringify(body));
  assert.equal(location, `${PATH}/api/v1/runs/${body.id}`);
  assert.notEqual(body.id, id);
  const { seen, phase } = await events(page, body.id, EVENTS);
  assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  assert.equal(phase, "running");
  assert.ok((await ask(page, `/api/v1/runs/${body.id}/cancel`, {})).status < 300);
}

async function readTheDocumentation(page, base) {
  await page.goto(`${base}/api/docs`);
  assert.equal(page.url(), `${base}/api/docs/`);
  await page.getByText("/api/v1/runs/estimate").first().click();
  await page.locator(".servers option").first().waitFor({ state: "attached" });
  assert.deepEqual(await page.locator(".servers option").allTextContents(), [PATH]);
  await page.waitForLoadState("networkidle");
}

for (const keeps of [false, true]) {
  test(`behind nginx that ${keeps ? "hands the path on" : "takes the path away"}, all works under it`, async (t) => {
    const site = await behindNginx(keeps);
    t.after(() => site.stop());
    for (const [protocol, port] of Object.entries(site.ports)) {
      const base = `https://localhost:${port}${PATH}`;
      const opened = await openPage(browser, { ignoreHTTPSErrors: true });
      const { page, context, requests, violations, errors } = opened;
      const sockets = [];
      page.on("websocket", (socket) => {
        const seen = { url: socket.url(), heard: 0 };
        sockets.push(seen);
        socket.on("framereceived", () => (seen.heard += 1));
      });
      await logIn(page, base, `valleyscope-${port}${PATH.replace("/", ".")}`);
      const hop = await page.evaluate(() => performance.getEntriesByType("navigation")[0].nextHopProtocol);
      assert.equal(hop, protocol === "h2" ? "h2" : "http/1.1");
      const response = await visit(page, `${base}/`);
      assert.ok((await response.allHeaders())["content-encoding"], "the page comes compressed");
      await lookAround(page, base);
      const id = await runOnce(page, base, sockets);
      await follow(page, id);
      await readTheDocumentation(page, base);
      const within = (url) => url.startsWith(`${base}/`) || url.startsWith(base.replace("https:", "wss:"));
      assert.deepEqual(violations, []);
      assert.deepEqual(errors, []);
      assert.deepEqual(foreignRequests(requests, base), []);
      assert.deepEqual(sockets.filter(({ url }) => !within(url)), []);
      await context.close();
    }
    const asked = await site.nginx.asked();
    assert.deepEqual(asked.filter((line) => /^[45]/.test(line)), [], "nothing is refused or missing");
    const outside = asked.filter((line) => !line.split(" ")[2].startsWith(`${PATH}/`));
    assert.deepEqual(outside, [], "nothing is asked for outside the path");
  });
}

test("whoever comes past the proxy goes on under the path", async (t) => {
  const server = await startServer({ args: ["--public-url", `https://lab.example${PATH}`] });
  t.after(() => server.stop());
  const { page, context, errors } = await openPage(browser);
  for (const [asked, goesTo] of [["/", "/"], ["/models?x=1", "/models?x=1"], [PATH, "/"]]) {
    await visit(page, `${server.url}${asked}`);
    assert.equal(page.url(), `${server.url}${PATH}${goesTo}`);
    await page.locator("h1").waitFor();
    await linksAreUnderIt(page);
  }
  assert.deepEqual(errors, []);
  await context.close();
});

// From a file to a first run, in the browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { read } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { startServer, until } from "./lib/server.mjs";

/** A ResNet with drawn weights: what it is, its tensors tell, and what it predicts is chance. */
const FILE = fileURLToPath(
  new URL("../../server/engine/tests/golden/made/weights/resnet14-conv/model.safetensors", import.meta.url),
);

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Opens the page of models and has a file chosen; the first of four clicks. */
async function drop(page, file) {
  await visit(page, `${server.url}/models`);
  await page.locator("select").selectOption("shapes-test");
  await page.locator("[data-file]").setInputFiles(file);
}

test("a file is sent, recognised, compared, added and attacked in four clicks", async () => {
  const { page, context, errors } = await openPage(browser);
  await drop(page, FILE);
  await page.waitForURL((url) => url.pathname.startsWith("/additions/"));
  const rows = page.locator("[data-candidates] tbody tr");
  await rows.first().waitFor();
  assert.match(await page.getByText("Every tensor is accounted for").innerText(), /no candidate is better than chance/);
  await page.getByText("ResNet-14").first().waitFor();
  // What is shown is what the API says.
  const [{ id: sent }] = await read(server.url, "/api/v1/additions");
  const { understood } = await read(server.url, `/api/v1/additions/${sent}`);
  const shares = await rows.evaluateAll((all) => all.map((row) => Number.parseFloat(row.cells[1].textContent)));
  const known = understood.candidates.slice(0, shares.length).map(({ accuracy }) => 100 * accuracy.share);
  for (const [place, share] of known.entries()) assert.ok(Math.abs(shares[place] - share) <= 0.051, `${shares} and ${known}`);
  await page.locator("#model-name").fill("my-shapes");
  await page.locator("#model-licence").fill("drawn for tests");
  await page.getByRole("button", { name: "Add candidate 1" }).click();
  await page.waitForURL((url) => url.pathname === "/models/my-shapes");
  await page.locator("dd", { hasText: "drawn for tests" }).waitFor();
  const layers = page.locator("[data-layers] tbody tr");
  await layers.first().waitFor();
  const { layers: described } = await read(server.url, "/api/v1/models/my-shapes");
  assert.equal(await layers.count(), described.length);
  await page.getByRole("link", { name: "Attack it" }).click();
  await page.waitForURL((url) => url.pathname === "/new");
  await page.locator("#field-data-count").fill("8");
  await page.getByRole("button", { name: /^Start/ }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/runs/"));
  const id = new URL(page.url()).pathname.split("/").pop();
  await until("the run has ended", async () => (await read(server.url, `/api/v1/runs/${id}`)).phase === "finished");
  assert.deepEqual(errors, []);
  await context.close();
});

test("a model gets another name and other terms of use on its page, and its runs still find it", async () => {
  const { page, context, errors } = await openPage(browser);
  await visit(page, `${server.url}/models/my-shapes`);
  const keep = page.getByRole("button", { name: "Save" });
  await page.locator("#model-name").fill("shapes-robust");
  await keep.click();
  await page.getByText("exists already").waitFor();
  await page.locator("#model-name").fill("my-shapes");
  await page.locator("#model-licence").fill("MIT");
  await keep.click();
  await page.getByText("Saved.").waitFor();
  await page.locator("dd", { hasText: "MIT" }).waitFor();
  assert.equal(await page.locator("#model-name").inputValue(), "my-shapes");
  await page.locator("#model-name").fill("better");
  await keep.click();
  await page.waitForURL((url) => url.pathname === "/models/better");
  await page.getByRole("link", { name: "Runs made as my-shapes" }).click();
  await page.waitForURL((url) => url.search === "?model=my-shapes");
  await page.locator("tbody tr:not(.spacer)").first().waitFor();
  // The former name leads to the model.
  await visit(page, `${server.url}/models/my-shapes`);
  await page.locator("code", { hasText: "better" }).first().waitFor();
  await page.locator("#model-name").fill("my-shapes");
  await keep.click();
  await page.waitForFunction(() => document.querySelector("h1 ~ p code")?.textContent === "my-shapes");
  assert.deepEqual(errors.filter((error) => !/422/.test(error)), []);
  await context.close();
});

test("a name that is taken is said beside the form, and a model with runs is removed when that is said twice", async () => {
  const { page, context } = await openPage(browser);
  await drop(page, FILE);
  await page.waitForURL((url) => url.pathname.startsWith("/additions/"));
  await page.locator("#model-name").fill("my-shapes");
  await page.getByRole("button", { name: "Add candidate 1" }).click();
  await page.getByText("exists already").waitFor();
  await visit(page, `${server.url}/models/my-shapes`);
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByText("1 run was made").waitFor();
  await page.getByRole("button", { name: "Remove it all the same" }).click();
  await page.waitForURL((url) => url.pathname === "/models");
  const left = (await read(server.url, "/api/v1/catalog")).models.map(({ id }) => id);
  assert.ok(!left.includes("my-shapes"), left.join());
  await context.close();
});

test("a file that is no model says why, and another can be added", async () => {
  const { page, context } = await openPage(browser);
  await drop(page, { name: "runs.pt", mimeType: "application/octet-stream", buffer: Buffer.from("\x80\x02cposix\nsystem\n(S'true'\ntR.", "latin1") });
  await page.waitForURL((url) => url.pathname.startsWith("/additions/"));
  await page.getByText("calls posix.system").waitFor();
  await page.getByRole("link", { name: "Add another file" }).click();
  await page.waitForURL((url) => url.pathname === "/models");
  await context.close();
});

test("on a phone nothing is wider than the page", async () => {
  const { page, context } = await openPage(browser, { viewport: { width: 360, height: 740 } });
  await drop(page, FILE);
  await page.locator("[data-candidates]").waitFor();
  for (const path of [new URL(page.url()).pathname, "/models", "/models/shapes-standard", "/data/shapes-test"]) {
    await visit(page, `${server.url}${path}`);
    await page.locator("main .card").first().waitFor();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= 360, `${path} is ${wide} wide`);
  }
  await context.close();
});

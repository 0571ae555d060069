// Lists and figures that are empty, that wait, that fail, and that lost their server; definitions and warnings.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { finished, QUICK, read } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { about, drawn, figure, numbers } from "./lib/chart.mjs";
import { addOverconfident } from "./lib/model.mjs";
import { startServer, until } from "./lib/server.mjs";

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

const PROBLEM = {
  status: 503,
  contentType: "application/problem+json",
  body: JSON.stringify({ type: "/problems/busy", title: "Busy", status: 503, detail: "the store is being mended", errors: [] }),
};

test("E43 an empty list of runs says so and leads to the first run", async () => {
  const { page, context } = await openPage(browser);
  await page.route("**/api/v1/runs?*", (route) => route.fulfill({ json: { runs: [], next: null, matching: 0 } }));
  await visit(page, `${server.url}/runs`);
  await page.getByText("No runs yet").waitFor();
  await page.locator(".empty").getByRole("link", { name: "New run" }).click();
  await page.waitForURL("**/new");
  await context.close();
});

test("E43 a search without a match says so and can be undone", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs`);
  await page.locator("tr[data-row]").first().waitFor();
  await page.getByRole("searchbox").fill("no run is called this");
  await page.getByText("No run matches").waitFor();
  await page.getByRole("button", { name: "Show all runs" }).click();
  await page.locator("tr[data-row]").first().waitFor();
  await context.close();
});

/** Pages that fetch, and the address whose answer is exchanged. */
const FETCHES = [
  ["/runs", "**/api/v1/runs?*", (page) => page.locator("tr[data-row]").first().waitFor()],
  ["/models", "**/api/v1/catalog", (page) => page.getByText("Parameters").first().waitFor()],
  ["/new", "**/api/v1/catalog", (page) => page.locator('[name="attack.pgd.epsilon"]').waitFor()],
];

test("E43 a list that waits shows shapes, one that failed says why and tries again, one without its server says that", async () => {
  for (const [path, address, there] of FETCHES) {
    const { page, context } = await openPage(browser);
    let answer = "wait";
    await page.route(address, async (route) => {
      await until("the test lets it go on", () => answer !== "wait" && answer !== "hold");
      if (answer === "fail") return route.fulfill(PROBLEM);
      if (answer === "offline") return route.abort("connectionrefused");
      return route.continue();
    });
    await visit(page, `${server.url}${path}`);
    await page.locator(".ghosts").first().waitFor();
    answer = "fail";
    await page.getByText("the store is being mended").waitFor();
    answer = "offline";
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("The server does not answer").waitFor();
    // The list of runs also asks again by itself; no answer may take the button away while it is clicked.
    answer = "hold";
    await page.getByRole("button", { name: "Try again" }).click();
    answer = "go on";
    await there(page);
    assert.equal(await page.getByText("The server does not answer").count(), 0, path);
    await context.close();
  }
});

test("E43 a run that is not there says so", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/gone`);
  await page.getByText("There is no such run").waitFor();
  await page.getByRole("link", { name: "All runs" }).click();
  await page.locator("tr[data-row]").first().waitFor();
  await context.close();
});

test("E43 a figure without data says so, and one whose run cannot be read says why", async () => {
  const { page, context } = await openPage(browser);
  const snapshot = await read(server.url, `/api/v1/runs/${run}/snapshot`);
  snapshot.state.passes = [];
  await page.route("**/snapshot", (route) => route.fulfill({ json: snapshot }));
  await visit(page, `${server.url}/runs/${run}`);
  await figure(page, "sharpness").waitFor();
  await until("the figure says that it is empty", async () => {
    const words = await figure(page, "sharpness").locator(".plot").getAttribute("aria-valuetext");
    return /no data/i.test(`${words} ${await figure(page, "sharpness").innerText()}`);
  });
  await page.unroute("**/snapshot");
  await page.route("**/snapshot", (route) => route.fulfill(PROBLEM));
  await page.reload();
  await page.getByText("the store is being mended").waitFor();
  await context.close();
});

test("E43 a picture table that fails says why and leaves the rest of the page", async () => {
  const { page, context } = await openPage(browser);
  await page.route("**/examples?*", (route) => route.fulfill(PROBLEM));
  await visit(page, `${server.url}/runs/${run}`);
  await page.locator("#examples").getByText("the store is being mended").waitFor();
  await drawn(page, "sharpness");
  assert.ok((await numbers(page, "sharpness")).rows.length > 10);
  await context.close();
});

test("E42 every measure has its definition and formula on the page and beside its figures", async () => {
  const { page, context } = await openPage(browser);
  const { measures } = await read(server.url, "/api/v1/catalog");
  await visit(page, `${server.url}/definitions`);
  for (const { id, title, formula, help } of measures) {
    const article = page.locator(`article[id="${id}"]`);
    const words = await article.innerText();
    assert.ok(words.includes(title) && words.includes(formula) && words.includes(help), `${id}: ${words}`);
  }
  await visit(page, `${server.url}/runs/${run}`);
  for (const kind of ["sharpness", "loss", "confidence", "factors"]) {
    const panel = await about(page, kind);
    const formula = await panel.locator(".formula").first().innerText();
    assert.ok(measures.some((measure) => measure.formula === formula), `${kind}: ${formula}`);
  }
  await context.close();
});

test("E42 the run's epsilon is shown as a number and as a fraction of 255", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}`);
  await page.getByText("ε = 0.03137 = 8/255").waitFor();
  await context.close();
});

test("E41 a warning stands on the run, in the list and beside its explanation", async () => {
  await addOverconfident(server.dataDir);
  const id = await finished(server.url, { ...QUICK, model: "overconfident" });
  const state = (await read(server.url, `/api/v1/runs/${id}/snapshot`)).state;
  assert.ok(state.warnings.length > 0, "the run has a warning");
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${id}`);
  for (const { id: key, message } of state.warnings) {
    await page.locator("#warnings").getByText(message).waitFor();
    const link = page.locator(`#warnings a[href="/definitions#${key}"]`);
    await link.waitFor();
  }
  await visit(page, `${server.url}/runs`);
  const row = page.locator("tr[data-row]", { has: page.locator(`a[href="/runs/${id}"]`) });
  await row.getByText(`${state.warnings.length} warning`).waitFor();
  await visit(page, `${server.url}/definitions#${state.warnings[0].id}`);
  const place = page.locator(`[id="${state.warnings[0].id}"]`);
  await place.waitFor();
  assert.ok((await page.locator("article", { has: place }).first().innerText()).length > 200, "the explanation is there");
  await context.close();
});

test("E41 a run without doubts has no warning", async () => {
  // Of fewer than 30 images that flip, that itself is one.
  const id = await finished(server.url, { ...QUICK, data: { set: "shapes-test", count: 64 } });
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${id}`);
  await drawn(page, "sharpness");
  assert.equal(await page.locator("#warnings").count(), 0);
  await context.close();
});

// What flatness guarantees of a run, beside what happened.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { seriousViolations } from "./lib/accessibility.mjs";
import { finished, quick, read, send } from "./lib/api.mjs";
import { launchBrowser, openPage, PHONE, visit } from "./lib/browser.mjs";
import { drawn } from "./lib/chart.mjs";
import { startServer, until } from "./lib/server.mjs";

const FIGURES = ["theory-path", "theory-reach", "theory-radii", "theory-third", "theory-constants"];

let server;
let browser;
let run;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  run = await finished(server.url, quick({ epsilon: "64/255", step_size: "8/255" }, { data: { set: "shapes-test", count: 60 } }));
  const theory = () => read(server.url, `/api/v1/runs/${run}/theory`);
  await theory();
  await until("the constants are there", async () => (await theory()).sensitivity);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const figure = (page, kind) => page.locator(`[data-chart="${kind}"]`);

async function openTheory(query = "", options = {}) {
  const opened = await openPage(browser, options);
  await visit(opened.page, `${server.url}/runs/${run}/theory${query}`);
  await figure(opened.page, FIGURES[0]).waitFor();
  return opened;
}

test("a run leads to its theory, whose figures are all drawn and say what they show", async () => {
  const { page, context, errors } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}`);
  await page.getByLabel("Look deeper into the run").click();
  await page.getByRole("link", { name: "Theory" }).click();
  for (const kind of FIGURES) {
    await figure(page, kind).scrollIntoViewIfNeeded();
    await drawn(page, kind);
  }
  const said = await page.locator("#theory-results").innerText();
  for (const words of ["Rise at the end", "Real / least bound", "Certified ℓ2 radius", "Lipschitz constant"]) {
    assert.ok(said.includes(words), said);
  }
  assert.equal(await page.locator('.notice[data-kind="bad"]').count(), 0);
  assert.deepEqual(await seriousViolations(page), []);
  assert.deepEqual(errors, []);
  await context.close();
});

test("what the page says is what the API says", async () => {
  const { page, context } = await openTheory();
  const theory = await read(server.url, `/api/v1/runs/${run}/theory`);
  assert.equal(theory.broken, 0);
  const least = theory.curves.find(({ line }) => line === "least").points.at(-1).median;
  const rise = theory.curves.find(({ line }) => line === "rise").points.at(-1).median;
  assert.ok(rise > 0 && rise <= least, `${rise} ${least}`);
  const shown = (await page.locator("#theory-results").innerText()).replace(/\s+/g, " ");
  const said = Number(/Rise at the end ([\d.]+) nats/.exec(shown)?.[1]);
  // Three digits.
  assert.ok(Math.abs(said / rise - 1) < 6e-3, shown);
  await context.close();
});

test("one example alone is a view of its own, with its own file", async () => {
  const { page, context } = await openTheory();
  await page.locator('[data-setting="example"]').fill("3");
  await page.locator('[data-setting="example"]').press("Enter");
  await until("it is in the address", () => page.url().includes("example=3"));
  await until("the figure is of it", async () => (await figure(page, "theory-path").innerText()).includes("Example 3"));
  const file = await page.getByRole("link", { name: "Numbers (CSV)" }).getAttribute("href");
  const lines = (await (await fetch(`${server.url}${file}`)).text()).trim().split("\n");
  assert.ok(lines[0].startsWith("row,index,step,rise,second,cubic,flat,free,least"), lines[0]);
  assert.ok(lines.slice(1).every((line) => line.startsWith("3,")), lines[1]);
  await page.goBack();
  await until("all are shown again", async () => (await figure(page, "theory-path").innerText()).includes("examples right"));
  await context.close();
});

test("on a phone nothing is wider than the screen", async () => {
  const { page, context } = await openTheory("", { viewport: PHONE });
  for (const kind of FIGURES) {
    await figure(page, kind).scrollIntoViewIfNeeded();
    await drawn(page, kind);
  }
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
  await context.close();
});

test("the curvature of layers is asked for and drawn, and fits a phone", async () => {
  const wanted = { measures: ["trace", "grad_norm"], points: [0, 1], examples: 2 };
  const { status, body } = await send(server.url, `/api/v1/runs/${run}/curvature`, { method: "POST", json: wanted });
  assert.equal(status, 202, JSON.stringify(body));
  await until("the job is finished", async () => (await read(server.url, `/api/v1/runs/${run}/curvature/${body.job}`)).phase === "finished");
  const { page, context, errors } = await openPage(browser, { viewport: PHONE });
  await visit(page, `${server.url}/runs/${run}/curvature`);
  await page.locator(`[data-job="${body.job}"]`).waitFor();
  await figure(page, "curvature-layers").scrollIntoViewIfNeeded();
  await drawn(page, "curvature-layers");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), PHONE.width);
  assert.deepEqual(await seriousViolations(page), []);
  assert.deepEqual(errors, []);
  await context.close();
});

// A run while it computes: the first click, progress, the end that a person chooses, several viewers.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { begun, cancel, create, ENDLESS, finished, frames, inPhase, quick, read } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { drawn, numbers } from "./lib/chart.mjs";
import { startServer, until } from "./lib/server.mjs";

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const state = (page, phase) => page.locator(`[data-state=${phase}]`);

test("E7 two clicks from the first page start a run, and its first frame appears", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/`);
  await page.getByRole("link", { name: "New run" }).click();
  await page.getByRole("button", { name: "Start the run" }).click();
  await page.waitForURL(/\/runs\/[\w-]+$/);
  await drawn(page, "sharpness");
  const id = page.url().split("/").pop();
  const { rows } = await numbers(page, "sharpness");
  assert.ok(rows.length > 0, "the first frame is drawn");
  await cancel(server.url, id);
  await context.close();
});

test("E7 the first page's one button starts a run", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/`);
  await page.locator("figure[data-chart]").first().waitFor();
  await page.getByRole("button", { name: "Run it yourself" }).click();
  await page.waitForURL(/\/runs\/[\w-]+$/);
  await page.locator("[data-state]").first().waitFor(); // the code of the page of a run has arrived
  await drawn(page, "sharpness");
  await cancel(server.url, page.url().split("/").pop());
  await context.close();
});

/** Watches, in the page itself, how long after a click the button and then the run say something. */
async function timeTheStart(page) {
  await page.evaluate(() => {
    const times = (window.times = {});
    const button = document.querySelector("button[type=submit]");
    button.addEventListener("click", () => (times.click = performance.now()), { capture: true });
    const look = () => {
      if (times.click === undefined) return;
      if (!times.button && button.getAttribute("aria-disabled") === "true") times.button = performance.now() - times.click;
      const state = document.querySelector("[data-state]");
      const said = state && (/at place \d+/.test(state.textContent) || document.querySelector("[role=progressbar]"));
      if (!times.run && said) times.run = performance.now() - times.click;
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  await page.getByRole("button", { name: "Start the run" }).click();
  return page.waitForFunction(() => window.times.run && window.times).then((handle) => handle.jsonValue());
}

test("E10 the button answers within 100 ms, the run within a second", async () => {
  // Other work on the machine only adds to the times, so the best of several tries counts.
  const tries = [];
  const good = ({ button, run }) => button <= 100 && run <= 1000;
  while (tries.length < 8 && !tries.some(good)) {
    const { page, context } = await openPage(browser);
    await visit(page, `${server.url}/new`);
    await page.locator("aside").getByText("Images").first().waitFor();
    tries.push(await timeTheStart(page));
    await cancel(server.url, page.url().split("/").pop());
    await context.close();
  }
  assert.ok(tries.some(good), JSON.stringify(tries));
});

test("E10 a run that must wait says at which place", async () => {
  const first = await create(server.url, ENDLESS);
  const second = await create(server.url, quick());
  const third = await create(server.url, quick());
  await begun(server.url, first);
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${third}`);
  await page.getByText("at place 2 of the queue").waitFor();
  await cancel(server.url, second);
  await page.getByText("at place 1 of the queue").waitFor();
  await cancel(server.url, third);
  await state(page, "cancelled").waitFor();
  await cancel(server.url, first);
  await inPhase(server.url, first, ["cancelled"]);
  await context.close();
});

/** Records every state of the progress bar, and every text that says how long it may take, with its time. */
async function recordProgress(page) {
  await page.evaluate(() => {
    const record = (window.record = { bars: [], left: [] });
    const look = () => {
      const bars = document.querySelectorAll("[role=progressbar]");
      if (bars.length === 0) return;
      const [bar] = bars;
      const now = { bars: bars.length, now: +bar.ariaValueNow, min: +bar.ariaValueMin, max: +bar.ariaValueMax };
      const before = record.bars.at(-1);
      if (before?.now !== now.now || before?.max !== now.max) record.bars.push(now);
      const left = /about (.+) left/.exec(bar.parentElement.textContent)?.[1];
      if (left && record.left.at(-1)?.left !== left) record.left.push({ left, at: performance.now() });
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    look();
  });
}

test("E11 one bar says how far the run is, and after a while how long it takes", async () => {
  const id = await create(server.url, ENDLESS);
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${id}`);
  await page.getByRole("progressbar").waitFor();
  await recordProgress(page);
  await page.waitForFunction(() => window.record.left.length >= 2 && window.record.bars.length >= 5);
  const { bars, left } = await page.evaluate(() => window.record);
  const { total } = await read(server.url, `/api/v1/runs/${id}`);
  await cancel(server.url, id);
  for (const [place, bar] of bars.entries()) {
    assert.equal(bar.bars, 1, "there is one bar");
    assert.deepEqual([bar.min, bar.max], [0, total]);
    assert.ok(place === 0 || bar.now > bars[place - 1].now, `done went from ${bars[place - 1]?.now} to ${bar.now}`);
  }
  const seconds = (left.at(-1).at - left[0].at) / 1000;
  assert.ok(left.length <= seconds + 2, `the time left changed ${left.length} times in ${seconds} s`);
  // Times count from the page's navigation, before which nothing can have been read; readings are a second apart.
  assert.ok(left[0].at >= 2000, `after ${left[0].at} ms there were no three readings of the speed yet`);
  await context.close();
});

test("E12 cancel stops within a step and keeps what was computed", async () => {
  const id = await create(server.url, ENDLESS);
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${id}`);
  await drawn(page, "sharpness");
  await until("some steps are computed", async () => (await frames(server.url, id)).length > 12);
  const posted = page.waitForRequest((request) => request.url().endsWith("/cancel"));
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  // The browser's own time of the request, in milliseconds since 1970, as the log's times are; known once it is answered.
  const request = await posted;
  await request.response();
  const asked = request.timing().startTime;
  await state(page, "cancelled").waitFor();
  const log = await frames(server.url, id);
  const steps = log.filter(({ event }) => event.type === "point").map(({ at_ms }) => at_ms);
  const longest = Math.max(...steps.slice(1).map((at, place) => at - steps[place]));
  const end = log.at(-1);
  assert.equal(end.event.outcome, "cancelled");
  const took = end.at_ms - asked;
  assert.ok(took <= longest + 500, `cancelled ${took} ms after the request; the longest step took ${longest} ms`);

  const { rows } = await numbers(page, "sharpness");
  assert.ok(rows.filter(([, median]) => median !== "–").length >= 5, "the partial curve stays");
  const result = await read(server.url, `/api/v1/runs/${id}/export.json`);
  const { kappa_tr } = result.trajectory;
  assert.ok(kappa_tr[5].some((value) => typeof value === "number"), "the partial result can be exported");
  await page.reload();
  await state(page, "cancelled").waitFor();
  assert.deepEqual((await numbers(page, "sharpness")).rows, rows, "the partial curve is there after a reload");
  await context.close();
});

test("E37 two viewers see the same run, and lists follow", async () => {
  const viewers = await Promise.all([openPage(browser), openPage(browser), openPage(browser)]);
  const [one, two, list] = viewers.map(({ page }) => page);
  await visit(list, `${server.url}/runs`);
  await list.locator("h1").waitFor();
  const id = await create(server.url, quick({}, { data: { set: "shapes-test", count: 100 }, seed: 37 }));
  await Promise.all([one, two].map((page) => visit(page, `${server.url}/runs/${id}`)));
  const row = list.locator("tr[data-row]", { has: list.locator(`a[href="/runs/${id}"]`) });
  await row.waitFor();
  await Promise.all([one, two].map((page) => state(page, "finished").waitFor({ timeout: 240_000 })));
  await row.getByText("Finished").waitFor();
  const robust = (page) => page.locator(".facts div", { hasText: "Accuracy, robust" }).locator("dd").innerText();
  assert.equal(await robust(one), await robust(two));
  const [seen, alike] = [await numbers(one, "sharpness"), await numbers(two, "sharpness")];
  assert.ok(seen.rows.length === 13);
  assert.deepEqual(seen, alike);
  const late = await openPage(browser);
  await visit(late.page, `${server.url}/runs/${id}`);
  assert.deepEqual(await numbers(late.page, "sharpness"), seen, "who comes later sees what those saw who watched");
  await Promise.all([...viewers, late].map(({ context }) => context.close()));
});

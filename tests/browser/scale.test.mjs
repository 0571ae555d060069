// A list of a thousand runs.

import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { finished, read } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { copyRuns } from "./lib/seed.mjs";
import { startServer, until } from "./lib/server.mjs";

const RUNS = 1000;
const LONGEST_TASK_MS = 200;

let server;
let browser;
let folder;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "valleyscope-test-"));
  const first = await startServer({ dataDir: folder });
  await finished(first.url);
  await first.kill();
  await copyRuns(folder, RUNS);
  [server, browser] = await Promise.all([startServer({ dataDir: folder }), launchBrowser()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test("E5 the API pages through a thousand runs, each once", async () => {
  const seen = new Set();
  let cursor = "";
  for (let pages = 0; pages < 30; pages += 1) {
    const page = await read(server.url, `/api/v1/runs?limit=60${cursor && `&cursor=${cursor}`}`);
    assert.ok(page.runs.length <= 60);
    assert.ok(page.matching >= RUNS);
    for (const { id } of page.runs) {
      assert.ok(!seen.has(id), `${id} comes twice`);
      seen.add(id);
    }
    cursor = page.next;
    if (!cursor) break;
  }
  assert.ok(seen.size >= RUNS, `${seen.size} runs`);
});

/** Scrolls to the end in steps, and returns the most rows there ever were and the ids that were seen. */
function scrollThrough(page) {
  return page.evaluate(async () => {
    const rows = () => document.querySelectorAll("tr[data-row]");
    const seen = new Set();
    let most = 0;
    const ended = () => scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
    for (let still = 0; still < 20; ) {
      scrollBy(0, 600);
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 15)));
      most = Math.max(most, rows().length);
      for (const row of rows()) seen.add(row.querySelector("a.name").pathname);
      still = ended() ? still + 1 : 0;
      if (ended()) await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return { most, seen: seen.size };
  });
}

test("E5 a thousand runs scroll with few rows in the document and no long task", async (t) => {
  // Other work on the machine only makes tasks longer, so the best of several tries counts.
  const longest = [];
  while (longest.length < 4 && !longest.some((time) => time < LONGEST_TASK_MS)) {
    const { page, context } = await openPage(browser);
    await visit(page, `${server.url}/runs`);
    await page.locator("tr[data-row]").first().waitFor();
    await page.evaluate(() => {
      window.tasks = [0];
      new PerformanceObserver((list) => window.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
    });
    const { most, seen } = await scrollThrough(page);
    assert.ok(most <= 100, `${most} rows in the document`);
    assert.ok(seen >= RUNS, `${seen} runs were seen on the way`);
    longest.push(await page.evaluate(() => Math.max(...window.tasks)));
    await context.close();
  }
  t.diagnostic(`longest task: ${longest.map(Math.round).join(", ")} ms`);
  assert.ok(Math.min(...longest) < LONGEST_TASK_MS, `${longest}`);
});

test("E5 the search finds one run among a thousand", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs`);
  await page.locator("tr[data-row]").first().waitFor();
  await page.getByRole("searchbox").fill("copy0421");
  await until("one row is left", async () => (await page.locator("tr[data-row]").count()) === 1);
  assert.equal(await page.locator("tr[data-row] a.name").getAttribute("href"), "/runs/copy0421");
  await context.close();
});

// Several runs over each other.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { download, finished, quick, read } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { drawn, figure, numbers, plot } from "./lib/chart.mjs";
import { startServer, until } from "./lib/server.mjs";

let server;
let browser;
let small;
let large;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  small = await finished(server.url, quick({ epsilon: "4/255" }));
  large = await finished(server.url, quick({ epsilon: "8/255" }));
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const row = (page, id) => page.locator("tr[data-row]", { has: page.locator(`a[href="/runs/${id}"]`) });

test("E23 two ticks and one click lay two runs over each other, with only their different settings", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs`);
  await row(page, small).locator("label.check").click();
  await page.getByText("tick another to compare").waitFor();
  await row(page, large).locator("label.check").click();
  await page.getByRole("link", { name: "Compare" }).click();
  await page.waitForURL((url) => url.searchParams.get("runs") === `${small},${large}`);
  const table = page.locator("table[data-differences]", { has: page.locator("th", { hasText: "Epsilon" }) });
  await table.waitFor();
  const lines = await table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
  const settings = lines.slice(0, lines.findIndex(([name]) => name === "State"));
  assert.deepEqual(settings, [["Epsilon ε", "4/255", "8/255"]]);
  await drawn(page, "sharpness");
  const { columns } = await numbers(page, "sharpness");
  // Failed before: they were called "run 1" and "run 2".
  for (const name of ["PGD 4/255", "PGD 8/255"]) assert.ok(columns.includes(name), columns.join("|"));
  await context.close();
});

/** The swatches of the runs in the table, and of the values at the cursor, by place. */
async function colours(page, ids) {
  await visit(page, `${server.url}/compare?runs=${ids.join(",")}`);
  await drawn(page, "sharpness");
  const swatches = page.locator("th .swatch[data-slot]");
  await until("every run has its column", async () => (await swatches.count()) === ids.length);
  const table = await swatches.evaluateAll((all) => all.map((swatch) => getComputedStyle(swatch).backgroundColor));
  await plot(page, "sharpness").focus();
  await page.keyboard.press("Home");
  const tip = plot(page, "sharpness").locator(".tip .swatch");
  await tip.first().waitFor();
  const cursor = await tip.evaluateAll((all) => all.map((swatch) => getComputedStyle(swatch).backgroundColor));
  return { table, cursor: [...new Set(cursor)] };
}

/** `rgb(1, 2, 3)` as the colours in an SVG are written: `#010203`. */
const hex = (colour) => `#${colour.match(/\d+/g).slice(0, 3).map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;

test("E24 a run has one colour in table, values, figure and file", async () => {
  const { page, context } = await openPage(browser, { colorScheme: "light" });
  const { table, cursor } = await colours(page, [small, large]);
  assert.notEqual(table[0], table[1]);
  assert.deepEqual(cursor, table);
  const svg = String(await download(server.url, `/api/v1/runs/${small}/charts/sharpness.svg?view=${encodeURIComponent(`with=${large}`)}`)).toLowerCase();
  for (const colour of table) assert.ok(svg.includes(hex(colour)), `${hex(colour)} is in the file`);
  const drawnPixels = await plot(page, "sharpness").locator("canvas").evaluate((canvas, wanted) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const found = new Set();
    for (let at = 0; at < data.length; at += 4) found.add(`rgb(${data[at]}, ${data[at + 1]}, ${data[at + 2]})`);
    return wanted.map((colour) => found.has(colour));
  }, table);
  assert.deepEqual(drawnPixels, [true, true], "both colours are on the canvas");
  await context.close();
});

test("E24 another measure or figure changes no colour", async () => {
  const { page, context } = await openPage(browser, { colorScheme: "light" });
  const { table } = await colours(page, [small, large]);
  await page.locator('[data-setting="measure"]').selectOption("loss");
  const after = await page.locator("th .swatch[data-slot]").evaluateAll((all) => all.map((swatch) => getComputedStyle(swatch).backgroundColor));
  assert.deepEqual(after, table);
  await drawn(page, "loss");
  await plot(page, "loss").focus();
  await page.keyboard.press("End");
  const tip = plot(page, "loss").locator(".tip .swatch");
  await tip.first().waitFor();
  const cursor = await tip.evaluateAll((all) => all.map((swatch) => getComputedStyle(swatch).backgroundColor));
  assert.deepEqual([...new Set(cursor)], table);
  await context.close();
});

/** The labels of the vertical axes in an SVG, from the first panel to the last: what stands right-aligned. */
const axisLabels = (svg) => [...svg.matchAll(/<text [^>]*text-anchor="end"[^>]*>\s*([^<]*?)\s*<\/text>/g)].map(([, text]) => text);

/** Where the lines of an SVG lie. */
const lines = (svg) => [...svg.matchAll(/<polyline [^>]*points="([^"]*)"/g)].map(([, points]) => points);

// Failed before: all runs lay over each other whatever the view.
test("E22 one panel for each run, with one vertical scale unless it is freed", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/compare?runs=${small},${large}`);
  await drawn(page, "sharpness");
  const together = await numbers(page, "sharpness");
  const cursors = async () => {
    await plot(page, "sharpness").focus();
    await page.keyboard.press("End");
    return plot(page, "sharpness").locator(".cursor").count();
  };
  assert.equal(await cursors(), 1);
  await page.getByRole("button", { name: "One panel each" }).click();
  await until("each run has a panel", async () => (await cursors()) === 2);
  assert.equal(new URL(page.url()).searchParams.get("facets"), "shared");
  assert.deepEqual(await numbers(page, "sharpness"), together);
  await page.getByRole("button", { name: "own scales" }).click();
  await figure(page, "sharpness").getByText("a vertical scale of its own").waitFor();
  const file = async (facets) => {
    const view = encodeURIComponent(`with=${large}&facets=${facets}`);
    return String(await download(server.url, `/api/v1/runs/${small}/charts/sharpness.svg?view=${view}`));
  };
  const shared = await file("shared");
  const labels = axisLabels(shared);
  const half = labels.length / 2;
  assert.ok(half >= 2, labels.join("|"));
  assert.deepEqual(labels.slice(0, half), labels.slice(half));
  // Two scales may well have the same round numbers, but a freed one moves the curves.
  assert.notEqual(lines(shared).length, 0);
  assert.notDeepEqual(lines(await file("free")), lines(shared), "a freed scale moves the curves of a panel");
  await context.close();
});

test("E20 what is shown beside a run changes none of its numbers", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${small}`);
  const alone = await numbers(page, "accuracy");
  await visit(page, `${server.url}/compare?runs=${large},${small}`);
  const beside = await numbers(page, "accuracy");
  const name = "PGD 4/255";
  const mine = beside.columns.map((column, at) => (column === name || column.startsWith(`${name},`) ? at : -1)).filter((at) => at >= 0);
  assert.ok(mine.length >= 2, beside.columns.join("|"));
  for (const [at, cells] of alone.rows.entries()) {
    const values = mine.map((column) => beside.rows[at][column]);
    assert.ok(values.every((value) => cells.includes(value)), `step ${cells[0]}: ${values} of ${cells}`);
  }
  await context.close();
});

/** The quantile by linear interpolation between order statistics, as NumPy's default. */
function quantile(sorted, q) {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  return sorted[below] + (place - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
}

test("E20 bands are computed over all images, and rates have Wilson's interval", async () => {
  const { labels, trajectory, timeline } = await read(server.url, `/api/v1/runs/${large}/export.json`);
  const right = trajectory.pred[0].map((pred, at) => pred === labels[at]);
  for (const population of ["right", "all"]) {
    const { points } = await read(server.url, `/api/v1/runs/${large}/bands?measure=kappa_tr&population=${population}`);
    assert.equal(points.length, 13);
    for (const [point, band] of points.entries()) {
      const values = trajectory.kappa_tr[point].filter((_, at) => population === "all" || right[at]).map(Number).sort((a, b) => a - b);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      assert.equal(band.n, values.length);
      const expected = { mean, q1: quantile(values, 0.25), median: quantile(values, 0.5), q3: quantile(values, 0.75) };
      // The same sums in another order differ in the last of 16 digits.
      for (const [key, value] of Object.entries(expected)) assert.ok(Math.abs(band[key] - value) <= 1e-12 * Math.abs(value), `${key} at ${point}: ${band[key]} and ${value}`);
      assert.ok(band.low <= band.mean && band.mean <= band.high);
    }
  }
  // Wilson's score interval: Wilson, Journal of the American Statistical Association 22 (1927). 1.959964 is the 97.5 % point of the normal.
  const z = 1.959963984540054;
  for (const rate of [...timeline.accuracy, ...timeline.robust]) {
    const { hits, n } = rate;
    const share = hits / n;
    const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
    const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
    assert.ok(Math.abs(rate.low - Math.max(0, centre - half)) < 1e-12, `${rate.low} and ${centre - half}`);
    assert.ok(Math.abs(rate.high - Math.min(1, centre + half)) < 1e-12);
  }
});

test("E20 the page names its bands and says of how many", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${large}?stat=mean`);
  await drawn(page, "sharpness");
  const mean = page.locator('figure[data-chart="sharpness"]');
  await mean.getByText(/Mean and its 95 % interval over \d+ of 24 examples/).waitFor();
  await page.getByRole("button", { name: "Median", exact: true }).click();
  await mean.getByText(/Median and quartiles over \d+ of 24 examples/).waitFor();
  await context.close();
});

// Failed before: such runs were compared without a word.
test("E23 runs that are not over the same images say so, and can be shown over those that all have", async () => {
  const fewer = await finished(server.url, quick({ epsilon: "8/255" }, { data: { set: "shapes-test", count: 10 } }));
  const { page, context } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await visit(page, `${server.url}/compare?runs=${large},${fewer}`);
  await drawn(page, "sharpness");
  const notice = page.locator("[data-populations]");
  await notice.getByText("not over the same images").waitFor();
  const { y } = await plot(page, "sharpness").boundingBox();
  assert.ok(y < 700, `the first figure is on the first screen: ${y}`);
  await notice.getByRole("button", { name: "Only images that all have" }).click();
  await until("both curves are over the same images", async () => {
    const { columns, rows } = await numbers(page, "sharpness");
    const counts = columns.map((name, at) => (name.endsWith(", n") ? rows[0][at] : "")).filter(Boolean);
    return counts.length === 2 && counts[0] === counts[1] && Number(counts[0]) <= 10;
  });
  // The same images under the same attack have the same curve.
  const { columns, rows } = await numbers(page, "sharpness");
  const mains = columns.map((name, at) => [name, at]).filter(([name, at]) => at > 0 && !name.includes(", lower") && !name.includes(", upper") && !name.endsWith(", n"));
  assert.equal(mains.length, 2, columns.join("|"));
  for (const cells of rows) assert.equal(cells[mains[0][1]], cells[mains[1][1]]);
  assert.match(page.url(), /common=yes/);
  await context.close();
});

// Failed before: a ninth run was dropped without a word.
test("E23 what a comparison cannot show is said", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/compare?runs=${[small, large, "a", "b", "c", "d", "e", "f", "g", "h"].join(",")}`);
  await page.getByText(/shows 8 runs at a time; 2 of those/).waitFor();
  await context.close();
});

// One figure, one object: what the screen, the caption, the table, the CSV file, the SVG file and the API say is the same.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { download, finished, read } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { drawn, figure, numbers, plot } from "./lib/chart.mjs";
import { csv } from "./lib/csv.mjs";
import { startServer, until } from "./lib/server.mjs";

/** Three epsilons under two seeds: six passes. */
const SPEC = {
  model: "shapes-standard",
  data: { set: "shapes-test", count: 48 },
  attack: { pgd: { norm: "linf", epsilon: ["2/255", "4/255", "8/255"], step_size: "1/255", steps: 8, random_start: true } },
  seed: [1, 2],
};
const EPSILONS = ["2/255", "4/255", "8/255"];
/** The figures of curves, each with the measures of its panels. */
const CURVES = { sharpness: ["kappa_tr"], loss: ["loss"], confidence: ["confidence"], factors: ["gini", "phi_sq"] };
const ALL = [...Object.keys(CURVES), "accuracy", "aligned", "peak-minus-flip", "first-flip", "confusion"];

let server;
let browser;
let run;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  run = await finished(server.url, SPEC);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const numeric = (text) => Number(text.replace("−", "-"));
/** Four digits were kept. */
const rounds = (shown, whole) => shown === whole || Math.abs(shown - whole) <= 5.001e-4 * Math.abs(whole) + 1e-12;

/** A figure's file of a form, as the page itself links it. */
async function linked(page, kind, form) {
  await figure(page, kind).locator("[data-opens=save]").click();
  const path = await page.locator(`dialog.save[open] [data-form=${form}]`).getAttribute("href");
  await page.keyboard.press("Escape");
  return String(await download(server.url, path));
}

/** The values at every stop of a figure's cursor, as the tooltip has them: a list of `{ at, values }`. */
async function cursor(page, kind) {
  await plot(page, kind).scrollIntoViewIfNeeded();
  await plot(page, kind).focus();
  await page.keyboard.press("Home");
  const tip = plot(page, kind).locator(".tip");
  const stops = Number(await plot(page, kind).getAttribute("aria-valuemax")) + 1;
  const seen = [];
  for (let stop = 0; stop < stops; stop += 1) {
    await until(`the cursor stands at ${stop}`, async () => Number(await plot(page, kind).getAttribute("aria-valuenow")) === stop);
    seen.push(
      await tip.evaluate((tip) => ({
        at: tip.querySelector("b").textContent.trim().replace("step ", ""),
        values: Object.fromEntries([...tip.querySelectorAll("dt")].map((name) => [name.textContent.trim(), name.nextElementSibling.textContent.trim()])),
      })),
    );
    await page.keyboard.press("ArrowRight");
  }
  await page.keyboard.press("Escape");
  return seen;
}

/** The long lines of an SVG file, each as its heights; dashed ones are in pieces and left out. */
const lines = (svg, points) =>
  [...svg.matchAll(/<polyline[^>]*stroke-width="8"[^>]*points="([^"]+)"/g)]
    .map(([, text]) => text.trim().split(" ").map((pair) => Number(pair.split(",")[1])))
    .filter((heights) => heights.length === points);

/** How far heights are from a straight function of values, in units of the heights. */
function misfit(values, heights) {
  const n = values.length;
  const [mx, my] = [values, heights].map((list) => list.reduce((sum, value) => sum + value, 0) / n);
  const sxx = values.reduce((sum, value) => sum + (value - mx) ** 2, 0);
  const slope = sxx === 0 ? 0 : values.reduce((sum, value, at) => sum + (value - mx) * (heights[at] - my), 0) / sxx;
  return Math.max(...values.map((value, at) => Math.abs(heights[at] - my - slope * (value - mx))));
}

// Failed before: the flip-aligned figure "epsilon 2/255" drew the curve of 8/255 on the screen, in the caption, the tooltip and the
// numbers, and the confusion was of the smallest epsilon beside classes of the largest.
test("E38 screen, caption, table, CSV, SVG and API agree in every figure of a run with three epsilons and two seeds", async (t) => {
  const { page, context } = await openPage(browser, { viewport: { width: 1280, height: 900 } });
  await visit(page, `${server.url}/runs/${run}`);
  await drawn(page, "sharpness");
  const kinds = await page.locator("figure[data-chart]").evaluateAll((all) => all.map((element) => element.dataset.chart));
  assert.deepEqual([...kinds].sort(), [...ALL].sort(), "every figure of the page is looked at here");

  for (const kind of ALL) {
    await t.test(kind, async () => {
      await drawn(page, kind);
      const table = await numbers(page, kind);
      const file = csv(await linked(page, kind, "csv"));
      const svg = await linked(page, kind, "svg");
      const caption = await figure(page, kind).locator(".says p").last().innerText();
      const title = await figure(page, kind).locator("h3").innerText();

      // Table and CSV file: the same cells, with fewer digits.
      assert.deepEqual(table.columns, file.columns, "table and file have the same columns");
      assert.equal(table.rows.length, file.rows.length);
      for (const [row, cells] of file.rows.entries()) {
        for (const [column, cell] of cells.entries()) {
          const shown = table.rows[row][column];
          const same = cell === "" ? shown === "–" : shown === cell || rounds(numeric(shown), Number(cell));
          assert.ok(same, `${file.columns[column]} in row ${row}: ${shown} and ${cell}`);
        }
      }

      // The SVG file has the title and the sentence of the page.
      const told = (tag) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(svg)[1].replaceAll("&gt;", ">").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
      assert.equal(told("title"), title);
      assert.equal(told("desc"), caption);

      // What the cursor says is what the file says at that place.
      if (kind !== "confusion") {
        let told = 0;
        for (const { at, values } of await cursor(page, kind)) {
          const row = file.rows.find((cells) => cells[0] === at.replace("−", "-"));
          if (!row) {
            assert.deepEqual(values, {}, `${at} has no row, so no values`);
            continue;
          }
          for (const [name, text] of Object.entries(values)) {
            told += 1;
            const columns = file.columns.map((column, place) => [column, place]).filter(([column]) => column === name || column.endsWith(`, ${name}`) || column === `${name}, count`);
            const shown = numeric(/^[−\d.e+-]+/.exec(text)[0]) * (/^[\d.]+ %/.test(text) ? 0.01 : 1);
            // Percentages have one decimal, other values four digits.
            const fits = ([, place]) => rounds(shown, Number(row[place])) || (/ %/.test(text) && Math.abs(shown - Number(row[place])) <= 5.001e-4);
            assert.ok(columns.some(fits), `${name} at ${at}: the cursor says ${text}, the file ${columns.map(([, place]) => row[place])}`);
          }
        }
        assert.ok(told >= EPSILONS.length, `the cursor tells ${told} values`);
      }

      // The caption's first, highest and last values are the file's.
      let captions = 0;
      for (const [, name, first, last] of caption.matchAll(/(?:^|\. )((?:[^.:]|\.(?=\d))*ε [\d/.]+[^:.]*): ([\d.]+)(?: %)? at [^,]+,(?: highest [^,]+,)? ([\d.]+)(?: %)? at/g)) {
        const column = file.columns.findIndex((column) => column === name || column.replace(", log axis", "") === name);
        assert.ok(column > 0, `${name} of the caption is a column of ${file.columns.join(" | ")}`);
        const there = file.rows.map((cells) => cells[column]).filter((cell) => cell !== "").map(Number);
        const near = (shown, whole) => rounds(Number(shown), whole) || Math.abs(Number(shown) / 100 - whole) <= 5.001e-4;
        captions += 1;
        assert.ok(near(first, there[0]) && near(last, there.at(-1)), `${name}: ${first} and ${last} of ${there[0]} to ${there.at(-1)}`);
      }
      if (kind in CURVES || kind === "aligned" || kind === "accuracy") assert.ok(captions >= EPSILONS.length, `${captions} curves are told in: ${caption}`);

      // The lines of the SVG file are straight in the values of the table, or in their logarithms.
      if (kind in CURVES && kind !== "factors") {
        const means = file.columns.map((column, place) => [column, place]).filter(([column]) => /seeds$/.test(column));
        assert.equal(means.length, EPSILONS.length, file.columns.join(" | "));
        const drawnLines = lines(svg, file.rows.length);
        assert.ok(drawnLines.length >= 1, "there are full lines");
        for (const heights of drawnLines) {
          const fit = means.map(([, place]) => {
            const values = file.rows.map((cells) => Number(cells[place]));
            return Math.min(misfit(values, heights), misfit(values.map(Math.log), heights));
          });
          // Pixels are whole in a picture four times as large.
          assert.ok(Math.min(...fit) <= 2, `a line fits no column: ${fit}`);
        }
      }

      // The API's series are the file's: over both seeds, in the curves by step.
      if (kind in CURVES) {
        for (const [panel, measure] of CURVES[kind].entries()) {
          for (const [place] of EPSILONS.entries()) {
            const [one, two] = await Promise.all([0, 1].map((seed) => read(server.url, `/api/v1/runs/${run}/bands?measure=${measure}&pass=${2 * place + seed}`)));
            const columns = file.columns.map((column, at) => [column, at]).filter(([column]) => /seeds$/.test(column));
            const column = columns[panel * EPSILONS.length + place][1];
            for (const [point, cells] of file.rows.entries()) {
              const mean = (Number(one.points[point].median) + Number(two.points[point].median)) / 2;
              // Frames carry eight digits.
              assert.ok(Math.abs(Number(cells[column]) - mean) <= 1e-7 * Math.abs(mean), `${measure} of ${EPSILONS[place]} at ${point}`);
            }
          }
        }
      }
      if (kind === "aligned") {
        for (const [place] of EPSILONS.entries()) {
          const { points } = await read(server.url, `/api/v1/runs/${run}/aligned?pass=${2 * place}`);
          const column = file.columns.findIndex((name) => name === `ε ${EPSILONS[place]}, seed 1`);
          for (const { offset, band } of points) {
            const cells = file.rows.find(([at]) => Number(at) === offset);
            if (cells && cells[column] !== "") assert.ok(rounds(Number(cells[column]), Number(band.median)), `${EPSILONS[place]} at ${offset}`);
          }
        }
      }
      if (kind === "confusion" || kind === "peak-minus-flip" || kind === "first-flip" || kind === "accuracy") {
        for (const [place, epsilon] of EPSILONS.entries()) {
          const { summary, timeline } = await read(server.url, `/api/v1/runs/${run}/summary?pass=${2 * place}`);
          const column = (end) => file.columns.findIndex((name) => name === `ε ${epsilon}, seed 1${end}`);
          if (kind === "peak-minus-flip") {
            const counts = Object.fromEntries(file.rows.filter((cells) => cells[column(", count")] !== "").map((cells) => [cells[0], Number(cells[column(", count")])]));
            assert.deepEqual(counts, summary.peak_minus_flip);
          }
          if (kind === "first-flip") {
            const flips = file.rows.reduce((sum, cells) => sum + Number(cells[column(", count")] || 0), 0);
            assert.equal(flips, timeline.robust[0].hits - timeline.robust.at(-1).hits);
          }
          if (kind === "accuracy") {
            assert.deepEqual(file.rows.map((cells) => Number(cells[column("")])), timeline.robust.map(({ share }) => share));
          }
          if (kind === "confusion" && place === EPSILONS.length - 1) {
            const classes = (await read(server.url, "/api/v1/catalog")).models.find(({ id }) => id === SPEC.model).classes;
            for (const { class: label, flipped_to: to } of summary.classes) {
              const cells = file.rows.find(([name]) => name === classes[label]);
              assert.deepEqual(cells.slice(1).map(Number), classes.map((_, at) => to[at] ?? 0), classes[label]);
            }
          }
        }
      }
    });
  }
  await context.close();
});

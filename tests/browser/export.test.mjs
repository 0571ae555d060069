// Files: figures and runs, as what they claim to be, and the same run elsewhere.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { download, finished, inPhase, quick, read } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { drawn, figure, numbers } from "./lib/chart.mjs";
import { csv } from "./lib/csv.mjs";
import { BINARY, startServer, until } from "./lib/server.mjs";
import { npy, unzip } from "./lib/zip.mjs";

const run_program = promisify(execFile);

/** A Python with NumPy and pandas; `cargo xtask test` makes one. */
const PYTHON = process.env.PYTHON ?? "python3";

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

/** Opens the dialogue that saves a figure, with what is to be chosen in it. */
async function saving(page, kind, choices = {}) {
  await drawn(page, kind);
  await figure(page, kind).locator("[data-opens=save]").click();
  const dialog = page.locator("dialog.save[open]");
  await dialog.locator("[data-preview]").waitFor();
  for (const [key, value] of Object.entries(choices)) {
    const field = dialog.locator(`[name="paper.${key}"]`);
    if ((await field.evaluate((element) => element.tagName)) === "SELECT") await field.selectOption(value);
    else await field.fill(value);
  }
  return dialog;
}

/** Downloads a file through a figure's dialogue, as a person does. */
async function saved(page, kind, form, choices) {
  const dialog = await saving(page, kind, choices);
  const waiting = page.waitForEvent("download");
  await dialog.locator(`[data-form=${form}]`).click();
  const file = await waiting;
  await page.keyboard.press("Escape");
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** What must stand in every file: how to make it again. */
function remakes(text) {
  for (const part of ['"model":"shapes-standard"', '"epsilon":"8/255"', '"seeds":[1]', "Valleyscope 0.", "LibTorch 2.", '"device":"cpu"']) {
    assert.ok(text.includes(part), `the file says ${part}`);
  }
}

const plain = (text) => text.replaceAll("&quot;", '"').replaceAll("&amp;", "&");

test("E38 a figure is saved as SVG: small, with text as text, white or transparent", async () => {
  const { page, context } = await openPage(browser, { colorScheme: "light" });
  await visit(page, `${server.url}/runs/${run}`);
  const { name, bytes } = await saved(page, "sharpness", "svg", { title: "true" });
  assert.match(name, /^sharpness-.+\.svg$/);
  assert.ok(bytes.length < 200_000, `${bytes.length} bytes`);
  const text = String(bytes);
  const parsed = await page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, "image/svg+xml");
    return {
      fault: document.querySelector("parsererror")?.textContent,
      texts: [...document.querySelectorAll("text")].map((element) => element.textContent.trim()),
      backgrounds: [...document.querySelectorAll("rect")].map((element) => [element.getAttribute("fill"), element.getAttribute("width")]),
      width: document.documentElement.viewBox.baseVal.width,
    };
  }, text);
  assert.equal(parsed.fault, undefined);
  const heading = await figure(page, "sharpness").locator("h3").innerText();
  assert.ok(parsed.texts.some((words) => words.startsWith(heading)), parsed.texts.join("|"));
  assert.ok(parsed.texts.some((words) => /step/i.test(words)), "the axis has its name");
  const fills = (list, width) => list.filter(([fill, wide]) => fill === "#FFFFFF" && Number(wide) === width);
  assert.equal(fills(parsed.backgrounds, parsed.width).length, 1, "white behind");
  remakes(plain(text));
  const clear = String((await saved(page, "sharpness", "svg", { transparent: "true" })).bytes);
  assert.ok(!/<rect x="0" y="0"[^>]*fill="#FFFFFF"/.test(clear), "nothing behind");
  await context.close();
});

test("E38 a figure is saved for a paper: what is seen is what is saved, and choices are kept", async () => {
  const { page, context } = await openPage(browser, { colorScheme: "dark" });
  await visit(page, `${server.url}/runs/${run}?stat=mean`);
  const dialog = await saving(page, "sharpness", { width: "own", own: "82mm", font: "serif", font_size: "7.5", legend: "inside", color: "grey" });
  const preview = dialog.locator("[data-preview]");
  const seen = async () => decodeURIComponent((await preview.getAttribute("src")).replace("data:image/svg+xml,", ""));
  await until("the preview follows", async () => /width="82mm"/.test(await seen()) && !/#0072B2/i.test(await seen()));
  const svg = await seen();
  assert.match(svg, /CMU Serif/);
  assert.ok(/fill="#FFFFFF"/.test(svg), "a figure of a dark page is light");
  const links = await dialog.locator("[data-form]").evaluateAll((all) => Object.fromEntries(all.map((link) => [link.dataset.form, link.getAttribute("href")])));
  assert.deepEqual(Object.keys(links), ["pdf", "svg", "png", "tex", "csv"]);
  assert.equal(String(await download(server.url, links.svg)), svg, "the file is what the preview shows");
  const pdf = (await download(server.url, links.pdf)).toString("latin1");
  // 82 mm in points, and the fonts are in the file.
  const [, wide] = /\/MediaBox ?\[0 0 ([\d.]+) /.exec(pdf);
  assert.ok(Math.abs(Number(wide) - (82 / 25.4) * 72) < 0.01, wide);
  assert.match(pdf, /\/FontFile/);
  assert.match(String(await download(server.url, links.tex)), /\\begin\{axis\}[^]*width=82mm/);

  // What cannot be drawn is said beside its field, and mended there.
  await dialog.locator('[name="paper.own"]').fill("82 miles");
  const field = dialog.locator(".field", { has: page.locator('[name="paper.own"]') });
  await field.locator(".error").waitFor();
  assert.match(await field.locator(".error").innerText(), /no length/);
  await dialog.locator('[name="paper.own"]').fill("9cm");
  await until("the preview is back", async () => (await preview.count()) === 1 && /width="9cm"/.test(await seen()));

  // Another figure, another visit: the same choices.
  await page.keyboard.press("Escape");
  await visit(page, `${server.url}/runs/${run}`);
  const again = await saving(page, "accuracy");
  assert.equal(await again.locator('[name="paper.own"]').inputValue(), "9cm");
  assert.equal(await again.locator('[name="paper.font"]').inputValue(), "serif");

  // Opened by itself, as from the address in a paper's script, it is set in its own letters.
  const alone = await context.newPage();
  await alone.goto(`${server.url}${links.svg}`);
  assert.equal(await alone.evaluate(async () => (await document.fonts.load('16px "CMU Serif"')).length), 1);
  assert.equal(await alone.evaluate(() => [...document.fonts].map((font) => font.status).join()), "loaded");
  await context.close();
});

test("E38 a figure is saved as PNG at any resolution", async () => {
  const { page, context } = await openPage(browser, { colorScheme: "light" });
  await visit(page, `${server.url}/runs/${run}`);
  const sizes = [];
  for (const dpi of ["100", "200", "300"]) {
    const { bytes } = await saved(page, "sharpness", "png", { dpi });
    assert.equal(bytes.toString("latin1", 1, 4), "PNG");
    sizes.push([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]);
    // The browser must be able to read it, and must find a picture: more colours than a background.
    const colours = await page.evaluate(async (base64) => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
      const context = canvas.getContext("2d");
      context.drawImage(bitmap, 0, 0);
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    }, bytes.toString("base64"));
    assert.ok(colours > 10, `${colours} colours`);
  }
  // A column of 3.25 inches; heights are rounded to pixels.
  assert.deepEqual(sizes.map(([width]) => width), [325, 650, 975]);
  for (const [at, [, height]] of sizes.entries()) assert.ok(Math.abs(height - (at + 1) * sizes[0][1]) <= 1 + at, `${height} of ${sizes[0][1]}`);
  await context.close();
});

test("E38 a figure's CSV has the numbers that the page shows", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}?stat=mean&measure=loss`);
  const { name, bytes } = await saved(page, "sharpness", "csv");
  assert.match(name, /\.csv$/);
  const file = csv(String(bytes));
  const table = await numbers(page, "sharpness");
  assert.equal(file.rows.length, table.rows.length);
  assert.deepEqual(file.columns.length, table.columns.length);
  for (const [at, cells] of table.rows.entries()) {
    for (const [column, cell] of cells.entries()) {
      const [shown, kept] = [Number(cell.replace("−", "-")), Number(file.rows[at][column])];
      // The page rounds to four digits.
      assert.ok(Math.abs(shown - kept) <= 1e-3 * Math.abs(kept), `${table.columns[column]} at ${cells[0]}: ${cell} and ${kept}`);
    }
  }
  await context.close();
});

test("E38 JSON, CSV and NPZ of a run hold the same readings", async () => {
  const json = await read(server.url, `/api/v1/runs/${run}/export.json`);
  remakes(JSON.stringify(json));
  const table = csv(String(await download(server.url, `/api/v1/runs/${run}/export.csv`)));
  assert.deepEqual(table.rows[0].slice(0, 2), [json.spec.model, json.spec.data.set], "the first columns say of what");
  const files = unzip(await download(server.url, `/api/v1/runs/${run}/export.npz`));
  remakes(npy(files["header.npy"]).text);
  const [images, points] = [json.labels.length, json.points.length];
  assert.deepEqual([images, points, table.rows.length], [24, 13, 24 * 13]);
  const measures = Object.keys(json.trajectory);
  assert.ok(measures.length >= 20);
  for (const measure of measures) {
    const array = npy(files[`${measure}.npy`]);
    assert.deepEqual(array.shape, [1, points, images]);
    assert.deepEqual(array.values, json.trajectory[measure].flat().map(Number), measure);
  }
  const place = (name) => table.columns.indexOf(name);
  for (const cells of table.rows) {
    const [row, point] = [Number(cells[place("row")]), json.points.indexOf(cells[place("point")])];
    for (const measure of measures) assert.equal(Number(cells[place(measure)]), Number(json.trajectory[measure][point][row]), measure);
  }
  assert.deepEqual(npy(files["labels.npy"]).values, json.labels);
});

// Failed before: settings in comment lines were taken for the header, the header of the arrays was bytes, classes were floats.
test("E38 pandas and NumPy read the files without options", async () => {
  const exported = `${server.url}/api/v1/runs/${run}/export`;
  const figure = `${server.url}/api/v1/runs/${run}/charts/sharpness.csv`;
  const script = `
import io, json, urllib.request
import numpy as np, pandas as pd
table = pd.read_csv("${exported}.csv")
figure = pd.read_csv("${figure}")
arrays = np.load(io.BytesIO(urllib.request.urlopen("${exported}.npz").read()))
print(json.dumps({
    "columns": list(table.columns), "rows": len(table), "pred": str(table["pred"].dtype), "label": str(table["label"].dtype),
    "figure": list(figure.columns), "points": len(figure),
    "model": json.loads(str(arrays["header"]))["spec"]["model"], "kind": str(arrays["pred"].dtype),
    "same": bool((table["pred"].to_numpy() == arrays["pred"][0].T.reshape(-1)).all()),
}))
`;
  const { stdout } = await run_program(PYTHON, ["-c", script]);
  const told = JSON.parse(stdout);
  assert.deepEqual([told.rows, told.pred, told.label, told.points], [24 * 13, "int64", "int64", 13]);
  assert.deepEqual(told.columns.slice(0, 4), ["model", "data", "attack", "seed"]);
  assert.ok(told.figure.length >= 3 && told.figure[0] === "step", told.figure.join());
  assert.deepEqual([told.model, told.kind, told.same], ["shapes-standard", "int64", true]);
});

test("E38 a run's files are saved from its page", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}`);
  for (const [words, ending] of [["Result (JSON)", "json"], ["Trajectories (CSV)", "csv"], ["Trajectories (NPZ)", "npz"]]) {
    await page.locator("summary", { hasText: "Save" }).first().click();
    const waiting = page.waitForEvent("download");
    await page.getByRole("link", { name: words }).click();
    const file = await waiting;
    assert.equal(file.suggestedFilename(), `valleyscope-${run}.${ending}`);
    assert.ok((await readFile(await file.path())).length > 1000);
  }
  await context.close();
});

/** Copies a run as a command, from the page. */
async function copied(words) {
  const { page, context } = await openPage(browser, { permissions: ["clipboard-read", "clipboard-write"] });
  await visit(page, `${server.url}/runs/${run}`);
  await page.locator("summary", { hasText: "Copy as" }).click();
  await page.getByRole("button", { name: words, exact: true }).click();
  const shown = await page.locator("dialog[open] pre").textContent();
  const kept = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(kept, shown, "what is shown is on the clipboard");
  await context.close();
  return shown;
}

/** Runs a text in the shell, in a folder of its own with the program on the path. */
async function inShell(text, look) {
  const folder = await mkdtemp(join(tmpdir(), "valleyscope-shell-"));
  const path = `${dirname(BINARY)}${delimiter}${process.env.PATH}`;
  try {
    const { stdout } = await run_program("bash", ["-e", "-c", text], {
      cwd: folder,
      env: { ...process.env, PATH: path, VALLEYSCOPE_DATA: join(folder, "data") },
    });
    return await look(stdout, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sameRun(id) {
  await inPhase(server.url, id, ["finished"]);
  const [one, two] = await Promise.all([run, id].map((id) => read(server.url, `/api/v1/runs/${id}/export.json`)));
  assert.deepEqual(two.spec, one.spec);
  assert.deepEqual(two.trajectory, one.trajectory, "the same settings give the same readings");
}

test("E39 the copied curl command starts the same run", async () => {
  const text = await copied("curl");
  assert.ok(text.startsWith("curl ") && text.includes(server.url), text);
  await inShell(text, async (stdout) => sameRun(JSON.parse(stdout).id));
});

test("E39 the copied Python script starts the same run", async () => {
  const text = await copied("Python");
  await inShell(`${PYTHON} - <<'END_OF_SCRIPT'\n${text}\nEND_OF_SCRIPT\n`, async (stdout) => {
    await sameRun(/^run (\S+)/m.exec(stdout)[1]);
    // Failed before: the script asked for the run and ended there.
    const { trajectory } = await read(server.url, `/api/v1/runs/${run}/export.json`);
    assert.match(stdout, new RegExp(`kappa_tr \\(1, 13, 24\\)`));
    const last = trajectory.kappa_tr.at(-1).map(Number).sort((a, b) => a - b);
    const median = (last[11] + last[12]) / 2;
    const told = Number(/median at the end ([\d.e+-]+)/.exec(stdout)[1]);
    // The script prints four digits.
    assert.ok(Math.abs(told / median - 1) < 1e-3, `${told} ${median}`);
  });
});

test("E39 the copied command line computes the same run without a server", async () => {
  const text = await copied("Command line");
  const result = await inShell(text, async (_, folder) => JSON.parse(await readFile(join(folder, "result.json"), "utf8")));
  const mine = await read(server.url, `/api/v1/runs/${run}/export.json`);
  assert.deepEqual(result.spec, mine.spec);
  assert.deepEqual(result.trajectory, mine.trajectory);
});

/** The median's line in a figure's SVG: how many points it has, and its rise to the highest one from the first, in units of that from the last. */
function line(svg) {
  const lines = [...svg.matchAll(/<polyline[^>]*stroke-width="8"[^>]*points="([^"]+)"/g)].map(([, points]) => points.trim().split(" "));
  const longest = lines.sort((a, b) => b.length - a.length)[0];
  const heights = longest.map((point) => -Number(point.split(",")[1]));
  return { points: heights.length, rise: rise(heights) };
}

const rise = (values) => (Math.max(...values) - values[0]) / (Math.max(...values) - values.at(-1));

// Of 600 steps the first 100 are all recorded: they crowd into a sixth of the figure, and the peak is among them.
test("E21 a figure with fewer columns than points keeps the highest of them", async () => {
  const long = await finished(server.url, quick({ step_size: "0.25/255", steps: 600 }, { data: { set: "shapes-test", count: 2 } }));
  const file = async (ending) => String(await download(server.url, `/api/v1/runs/${long}/charts/sharpness.${ending}view=y%3Dlinear`));
  const data = rise(csv(await file("csv?")).rows.map((cells) => Number(cells[1])));
  const [wide, narrow] = [line(await file("svg?width=1600&")), line(await file("svg?width=240&"))];
  assert.ok(narrow.points < wide.points, `${narrow.points} of ${wide.points} points are drawn`);
  // Points are drawn to a quarter of a pixel, and the rise is more than 100 pixels high.
  for (const { rise } of [wide, narrow]) assert.ok(Math.abs(rise - data) < 0.005, `${rise} drawn, ${data} in the data`);
});

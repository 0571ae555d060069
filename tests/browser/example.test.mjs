// One example, looked at closely: scrubbed, side by side, and sorted among the others.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { finished, quick, read } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { cursorAt, drawn } from "./lib/chart.mjs";
import { addOverconfident } from "./lib/model.mjs";
import { startServer, until } from "./lib/server.mjs";

const STEPS = 12;

let server;
let browser;
let run;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  run = await finished(server.url, quick({}, { keep_examples: 16 }));
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function openExample(query = "?example=0", options = {}) {
  const opened = await openPage(browser, options);
  await visit(opened.page, `${server.url}/runs/${run}${query}`);
  await opened.page.getByRole("slider", { name: "Step of the attack" }).waitFor();
  return { ...opened, slider: opened.page.getByRole("slider", { name: "Step of the attack" }) };
}

const readout = (page) => page.locator("output[data-step]").innerText();
const reading = (page) => page.locator("dl[data-readout] dd").first().innerText();

/** Waits until the page shows a step. */
const shows = (page, words) => until(`the page shows ${words}`, async () => (await readout(page)) === words);

test("E13 the keys go through the recorded steps, and readings, pictures and curves follow", async () => {
  const { page, context, slider } = await openExample();
  const detail = await read(server.url, `/api/v1/runs/${run}/examples/0`);
  const kappa = detail.curves.kappa_tr;
  await slider.focus();
  await page.keyboard.press("Home");
  await shows(page, "clean");
  await page.keyboard.press("ArrowRight");
  await shows(page, "step 1");
  await page.keyboard.press("ArrowRight");
  await shows(page, "step 2");
  assert.ok(Math.abs(Number.parseFloat(await reading(page)) / kappa[2] - 1) < 1e-3, `${await reading(page)} is ${kappa[2]}`);
  assert.match(await page.locator(".pictures img").nth(2).getAttribute("src"), new RegExp(`/images/0/2/adversarial.png`));
  await drawn(page, "example");
  const at = await cursorAt(page, "example");
  await page.keyboard.press("ArrowLeft");
  await shows(page, "step 1");
  await until("the cursor in the curves follows", async () => (await cursorAt(page, "example")) < at);
  assert.match(await page.locator(".pictures img").nth(2).getAttribute("src"), new RegExp(`/images/0/1/adversarial.png`));
  await page.keyboard.press("End");
  await shows(page, `step ${STEPS}`);
  assert.ok(Math.abs(Number.parseFloat(await reading(page)) / kappa[STEPS] - 1) < 1e-3);
  await page.keyboard.press("ArrowRight");
  await shows(page, `step ${STEPS}`);
  await context.close();
});

test("E13 play goes on by itself, pause stops it", async () => {
  const { page, context, slider } = await openExample();
  await slider.focus();
  await page.keyboard.press("Home");
  await shows(page, "clean");
  await page.getByRole("button", { name: "Play" }).click();
  await until("it plays", async () => /step [2-9]/.test(await readout(page)));
  await page.getByRole("button", { name: "Pause" }).click();
  const stopped = await readout(page);
  await page.waitForTimeout(800);
  assert.equal(await readout(page), stopped);
  await page.getByRole("button", { name: "Play" }).click();
  await shows(page, `step ${STEPS}`);
  await page.getByRole("button", { name: "Play" }).waitFor();
  await context.close();
});

/** The mean of a picture's pixels, and its size, as the browser decoded it. */
async function pixels(page, place) {
  return page.locator(".pictures img").nth(place).evaluate(async (image) => {
    await image.decode();
    const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    const values = [...data].filter((_, at) => at % 4 !== 3);
    return { width: canvas.width, height: canvas.height, rendering: getComputedStyle(image).imageRendering, values };
  });
}

test("E14 clean, difference and adversarial stand side by side at every step", async () => {
  const { page, context } = await openExample("?example=0&step=0");
  const images = page.locator(".pictures img");
  assert.equal(await images.count(), 3);
  const clean = await pixels(page, 0);
  assert.deepEqual([clean.width, clean.height, clean.rendering], [32, 32, "pixelated"]);
  assert.ok((await pixels(page, 1)).values.every((value) => value === 128), "at the clean point nothing differs");
  assert.deepEqual((await pixels(page, 2)).values, clean.values);

  await page.getByRole("slider", { name: "Step of the attack" }).focus();
  await page.keyboard.press("End");
  await shows(page, `step ${STEPS}`);
  await until("the last picture is there", async () => (await images.nth(2).getAttribute("src")).includes(`/${STEPS}/`));
  const adversarial = await pixels(page, 2);
  const change = adversarial.values.map((value, at) => Math.abs(value - clean.values[at]));
  assert.ok(Math.max(...change) <= 9 && Math.max(...change) >= 7, `the largest change is ${Math.max(...change)} of 255, epsilon is 8`);
  const difference = await pixels(page, 1);
  assert.ok(difference.values.some((value) => value > 200) && difference.values.some((value) => value < 50), "the difference is amplified");

  const { curves, path } = await read(server.url, `/api/v1/runs/${run}/examples/0`);
  const percent = `${(100 * curves.confidence[STEPS]).toFixed(1)} %`;
  const classes = (await read(server.url, "/api/v1/catalog")).models[0].classes;
  const words = await images.nth(2).getAttribute("alt");
  assert.ok(words.includes(`label ${classes[path.label]}`), words);
  assert.ok(words.includes(classes[curves.pred[STEPS]]) && words.includes(percent), `${words} names ${percent}`);
  const scale = await page.locator(".pictures figcaption").nth(1).innerText();
  const [, factor] = /× ([\d.]+)/.exec(scale) ?? [];
  assert.ok(Number(factor) > 1, `the scale of the difference is printed: ${scale}`);
  // Black and white are minus and plus one after the scaling; epsilon, 8/255, is the full scale.
  assert.ok(Math.abs(Number(factor) - 1 / (8 / 255)) < 0.01, factor);
  assert.ok((await images.nth(1).getAttribute("alt")).includes("Difference"));
  await context.close();
});

test("E14 pictures that were not kept are computed as soon as somebody looks", async () => {
  const detail = () => read(server.url, `/api/v1/runs/${run}/examples/20`);
  assert.equal((await detail()).kept, false);
  const { page, context, requests } = await openExample("?example=20&step=0");
  const images = page.locator(".pictures img");
  await images.nth(2).waitFor();
  assert.equal(requests.filter(({ type }) => type === "document").length, 1, "without a reload");
  const clean = await pixels(page, 0);
  assert.deepEqual([clean.width, clean.height], [32, 32]);
  assert.equal(await page.locator(".bars .bar").count(), 10);
  const { kept, curves, probabilities } = await detail();
  assert.ok(kept && probabilities.length === curves.pred.length);
  probabilities.forEach((shares, point) => {
    assert.equal(shares.indexOf(Math.max(...shares)), curves.pred[point], `at ${point} the most probable class is the one that the run recorded`);
  });
  await context.close();
});

test("E14 pictures that cannot be computed any more say why, and the image can be run anew", async () => {
  await addOverconfident(server.dataDir);
  const other = await finished(server.url, quick({}, { model: "overconfident", keep_examples: 2, data: { set: "shapes-test", first: 40, count: 4 } }));
  await addOverconfident(server.dataDir, 7);
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${other}?example=3`);
  await page.getByRole("alert").filter({ hasText: "the weights of overconfident have changed since" }).waitFor();
  assert.equal(await page.locator("dl[data-readout] dd").count(), 7, "its readings are there");
  await page.getByRole("link", { name: "Run it for this image alone" }).click();
  await page.waitForURL(/\/new\?/);
  await until("the form names the image", async () => (await page.locator('[name="data.indices"]').inputValue()) === "43");
  await page.getByRole("button", { name: "Start the run" }).click();
  await page.waitForURL(/\/runs\/[\w-]+$/);
  const alone = await read(server.url, `/api/v1/runs/${page.url().split("/").pop()}`);
  assert.deepEqual(alone.spec.data.indices, [43]);
  await context.close();
});

test("E15 robust accuracy by step follows from each example's first success", async () => {
  const { labels, trajectory, timeline } = await read(server.url, `/api/v1/runs/${run}/export.json`);
  const right = trajectory.pred.map((predictions) => predictions.map((pred, row) => pred === labels[row]));
  const { examples } = await read(server.url, `/api/v1/runs/${run}/examples?limit=500&sort=first_flip`);
  const expected = labels.map((_, row) => {
    const flip = right.findIndex((now, step) => step > 0 && right[0][row] && !now[row]);
    return flip < 0 ? null : flip;
  });
  for (const { row, first_flip, right: clean } of examples) {
    if (clean) assert.equal(first_flip ?? null, expected[row], `image ${row}`);
  }
  const flips = examples.map(({ first_flip }) => first_flip ?? Infinity);
  assert.deepEqual(flips, [...flips].sort((a, b) => a - b), "sorted by the first flip, those without it last");
  const robust = timeline.robust.map(({ hits }) => hits);
  const counted = right.map((_, step) => labels.filter((_, row) => right.slice(0, step + 1).every((now) => now[row])).length);
  assert.deepEqual(robust, counted);
  assert.ok(counted[0] > counted.at(-1), "the attack succeeds at times");
});

test("E15 the table sorts by the first flip, and the figure shows robust accuracy", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}`);
  const column = async () => (await page.locator("#examples tbody tr td:nth-child(4)").allInnerTexts()).map((text) => (text === "–" ? Infinity : Number(text)));
  await page.locator("#examples tbody tr").first().waitFor();
  const button = page.getByRole("button", { name: "First flip", exact: true });
  await button.click();
  await until("ascending", async () => (await column()).every((flip, at, all) => at === 0 || all[at - 1] <= flip));
  assert.equal(await page.locator("th", { has: button }).getAttribute("aria-sort"), "ascending");
  await button.click();
  await until("descending", async () => {
    const finite = (await column()).filter(Number.isFinite);
    return finite.length > 1 && finite[0] > finite.at(-1) && finite.every((flip, at) => at === 0 || finite[at - 1] >= flip);
  });
  await context.close();
});

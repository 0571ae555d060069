// The images of a run as small pictures: those that the page is about, a page at a time.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { seriousViolations } from "./lib/accessibility.mjs";
import { finished, quick, read } from "./lib/api.mjs";
import { launchBrowser, openPage, PHONE, visit } from "./lib/browser.mjs";
import { drawn, plot } from "./lib/chart.mjs";
import { startServer, until } from "./lib/server.mjs";

const COUNT = 150;
const STEPS = 12;

let server;
let browser;
let run;
let examples;
let classes;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  run = await finished(server.url, quick({}, { keep_examples: 16, data: { set: "shapes-test", count: COUNT } }));
  ({ examples } = await read(server.url, `/api/v1/runs/${run}/examples?limit=500`));
  ({ classes } = (await read(server.url, "/api/v1/catalog")).models[0]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const thumbs = (page) => page.locator("#gallery .thumb");
const rows = (page) => page.locator("#gallery li").evaluateAll((all) => all.map(({ dataset }) => Number(dataset.row)));

/** The page of the run, at its small pictures. */
async function openGallery(query = "", options = {}) {
  const opened = await openPage(browser, options);
  await visit(opened.page, `${server.url}/runs/${run}${query}`);
  await opened.page.locator("#gallery").scrollIntoViewIfNeeded();
  await thumbs(opened.page).first().waitFor();
  return opened;
}

test("every image is a small picture with its label and what it is taken for, a page at a time", async () => {
  const { page, context, errors } = await openGallery();
  const [first, ...others] = await rows(page);
  assert.equal(first, 0);
  assert.equal(others.length, 71);
  // 20 is not kept; its picture comes from the data set.
  for (const row of [3, 20]) {
    const thumb = page.locator(`#gallery li[data-row="${row}"]`);
    await thumb.scrollIntoViewIfNeeded();
    const image = thumb.locator("img");
    await until("the picture is there", () => image.evaluate((image) => image.complete && image.naturalWidth === 32));
    assert.equal(await image.getAttribute("alt"), `Image ${examples[row].index}, clean`);
    const { label, end_class } = examples[row];
    const words = (await thumb.innerText()).replace(/\s+/g, " ");
    assert.ok(words.includes(`${classes[label]} → ${classes[end_class]}`), words);
  }
  const seen = [first, ...others];
  for (const expected of [72, 6]) {
    await page.locator("#gallery").getByRole("button", { name: "Next" }).click();
    await until("the next page", async () => (await rows(page))[0] === seen.length);
    const next = await rows(page);
    assert.equal(next.length, expected);
    seen.push(...next);
  }
  assert.deepEqual(seen, examples.map(({ row }) => row));
  assert.deepEqual(errors, []);
  await context.close();
});

test("a cell of the confusion leaves exactly its images", async () => {
  const { page, context } = await openGallery();
  await drawn(page, "confusion");
  const { width, height } = await plot(page, "confusion").boundingBox();
  const chosen = page.locator("[data-selection]");
  // Somewhere along the way there is a cell with images in it.
  search: for (let y = 0.1; y < 0.95; y += 0.07) {
    for (let x = 0.1; x < 0.95; x += 0.07) {
      await plot(page, "confusion").click({ position: { x: x * width, y: y * height } });
      if (await chosen.isVisible()) break search;
    }
  }
  await chosen.waitFor();
  const only = new URL(page.url()).searchParams.get("only");
  const [, label, to] = /^label\.(\d+),to\.(\d+)$/.exec(only).map(Number);
  const expected = examples.filter((path) => path.label === label && path.flip_to === to).map(({ row }) => row);
  assert.ok(expected.length > 0 && expected.length < 72, `${expected.length} images in the cell ${only}`);
  await page.locator("#gallery").scrollIntoViewIfNeeded();
  await until("only these are left", async () => JSON.stringify(await rows(page)) === JSON.stringify(expected));
  await page.getByRole("button", { name: "Show all" }).click();
  await until("all are back", async () => (await rows(page)).length === 72);
  await context.close();
});

test("the keys reach a picture and open its image, at the end too", async () => {
  const { page, context } = await openGallery();
  await page.locator("#gallery .choice").getByRole("button", { name: "At the end" }).click();
  const kept = page.locator('#gallery li[data-row="5"] img');
  await until("the last iterate is shown", async () => (await kept.getAttribute("src")).includes(`/images/5/${STEPS}/adversarial.png`));
  assert.equal(await kept.getAttribute("data-faded"), null);
  assert.equal(await page.locator('#gallery li[data-row="20"] img').getAttribute("data-faded"), "");
  await thumbs(page).nth(4).focus();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.getByRole("slider", { name: "Step of the attack" }).waitFor();
  assert.equal(new URL(page.url()).searchParams.get("example"), "5");
  assert.equal(await thumbs(page).nth(5).getAttribute("aria-current"), "true");
  await context.close();
});

test("an empty choice says so, and a phone shows several in a row", async () => {
  const { page, context } = await openGallery("", { viewport: PHONE });
  const [one, two, three] = await Promise.all([0, 1, 2].map((place) => thumbs(page).nth(place).boundingBox()));
  assert.ok(one.y === two.y && two.y === three.y && one.x < two.x);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert.ok(!wide, "nothing is wider than the screen");
  assert.deepEqual(await seriousViolations(page), []);
  await visit(page, `${server.url}/runs/${run}?only=flip.900..999`);
  await page.locator("#gallery").scrollIntoViewIfNeeded();
  await page.locator("#gallery").getByText("No image is as chosen.").waitFor();
  await context.close();
});

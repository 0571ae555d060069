// What only shows on a narrow screen: states that no list of pages has.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { begun, cancel, create, ENDLESS, finished, quick } from "./lib/api.mjs";
import { launchBrowser, openPage, PHONE, visit } from "./lib/browser.mjs";
import { drawn, plot } from "./lib/chart.mjs";
import { startServer } from "./lib/server.mjs";

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Nothing of the page is beyond the screen. */
async function fits(page, what) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= PHONE.width, `${what} is ${width} pixels wide`);
}

// Failed before: the time that is left stood 90 pixels beyond the screen.
test("E33 on a phone a run that computes is within the screen", async () => {
  const id = await create(server.url, ENDLESS);
  await begun(server.url, id);
  const { page, context } = await openPage(browser, { viewport: PHONE });
  await visit(page, `${server.url}/runs/${id}`);
  await drawn(page, "sharpness");
  await page.getByText(/about .+ left/).first().waitFor();
  await fits(page, "a live run");
  await cancel(server.url, id);
  await context.close();
});

// Failed before: a remedy's button was wider than the screen.
test("E33 on a phone warnings and their remedies are within the screen", async () => {
  const id = await finished(server.url, quick({ epsilon: 0 }));
  const { page, context } = await openPage(browser, { viewport: PHONE });
  await visit(page, `${server.url}/runs/${id}`);
  await page.locator("#warnings").waitFor();
  await fits(page, "a run with warnings");
  await context.close();
});

// Failed before: long values went beyond the screen and were cut.
test("E33 on a phone what the cursor says is within its figure", async () => {
  const id = await finished(server.url, quick({ epsilon: ["2/255", "8/255"], random_start: true }, { seed: [1, 2] }));
  const { page, context } = await openPage(browser, { viewport: PHONE });
  await visit(page, `${server.url}/runs/${id}`);
  for (const kind of ["sharpness", "first-flip"]) {
    await drawn(page, kind);
    await plot(page, kind).focus();
    for (const key of ["Home", "ArrowRight", "End"]) {
      await page.keyboard.press(key);
      const tip = plot(page, kind).locator(".tip");
      await tip.waitFor();
      const [inner, outer] = [await tip.boundingBox(), await plot(page, kind).boundingBox()];
      assert.ok(inner.x >= outer.x - 1 && inner.x + inner.width <= outer.x + outer.width + 1, `${kind}, ${key}: ${JSON.stringify({ inner, outer })}`);
      await fits(page, `${kind}, ${key}`);
    }
  }
  await context.close();
});

// Failed before: the last of the buttons was cut off by the edge of its group.
test("E33 on a phone every choice above the figures is whole", async () => {
  const [one, other] = [await finished(server.url), await finished(server.url, quick({ epsilon: "4/255" }))];
  const { page, context } = await openPage(browser, { viewport: PHONE });
  await visit(page, `${server.url}/compare?runs=${one},${other}`);
  await drawn(page, "sharpness");
  const cut = await page.locator(".choice").evaluateAll((all) => all.filter((choice) => choice.scrollWidth > choice.clientWidth + 1).map((choice) => choice.title));
  assert.deepEqual(cut, []);
  await context.close();
});

// Failed before: the bar at the top lay over the panel's button.
test("E33 on a phone the panel about a figure can be closed, and the bar shows where one is", async () => {
  const { page, context } = await openPage(browser, { viewport: PHONE });
  await visit(page, `${server.url}/runs/example`);
  await drawn(page, "sharpness");
  await page.locator('figure[data-chart="sharpness"] [data-opens=about]').click();
  const close = page.locator("dialog.panel[open] .close");
  await close.waitFor();
  const box = await close.boundingBox();
  const hit = await page.evaluate(([x, y]) => Boolean(document.elementFromPoint(x, y).closest(".close")), [box.x + box.width / 2, box.y + box.height / 2]);
  assert.ok(hit, "the button is on top");
  await close.click();
  await visit(page, `${server.url}/definitions`);
  const bar = await page.locator(".top nav").evaluate((nav) => ({ wide: nav.scrollWidth, room: nav.clientWidth }));
  assert.ok(bar.wide <= bar.room, `the places need ${bar.wide} of ${bar.room} pixels`);
  await context.close();
});

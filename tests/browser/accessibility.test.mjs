// Screen readers, contrast, small screens, strong zoom.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { seriousViolations } from "./lib/accessibility.mjs";
import { begun, cancel, create, ENDLESS, finished, quick } from "./lib/api.mjs";
import { launchBrowser, openPage, PHONE, visit } from "./lib/browser.mjs";
import { drawn } from "./lib/chart.mjs";
import { startServer, until } from "./lib/server.mjs";

let server;
let browser;
let pages;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  const run = await finished(server.url);
  const other = await finished(server.url, quick({ epsilon: "4/255" }));
  pages = {
    "/": (page) => page.locator("h1").waitFor(),
    "/runs": (page) => page.locator("tr[data-row]").first().waitFor(),
    "/new": (page) => page.locator('[name="attack.pgd.epsilon"]').waitFor(),
    "/models": (page) => page.getByText("Parameters").first().waitFor(),
    "/data/shapes-test": (page) => page.locator("[data-samples] img").first().waitFor(),
    "/definitions": (page) => page.locator("#measures a").first().waitFor(),
    "/definitions/sharpness": (page) => page.locator("article math").first().waitFor(),
    "/definitions/attack-corruption": (page) => page.locator("article table").first().waitFor(),
    [`/runs/${run}?example=0`]: (page) => page.locator(".pictures img").first().waitFor(),
    [`/compare?runs=${run},${other}`]: (page) => drawn(page, "sharpness"),
    "/no/such/page": (page) => page.getByText("There is no such page").waitFor(),
  };
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const colorScheme of ["light", "dark"]) {
  test(`E28 E29 no page has a serious fault in axe's audit, ${colorScheme}`, async () => {
    const { page, context } = await openPage(browser, { colorScheme, reducedMotion: "reduce" });
    const found = [];
    for (const [path, ready] of Object.entries(pages)) {
      await visit(page, `${server.url}${path}`);
      await ready(page);
      found.push(...(await seriousViolations(page)).map((violation) => ({ path, ...violation })));
    }
    assert.deepEqual(found, []);
    await context.close();
  });
}

test("E29 text on every page stands out by 4.5 to 1 in both themes, errors and badges included", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/new`);
  await page.locator('[name="attack.pgd.epsilon"]').fill("3");
  await page.getByText(/greater than 1\b/).waitFor();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const found = (await seriousViolations(page)).filter(({ id }) => id === "color-contrast");
    assert.deepEqual(found, [], colorScheme);
  }
  await context.close();
});

test("E28 changes are announced, at most every five seconds", async () => {
  const id = await create(server.url, ENDLESS);
  await begun(server.url, id);
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${id}`);
  await page.locator("[data-state=running]").waitFor();
  await page.evaluate(() => {
    window.said = [];
    const region = document.querySelector('.hidden-text[role="status"][aria-live="polite"]');
    new MutationObserver(() => window.said.push({ text: region.textContent, at: performance.now() })).observe(region, {
      subtree: true,
      childList: true,
      characterData: true,
    });
  });
  await page.getByRole("button", { name: "Cancel", exact: true }).click();
  await until("the end is announced", () => page.evaluate(() => window.said.some(({ text }) => /cancelled/.test(text))));
  await page.getByRole("link", { name: "Runs", exact: true }).click();
  const rows = page.locator("tr[data-row]");
  await rows.first().waitFor();
  await rows.nth(0).locator("label.check").click();
  await rows.nth(1).locator("label.check").click();
  await until("ticks are announced", () => page.evaluate(() => window.said.some(({ text }) => /2 runs ticked/.test(text))));
  const said = await page.evaluate(() => window.said);
  for (const [place, { at }] of said.entries()) {
    // Timers of browsers are exact to a few milliseconds.
    assert.ok(place === 0 || at - said[place - 1].at >= 4_950, JSON.stringify(said));
  }
  await context.close();
  await cancel(server.url, id);
});

test("E33 every page fits 360 pixels, and 320, which is 400 % zoom on a screen of 1280", async () => {
  for (const viewport of [PHONE, { width: 320, height: 256 }]) {
    const { page, context } = await openPage(browser, { viewport });
    for (const [path, ready] of Object.entries(pages)) {
      await visit(page, `${server.url}${path}`);
      await ready(page);
      const { width, wide } = await page.evaluate(() => {
        const reaches = (element) => element.getBoundingClientRect().right > innerWidth + 1;
        const scrolls = (element) => element && (/auto|scroll|hidden/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
        const wide = [...document.querySelectorAll("main *")].filter((element) => reaches(element) && !scrolls(element.parentElement));
        return { width: document.documentElement.scrollWidth, wide: wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)) };
      });
      assert.ok(width <= viewport.width, `${path} is ${width} pixels wide in ${viewport.width}:\n${wide.join("\n")}`);
    }
    await context.close();
  }
});

test("E33 on a phone what scrolls sideways is tables alone, and can be reached by keys", async () => {
  const { page, context } = await openPage(browser, { viewport: PHONE });
  for (const [path, ready] of Object.entries(pages)) {
    await visit(page, `${server.url}${path}`);
    await ready(page);
    const sideways = await page.evaluate(() =>
      [...document.querySelectorAll("main *")]
        .filter((element) => /auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth + 1)
        .map((element) => ({ html: element.outerHTML.slice(0, 100), table: Boolean(element.querySelector("table") || element.closest("pre, .formula, code")) })),
    );
    assert.deepEqual(sideways.filter(({ table }) => !table), [], path);
  }
  await context.close();
});

test("E33 on a phone a control is at least 24 pixels high and wide", async () => {
  const { page, context } = await openPage(browser, { viewport: PHONE });
  for (const [path, ready] of Object.entries(pages)) {
    await visit(page, `${server.url}${path}`);
    await ready(page);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("button, select, summary, input:not([type=checkbox]):not([type=radio])")]
        .filter((element) => element.checkVisibility())
        .map((element) => ({ box: element.getBoundingClientRect(), html: element.outerHTML.slice(0, 100) }))
        .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
        .map(({ box, html }) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${html}`),
    );
    assert.deepEqual(small, [], path);
  }
  await context.close();
});

// A link is a view: what an address says is what is shown, whoever opens it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { finished } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { cursorAt, drawn, numbers } from "./lib/chart.mjs";
import { startServer, until } from "./lib/server.mjs";

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

const pressed = (page) => page.locator('button[aria-pressed="true"]').evaluateAll((all) => all.map((button) => button.textContent.trim()));

/** Everything that the address decides. */
async function shown(page) {
  await drawn(page, "sharpness");
  await page.getByRole("slider", { name: "Step of the attack" }).waitFor();
  return {
    buttons: await pressed(page),
    measure: await page.locator('[data-setting="measure"]').inputValue(),
    floor: await page.locator('[data-setting="floor"]').inputValue(),
    step: await page.locator("output[data-step]").innerText(),
    example: await page.locator("#example-title").innerText(),
    sorted: await page.locator("th[aria-sort]").evaluateAll((all) => all.map((cell) => [cell.textContent.trim(), cell.ariaSort])),
    drawn: await page.locator("#examples tbody input:checked").count(),
    numbers: await numbers(page, "sharpness"),
    cursor: await cursorAt(page, "example"),
  };
}

test("E25 a copied link opens the same view in another browser", async () => {
  const { page, context } = await openPage(browser, { colorScheme: "dark" });
  await visit(page, `${server.url}/runs/${run}`);
  await page.locator('[data-setting="measure"]').selectOption("kappa_code");
  await page.locator('[data-setting="floor"]').selectOption({ index: 1 });
  await page.getByRole("button", { name: "Mean", exact: true }).click();
  await page.getByRole("button", { name: "Linear", exact: true }).click();
  await page.getByRole("button", { name: "Peak step" }).click();
  await page.locator("#examples tbody tr").nth(2).locator("label.check").click();
  await page.locator("#examples tbody button.link").nth(3).click();
  const slider = page.getByRole("slider", { name: "Step of the attack" });
  await slider.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await until("the address names the step", () => new URL(page.url()).searchParams.get("step") === "2");
  const { search } = new URL(page.url());
  assert.ok(search.length < 2048, `${search.length} characters`);
  assert.ok(!/theme|dark|%/.test(search), `readable, and without the theme: ${search}`);
  for (const part of ["measure=kappa_code", "stat=mean", "y=linear", "sort=peak_step", "example=", "curves="]) {
    assert.ok(search.includes(part), `${search} has ${part}`);
  }
  const other = await openPage(browser, { colorScheme: "light" });
  await visit(other.page, page.url());
  await drawn(page, "example");
  await drawn(other.page, "example");
  assert.deepEqual(await shown(other.page), await shown(page));
  await Promise.all([context.close(), other.context.close()]);
});

test("E25 a bad setting falls back, and the page says so", async () => {
  const { page, context, errors } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}?y=sideways&stat=mean&nonsense=1`);
  await drawn(page, "sharpness");
  // The run's own warnings are a section.
  const notice = page.locator('div.notice[data-kind="warn"]');
  await notice.waitFor();
  const words = await notice.innerText();
  assert.ok(words.includes('"y"') && words.includes("sideways") && words.includes("nonsense"), words);
  assert.deepEqual((await pressed(page)).filter((name) => ["Auto", "Mean"].includes(name)), ["Mean", "Auto"], "the rest holds");
  assert.deepEqual(errors, []);
  await context.close();
});

/** Random settings: known and unknown keys with values of every kind. */
function nonsense() {
  const pick = (list) => list[Math.floor(Math.random() * list.length)];
  const keys = ["measure", "stat", "y", "floor", "smooth", "facets", "who", "pass", "chart", "step", "example", "curves", "with", "range", "sort", "cursor", "x", ""];
  const values = ["", "-1", "0", "99999999999999999999", "1e400", "NaN", "%00", "%", "%ff%fe", "log", "mean", "kappa_tr", "../..", "<b>", "'", "a,b,c", "0,0", "3-1", "0-99", "start", "\u{1F600}", "x".repeat(300)];
  const parts = Array.from({ length: 1 + Math.floor(Math.random() * 5) }, () => `${pick(keys)}=${encodeURI(pick(values)).replaceAll("%25", "%")}`);
  return parts.join(pick(["&", "&&", ";"]));
}

test("E25 no query breaks the page", async (t) => {
  const { page, context, errors } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}`);
  await drawn(page, "sharpness");
  const known = (text) => !/status of 4(04|22)/.test(text);
  for (let round = 0; round < 60; round += 1) {
    const query = nonsense();
    // As following a link within the app does, without loading the program anew.
    await page.evaluate((query) => {
      history.pushState(null, "", `?${query}`);
      dispatchEvent(new PopStateEvent("popstate"));
    }, query);
    await page.waitForTimeout(30);
    const broken = errors.filter(known);
    assert.deepEqual(broken, [], `?${query}`);
  }
  t.diagnostic("60 random queries");
  await page.evaluate(() => {
    history.pushState(null, "", "?stat=mean");
    dispatchEvent(new PopStateEvent("popstate"));
  });
  await until("the page still answers", async () => (await pressed(page)).includes("Mean"));
  await drawn(page, "sharpness");
  await context.close();
});

test("E25 a query that is too long is not read, and the page says so", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}?stat=mean&x=${"y".repeat(3000)}`);
  await page.getByText(/at most 2048 are read/).waitFor();
  assert.ok((await pressed(page)).includes("Median"));
  await context.close();
});

test("E26 Back undoes a choice, Forward does it again", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs`);
  await page.locator(`a[href="/runs/${run}"]`).click();
  await drawn(page, "sharpness");
  await page.getByRole("button", { name: "Mean", exact: true }).click();
  await page.getByRole("button", { name: "Linear", exact: true }).click();
  const has = (...names) => until(names.join(" and "), async () => {
    const now = await pressed(page);
    return names.every((name) => now.includes(name));
  });
  await has("Mean", "Linear");
  await page.goBack();
  await has("Mean", "Auto");
  await page.goBack();
  await has("Median", "Auto");
  await page.goForward();
  await has("Mean", "Auto");
  await page.goBack();
  await page.goBack();
  await page.locator("tr[data-row]").first().waitFor();
  assert.equal(new URL(page.url()).pathname, "/runs");
  await context.close();
});

test("E26 dragging leaves no trail: one Back leads out of it", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}`);
  await page.locator("#examples tbody button.link").first().click();
  const slider = page.getByRole("slider", { name: "Step of the attack" });
  await slider.focus();
  const before = await page.evaluate(() => history.length);
  await page.keyboard.press("Home");
  for (let step = 0; step < 8; step += 1) await page.keyboard.press("ArrowRight");
  await until("the address names the step", () => new URL(page.url()).searchParams.get("step") === "8");
  assert.equal(await page.evaluate(() => history.length), before);
  await page.goBack();
  await until("the example is closed", async () => (await page.locator("#example-title").count()) === 0);
  await context.close();
});

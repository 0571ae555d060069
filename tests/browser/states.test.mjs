// Lists and figures that are empty, that wait, that fail, and that lost their server; definitions and warnings.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { finished, QUICK, read, send } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { about, drawn, figure, numbers } from "./lib/chart.mjs";
import { addOverconfident } from "./lib/model.mjs";
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

const PROBLEM = {
  status: 503,
  contentType: "application/problem+json",
  body: JSON.stringify({ type: "/problems/busy", title: "Busy", status: 503, detail: "the store is being mended", errors: [] }),
};

test("E43 an empty list of runs says so and leads to the first run", async () => {
  const { page, context } = await openPage(browser);
  await page.route("**/api/v1/runs?*", (route) => route.fulfill({ json: { runs: [], next: null, matching: 0 } }));
  await visit(page, `${server.url}/runs`);
  await page.getByText("No runs yet").waitFor();
  await page.locator(".empty").getByRole("link", { name: "New run" }).click();
  await page.waitForURL("**/new");
  await context.close();
});

test("E43 a search without a match says so and can be undone", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs`);
  await page.locator("tr[data-row]").first().waitFor();
  await page.getByRole("searchbox").fill("no run is called this");
  await page.getByText("No run matches").waitFor();
  await page.getByRole("button", { name: "Show all runs" }).click();
  await page.locator("tr[data-row]").first().waitFor();
  await context.close();
});

/** Pages that fetch, and the address whose answer is exchanged. */
const FETCHES = [
  ["/runs", "**/api/v1/runs?*", (page) => page.locator("tr[data-row]").first().waitFor()],
  ["/models", "**/api/v1/catalog", (page) => page.getByText("Parameters").first().waitFor()],
  ["/new", "**/api/v1/catalog", (page) => page.locator('[name="attack.pgd.epsilon"]').waitFor()],
];

test("E43 a list that waits shows shapes, one that failed says why and tries again, one without its server says that", async () => {
  for (const [path, address, there] of FETCHES) {
    const { page, context } = await openPage(browser);
    let answer = "wait";
    await page.route(address, async (route) => {
      await until("the test lets it go on", () => answer !== "wait" && answer !== "hold");
      if (answer === "fail") return route.fulfill(PROBLEM);
      if (answer === "offline") return route.abort("connectionrefused");
      return route.continue();
    });
    await visit(page, `${server.url}${path}`);
    await page.locator(".ghosts").first().waitFor();
    answer = "fail";
    await page.getByText("the store is being mended").waitFor();
    answer = "offline";
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("The server does not answer").waitFor();
    // The list of runs also asks again by itself; no answer may take the button away while it is clicked.
    answer = "hold";
    await page.getByRole("button", { name: "Try again" }).click();
    answer = "go on";
    await there(page);
    assert.equal(await page.getByText("The server does not answer").count(), 0, path);
    await context.close();
  }
});

test("E43 a run that is not there says so", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/gone`);
  await page.getByText("There is no such run").waitFor();
  await page.getByRole("link", { name: "All runs" }).click();
  await page.locator("tr[data-row]").first().waitFor();
  await context.close();
});

test("E43 a figure without data says so, and one whose run cannot be read says why", async () => {
  const { page, context } = await openPage(browser);
  const snapshot = await read(server.url, `/api/v1/runs/${run}/snapshot`);
  snapshot.state.passes = [];
  await page.route("**/snapshot", (route) => route.fulfill({ json: snapshot }));
  await visit(page, `${server.url}/runs/${run}`);
  await figure(page, "sharpness").waitFor();
  await until("the figure says that it is empty", async () => {
    const words = await figure(page, "sharpness").locator(".plot").getAttribute("aria-valuetext");
    return /no data/i.test(`${words} ${await figure(page, "sharpness").innerText()}`);
  });
  await page.unroute("**/snapshot");
  await page.route("**/snapshot", (route) => route.fulfill(PROBLEM));
  await page.reload();
  await page.getByText("the store is being mended").waitFor();
  await context.close();
});

test("E43 a picture table that fails says why and leaves the rest of the page", async () => {
  const { page, context } = await openPage(browser);
  await page.route("**/examples?*", (route) => route.fulfill(PROBLEM));
  await visit(page, `${server.url}/runs/${run}`);
  await page.locator("#examples").getByText("the store is being mended").waitFor();
  await drawn(page, "sharpness");
  assert.ok((await numbers(page, "sharpness")).rows.length > 10);
  await context.close();
});

/** What a formula shows, without the sign for "applied to", which has no form. */
const letters = (text) => text.replaceAll(/[\u2061\s]/g, "");

test("E42 every measure has a page with its formula, and its formula beside its figures", async () => {
  const { page, context } = await openPage(browser);
  const { measures } = await read(server.url, "/api/v1/catalog");
  const formulas = new Map();
  await visit(page, `${server.url}/definitions`);
  for (const { id, title } of measures) {
    assert.equal(await page.locator(`#measures a[href="/definitions/${id}"]`).innerText(), title, id);
    const { status, headers, body } = await send(server.url, `/api/v1/definitions/${id}`, { headers: { accept: "text/html" } });
    assert.equal(status, 200, id);
    assert.match(headers.get("content-type"), /^text\/html/, id);
    formulas.set(id, await page.evaluate((html) => new DOMParser().parseFromString(html, "text/html").querySelector(".formula math").textContent, body));
  }
  for (const { id, title, help } of [measures[0], measures.find(({ id }) => id === "kappa_tr")]) {
    await page.locator(`#measures a[href="/definitions/${id}"]`).click();
    const article = page.locator("article", { has: page.locator("h1", { hasText: title }) });
    await article.waitFor();
    const words = await article.innerText();
    assert.ok(words.includes(id) && words.includes(help), `${id}: ${words}`);
    assert.equal(letters(await article.locator(".formula math").evaluate((math) => math.textContent)), letters(formulas.get(id)), id);
    await page.goBack();
    await page.locator("#measures a").first().waitFor();
  }
  await visit(page, `${server.url}/runs/${run}`);
  const known = new Set([...formulas.values()].map(letters));
  for (const kind of ["sharpness", "loss", "confidence", "factors"]) {
    const panel = await about(page, kind);
    const formula = letters(await panel.locator(".formula math").first().evaluate((math) => math.textContent));
    assert.ok(known.has(formula), `${kind}: ${formula}`);
  }
  await context.close();
});

test("E42 the search finds measures and pages, counts them, and says when there is none", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/definitions`);
  const links = page.locator("section:not([hidden]) > ul.found > li > .row > a:first-child");
  await links.first().waitFor();
  const all = await links.count();
  assert.equal(all, (await read(server.url, "/api/v1/definitions")).length);
  const hits = page.locator("output[data-hits]");
  assert.equal(await hits.innerText(), `${all} pages`);
  // The key that searches on every page.
  await page.keyboard.press("/");
  await page.keyboard.type("sharpness neuron-wise");
  await until("the list is narrowed", async () => (await links.count()) < all);
  const found = await links.evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  assert.ok(found.includes("/definitions/kappa_tr") && found.includes("/definitions/sharpness"), found.join());
  assert.equal(await hits.innerText(), `${found.length} of ${all} pages`);
  const search = page.locator("input[data-search]");
  await search.fill("no such word");
  await page.getByText("No page has all of these words").waitFor();
  assert.equal(await links.count(), 0);
  await page.getByRole("button", { name: "Show all pages" }).click();
  await until("all are back", async () => (await links.count()) === all);
  await search.fill("zero-grad");
  const section = page.locator('a[href="/definitions/warnings#zero-gradient"]');
  await section.waitFor();
  // The address keeps the search once the field is left.
  await search.press("Tab");
  await page.waitForURL(/q=zero-grad/);
  const steps = await page.evaluate(() => history.length);
  await section.click();
  await page.locator("article h2#zero-gradient").waitFor();
  // Failed before: the list saw the next page's anchor and took the step's place in the history.
  assert.equal(await page.evaluate(() => history.length), steps + 1);
  await page.goBack();
  await links.first().waitFor();
  assert.equal(await search.inputValue(), "zero-grad", "Back leads to what was found");
  await context.close();
});

test("E42 a page of definitions is typeset, has neighbours, and an unknown one says so", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/definitions/sharpness`);
  const article = page.locator("article");
  await article.locator("math").first().waitFor();
  const shown = await article.evaluate((article) => {
    const prose = article.cloneNode(true);
    for (const part of prose.querySelectorAll("math, code")) part.remove();
    const maths = [...article.querySelectorAll("math")];
    return { prose: prose.textContent, maths: maths.map((math) => math.textContent), flat: maths.filter((math) => math.getBoundingClientRect().height < 5).length };
  });
  assert.ok(!/[*_^\\$]/.test(shown.prose), shown.prose);
  assert.equal(shown.flat, 0, "every formula has a height");
  assert.ok(shown.maths.some((formula) => letters(formula) === "s=∑j≠y*exp(zj−zy*)"), shown.maths.join("\n"));
  assert.match(await page.title(), /^Sharpness · /);
  const nav = page.getByRole("navigation", { name: "Neighbouring pages" });
  await nav.locator("a[rel=prev]").click();
  await page.getByRole("heading", { level: 1, name: "The valley" }).waitFor();
  await nav.locator("a[rel=next]").click();
  await page.getByRole("heading", { level: 1, name: "Sharpness" }).waitFor();
  const beside = page.getByRole("navigation", { name: "Definitions", exact: true });
  assert.equal(await beside.locator("a[aria-current=page]").innerText(), "Sharpness");
  await visit(page, `${server.url}/definitions/none-of-them`);
  await page.getByText("There is no such definition").waitFor();
  await context.close();
});

test("E42 addresses of the former single page lead to the pages of today", async () => {
  const { page, context } = await openPage(browser);
  for (const [former, today, heading] of [
    ["#kappa_tr", "/definitions/kappa_tr", "Sharpness κ"],
    ["#page-valley", "/definitions/valley", "The valley"],
    ["#zero-gradient", "/definitions/warnings#zero-gradient", "Warnings"],
  ]) {
    // Another document first: from one anchor to another a browser does not load a page.
    await page.goto("about:blank");
    await visit(page, `${server.url}/definitions${former}`);
    await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
    await until(`the address is ${today}`, () => page.url() === server.url + today);
  }
  const place = page.locator("#zero-gradient");
  await until("the warning is in view", () => place.evaluate((place) => place.getBoundingClientRect().top < innerHeight));
  await context.close();
});

test("E43 definitions that cannot be had say why and can be asked for again", async () => {
  const { page, context } = await openPage(browser);
  for (const path of ["/definitions", "/definitions/valley"]) {
    await page.route(`**/api/v1${path}`, (route) => route.fulfill(PROBLEM));
    await visit(page, `${server.url}${path}`);
    await page.getByText("the store is being mended").waitFor();
    await page.unroute(`**/api/v1${path}`);
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("heading", { name: "The valley" }).or(page.getByRole("link", { name: "The valley" })).first().waitFor();
  }
  await context.close();
});

test("E42 the run's epsilon is shown as a number and as a fraction of 255", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${run}`);
  await page.locator("[data-facts]", { hasText: "ε = 0.03137 = 8/255" }).waitFor();
  await context.close();
});

test("E41 a warning stands on the run, in the list and beside its explanation", async () => {
  await addOverconfident(server.dataDir);
  const id = await finished(server.url, { ...QUICK, model: "overconfident" });
  const state = (await read(server.url, `/api/v1/runs/${id}/snapshot`)).state;
  assert.ok(state.warnings.length > 0, "the run has a warning");
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${id}`);
  for (const { id: key, message } of state.warnings) {
    await page.locator("#warnings").getByText(message).waitFor();
    const link = page.locator(`#warnings a[href="/definitions/warnings#${key}"]`);
    await link.waitFor();
  }
  await visit(page, `${server.url}/runs`);
  const row = page.locator("tr[data-row]", { has: page.locator(`a[href="/runs/${id}"]`) });
  await row.getByText(`${state.warnings.length} warning`).waitFor();
  await visit(page, `${server.url}/definitions/warnings#${state.warnings[0].id}`);
  const place = page.locator(`h2[id="${state.warnings[0].id}"]`);
  await place.waitFor();
  assert.ok((await page.locator("article", { has: place }).first().innerText()).length > 200, "the explanation is there");
  await context.close();
});

test("E41 a run without doubts has no warning", async () => {
  // Of fewer than 30 images that flip, that itself is one.
  const id = await finished(server.url, { ...QUICK, data: { set: "shapes-test", count: 64 } });
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${id}`);
  await drawn(page, "sharpness");
  assert.equal(await page.locator("#warnings").count(), 0);
  await context.close();
});

// Failed before: the remedy was a word in a sentence.
test("E41 a warning offers its remedy as a button, which shows before and after", async () => {
  const id = await finished(server.url, { ...QUICK, data: { set: "shapes-test", count: 12 } });
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${id}`);
  const warning = page.locator("#warnings", { hasText: "flipped" });
  await warning.getByRole("button", { name: "Repeat with 48 images" }).click();
  await page.waitForURL(/\/compare\?runs=/);
  const [before, after] = new URL(page.url()).searchParams.get("runs").split(",");
  assert.equal(before, id);
  assert.equal((await read(server.url, `/api/v1/runs/${after}`)).spec.data.count, 48);
  await context.close();
});

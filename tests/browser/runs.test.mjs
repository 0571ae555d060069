// The list of runs: columns and orders, what people say of runs, deleting several, groups, and runs that go on with others.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { begun, cancel, create, ENDLESS, finished, inPhase, quick, read, send } from "./lib/api.mjs";
import { launchBrowser, openPage, PHONE, visit } from "./lib/browser.mjs";
import { startServer, until } from "./lib/server.mjs";

let server;
let browser;
let weak;
let strong;
let other;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  weak = await finished(server.url, quick({ epsilon: "1/255", steps: 4 }));
  strong = await finished(server.url, quick({ epsilon: "16/255" }, { data: { set: "shapes-test", count: 16 } }));
  other = await finished(server.url, { ...quick(), attack: { fgsm: { epsilon: "4/255" } } });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const row = (page, id) => page.locator("tr[data-row]", { has: page.locator(`a.name[href="/runs/${id}"]`) });
const cell = (page, id, column) => row(page, id).locator(`[data-column="${column}"] .value`);
const order = (page) => page.locator("tr[data-row] a.name").evaluateAll((all) => all.map((link) => link.pathname.split("/").at(-1)));
const patch = (id, json) => send(server.url, `/api/v1/runs/${id}`, { method: "PATCH", json });

async function openList(query = "", options = {}) {
  const opened = await openPage(browser, options);
  await visit(opened.page, `${server.url}/runs${query}`);
  await opened.page.locator("tr[data-row]").first().waitFor();
  return opened;
}

/** Our runs in the order of the list, the example left out. */
async function ours(page) {
  const mine = [weak, strong, other];
  return (await order(page)).filter((id) => mine.includes(id));
}

test("every column says what the run's resource says", async () => {
  const { page, context } = await openList("", { viewport: { width: 1500, height: 900 } });
  const run = await read(server.url, `/api/v1/runs/${weak}`);
  const expected = {
    model: "shapes-standard",
    data: "shapes-test",
    attack: "PGD",
    epsilon: "1/255",
    steps: "4",
    images: "24",
    clean: `${(100 * run.results.clean_accuracy.share).toFixed(1)} %`,
    robust: `${(100 * run.results.robust_accuracy.share).toFixed(1)} %`,
  };
  for (const [column, words] of Object.entries(expected)) {
    assert.equal((await cell(page, weak, column).innerText()).trim(), words, column);
  }
  assert.match(await cell(page, weak, "seconds").innerText(), / s$/);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${wide} pixels too wide`);
  await context.close();
});

test("a column's head sorts, the address keeps it, and Back undoes it", async () => {
  const { page, context } = await openList();
  await page.locator('button[data-sort="epsilon"]').click();
  await until("the largest epsilon comes first", async () => (await ours(page)).join() === [strong, other, weak].join());
  assert.equal(new URL(page.url()).searchParams.get("sort"), "-epsilon");
  assert.equal(await page.locator("th", { has: page.locator('[data-sort="epsilon"]') }).getAttribute("aria-sort"), "descending");
  await page.locator('button[data-sort="epsilon"]').click();
  await until("the smallest epsilon comes first", async () => (await ours(page)).join() === [weak, other, strong].join());
  const again = await openList(new URL(page.url()).search);
  await until("a link has the order", async () => (await ours(again.page)).join() === [weak, other, strong].join());
  await page.goBack();
  await until("back is the order before", async () => (await ours(page)).join() === [strong, other, weak].join());
  await page.goBack();
  await until("and before that the newest first", async () => (await ours(page)).join() === [other, strong, weak].join());
  await Promise.all([context.close(), again.context.close()]);
});

test("on a phone runs are cards with everything in them, nothing cut and nothing to the side", async () => {
  const title = "A title that is so long that it does not fit into one line of a small telephone, nor into two of them";
  await patch(weak, { title, tags: ["a tag of several words", "paper"] });
  const { page, context } = await openList("", { viewport: PHONE });
  const card = row(page, weak);
  await card.waitFor();
  for (const name of ["Model", "Data", "Attack", "ε", "Steps", "Images", "Clean", "Robust", "Sharpest at flip", "Time"]) {
    assert.ok(await card.locator(`td[data-label="${name}"]`).isVisible(), name);
  }
  const faults = await page.evaluate(() => {
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const part of document.querySelectorAll("tr[data-row] td, tr[data-row] .name, tr[data-row] .under, tr[data-row] .value")) {
      const { left, right } = part.getBoundingClientRect();
      if (left < 0 || right > innerWidth) found.push(`${part.className} ends at ${right}`);
      if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflow !== "visible") found.push(`${part.className} is cut`);
    }
    return found;
  });
  assert.deepEqual(faults, []);
  assert.equal((await card.locator("a.name").innerText()).trim(), title);
  await page.locator("[data-sort-by]").selectOption("epsilon");
  await until("cards sort too", async () => (await ours(page)).join() === [strong, other, weak].join());
  await patch(weak, { title: null, tags: null });
  await context.close();
});

test("title, tags, note and pin are changed in the list and found again", async () => {
  const { page, context } = await openList();
  await row(page, weak).getByRole("button", { name: /^Edit/ }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("The weakest of all");
  await dialog.getByLabel("Tags").fill("paper, table 3");
  await dialog.getByLabel("Note").fill("hardly anything flips");
  await dialog.getByLabel("Pinned").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });
  await until("the pinned run comes first", async () => (await order(page))[0] === weak);
  assert.match(await row(page, weak).innerText(), /The weakest of all[^]*paper[^]*table 3/);
  const run = await read(server.url, `/api/v1/runs/${weak}`);
  assert.deepEqual([run.title, run.tags, run.note, run.pinned], ["The weakest of all", ["paper", "table 3"], "hardly anything flips", true]);
  for (const text of ["table 3", "hardly anything"]) {
    await page.getByRole("searchbox").fill(text);
    await until(`“${text}” finds it alone`, async () => (await order(page)).join() === weak);
  }
  await visit(page, `${server.url}/runs/${weak}`);
  await page.locator("h1", { hasText: "The weakest of all" }).waitFor();
  assert.match(await page.locator("[data-said]").innerText(), /paper[^]*hardly anything flips/);
  await context.close();
});

test("a run is renamed on its own page, a limit is said, and an empty title brings the automatic one back", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/runs/${strong}`);
  const automatic = await page.locator("h1").innerText();
  const edit = page.getByRole("button", { name: "Edit title, tags and note" });
  const dialog = page.getByRole("dialog");
  const title = async (text) => {
    await edit.click();
    await dialog.getByLabel("Title").fill(text);
    await dialog.getByRole("button", { name: "Save" }).click();
  };
  await title("x".repeat(201));
  await dialog.getByText("1 to 200 characters").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await title("Strong");
  await page.locator("h1", { hasText: /^Strong$/ }).waitFor();
  await title("");
  await until("the automatic title is back", async () => (await page.locator("h1").innerText()) === automatic);
  await context.close();
});

test("runs are grouped with headings that count them", async () => {
  const { page, context } = await openList();
  await page.locator("[data-group-by]").selectOption("attack");
  await page.locator("[data-heading]").first().waitFor();
  assert.equal(new URL(page.url()).searchParams.get("group"), "attack");
  const { groups } = await read(server.url, "/api/v1/runs?group=attack&folded=true");
  const headings = await page.locator("[data-heading]").allInnerTexts();
  assert.equal(headings.length, groups.length);
  for (const { id, runs } of groups) {
    const words = `${id.toUpperCase()} ${runs} run${runs === 1 ? "" : "s"}`;
    assert.ok(headings.some((heading) => heading.trim() === words), `${headings} have ${words}`);
  }
  await context.close();
});

/** Ticks runs and presses Delete. */
async function remove(page, ids) {
  for (const id of ids) await row(page, id).locator("label.check").click();
  await page.locator(".tray").getByRole("button", { name: "Delete" }).click();
}

const status = async (id) => (await send(server.url, `/api/v1/runs/${id}`)).status;

test("several runs are deleted together, and it can be undone", async () => {
  const ids = [await finished(server.url, quick({ steps: 2 })), await finished(server.url, quick({ steps: 3 }))];
  const { page, context } = await openList();
  await remove(page, ids);
  const bar = page.locator("[data-undo]");
  await bar.getByText("2 runs deleted.").waitFor();
  for (const id of ids) assert.equal(await row(page, id).count(), 0, "it is out of sight");
  await bar.getByRole("button", { name: "Undo" }).click();
  for (const id of ids) await row(page, id).waitFor();
  for (const id of ids) assert.equal(await status(id), 200);
  await remove(page, ids);
  assert.equal(await status(ids[0]), 200, "not before the time is over");
  await until("both are gone", async () => (await Promise.all(ids.map(status))).every((code) => code === 404), { limitMs: 30_000 });
  await bar.waitFor({ state: "hidden" });
  for (const id of ids) assert.equal(await row(page, id).count(), 0);
  await context.close();
});

for (const [how, leave] of [
  ["to another page of ours", (page) => page.locator("header").getByRole("link", { name: "Models" }).click()],
  ["away", (page) => page.goto("about:blank")],
]) {
  test(`who leaves ${how} has deleted`, async () => {
    const id = await finished(server.url, quick({ steps: 2 }));
    const { page, context } = await openList();
    await remove(page, [id]);
    await page.locator("[data-undo]").waitFor();
    await leave(page);
    await until("it is gone at once", async () => (await status(id)) === 404, { limitMs: 5_000 });
    await context.close();
  });
}

test("a run that computes cannot be deleted, and the tray says so", async () => {
  const id = await create(server.url, ENDLESS);
  await begun(server.url, id);
  const { page, context } = await openList();
  await row(page, id).locator("label.check").click();
  await page.getByText("Some have not ended").waitFor();
  assert.equal(await page.locator(".tray").getByRole("button", { name: "Delete" }).getAttribute("aria-disabled"), "true");
  await cancel(server.url, id);
  await inPhase(server.url, id, ["cancelled"]);
  await context.close();
});

test("a resumed run stands where the stopped one stood, which is folded under it", async () => {
  const stopped = await create(server.url, ENDLESS);
  await begun(server.url, stopped);
  await cancel(server.url, stopped);
  await inPhase(server.url, stopped, ["cancelled"]);
  const newer = await finished(server.url, quick({ steps: 2 }));
  const { body } = await send(server.url, `/api/v1/runs/${stopped}/resume`, { method: "POST" });
  const { page, context } = await openList();
  await row(page, body.id).waitFor();
  assert.equal(await row(page, stopped).count(), 0, "it is folded");
  const places = await order(page);
  assert.ok(places.indexOf(newer) < places.indexOf(body.id), "it stands where the other stood");
  const history = row(page, body.id).locator("[data-history]");
  await history.click();
  await row(page, stopped).waitFor();
  const opened = await order(page);
  assert.equal(opened.indexOf(stopped), opened.indexOf(body.id) + 1);
  await history.click();
  await row(page, stopped).waitFor({ state: "detached" });
  await cancel(server.url, body.id);
  await context.close();
});

// Several attacks on one model: the form, the live page, its verdicts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { drawn, numbers } from "./lib/chart.mjs";
import { startServer, until } from "./lib/server.mjs";

let server;
let browser;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const choose = async (page, ids) => {
  // The catalogue comes after the page.
  await page.locator(".choices input").first().waitFor();
  for (const box of await page.locator(".choices input").all()) {
    await box.setChecked(ids.includes(await box.getAttribute("value")));
  }
};

test("several attacks are ticked, started together, and compared while they run", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/attacks`);
  await page.locator('#field-data-count').fill("24");
  await page.locator('#field-epsilon').fill("2/255, 8/255");
  await choose(page, ["fgsm", "pgd", "deepfool"]);
  await page.getByRole("button", { name: "Start 3 attacks" }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/batches/"));
  const rows = page.locator("[data-verdicts] tbody tr");
  await until("every run has ended", async () => {
    const states = await rows.locator(".badge").evaluateAll((all) => all.map((badge) => badge.dataset.phase));
    return states.length === 3 && states.every((phase) => phase === "finished");
  });
  // The table says what the API says.
  const id = new URL(page.url()).pathname.split("/").pop();
  const batch = await (await fetch(`${server.url}/api/v1/batches/${id}`)).json();
  assert.deepEqual(
    batch.runs.map((run) => Object.keys(run.spec.attack)[0]),
    ["pgd", "fgsm", "deepfool"],
  );
  const shown = await rows.evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
  // A row for every epsilon; an attack without one has a single row.
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const expected = batch.runs.flatMap((run) =>
    run.verdicts.map((verdict) => [
      verdict.epsilon ?? "–",
      percent(verdict.clean_accuracy[0].share),
      percent(verdict.robust_accuracy[0].share),
    ]),
  );
  assert.deepEqual(
    expected.map(([epsilon]) => epsilon),
    ["2/255", "8/255", "2/255", "8/255", "–"],
  );
  assert.deepEqual(
    shown.map((cells) => cells.slice(2, 5)),
    expected,
  );
  await drawn(page, "sharpness");
  await drawn(page, "robust-by-passes");
  await drawn(page, "robust-by-epsilon");
  const { columns } = await numbers(page, "robust-by-epsilon");
  for (const name of ["PGD", "FGSM", "DeepFool"]) {
    const norm = name === "DeepFool" ? "ℓ2" : "ℓ∞";
    assert.ok(columns.some((column) => column.startsWith(`robust accuracy, ${norm}, ${name}`)), columns.join("|"));
  }
  await context.close();
});

test("what is wrong is said beside its field, before and after the start, and nothing is started", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/attacks`);
  await choose(page, ["pgd"]);
  await page.locator("#field-epsilon").fill("nonsense");
  await page.locator("#field-epsilon-error").waitFor();
  await page.getByRole("button", { name: "Start 1 attack" }).click();
  await page.locator("#field-epsilon-error").waitFor();
  assert.equal(new URL(page.url()).pathname, "/attacks");
  // What belongs to no field stands by itself.
  await page.locator("#field-epsilon").fill("8/255");
  await choose(page, []);
  await page.getByText("Attacks: give at least one").waitFor();
  await context.close();
});

test("the cost is told before the start, and the time left until all have ended", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/attacks`);
  await page.locator("#field-data-count").fill("200");
  await choose(page, ["pgd", "vni_fgsm"]);
  const told = page.locator("[data-estimate]");
  const asked = { models: [await page.locator("#field-models").inputValue()], data: { set: "shapes-test", count: 200 }, keep_examples: 8 };
  const attacks = [{ pgd: {} }, { vni_fgsm: {} }];
  const answer = await fetch(`${server.url}/api/v1/batches/estimate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...asked, attacks }),
  });
  const { passes } = await answer.json();
  const digits = async () => ((await told.textContent()) ?? "").replace(/(\d)\D(?=\d{3})/g, "$1");
  await until("the passes are those of both attacks", async () => (await digits()).includes(`${passes} passes`));
  await page.getByRole("button", { name: "Start 2 attacks" }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/batches/"));
  await page.getByText(/of 2 attacks ended/).waitFor();
  await page.getByText(/about .* left/).first().waitFor();
  await page.getByRole("button", { name: "Stop all" }).click();
  await until("nothing is left", async () => (await page.getByRole("progressbar").count()) === 0);
  await context.close();
});

test("one button stops all, and one goes on with what was stopped, in its place", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/attacks`);
  await page.locator('#field-data-count').fill("200");
  await choose(page, ["apgd_t", "vni_fgsm"]);
  await page.getByRole("button", { name: "Start 2 attacks" }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/batches/"));
  await page.getByRole("button", { name: "Stop all" }).click();
  const rows = page.locator("[data-verdicts] tbody tr");
  await until("every run was stopped", async () => {
    const states = await rows.locator(".badge").evaluateAll((all) => all.map((badge) => badge.dataset.phase));
    return states.length === 2 && states.every((phase) => phase === "cancelled");
  });
  const names = async () => rows.locator("a").evaluateAll((all) => all.map((link) => [link.textContent, link.pathname]));
  const stopped = await names();
  await page.getByRole("button", { name: "Resume" }).click();
  await until("the stopped runs are replaced by new ones", async () => {
    const now = await names();
    return now.every(([, path], place) => path !== stopped[place][1]);
  });
  assert.deepEqual(
    (await names()).map(([name]) => name),
    stopped.map(([name]) => name),
  );
  await page.getByRole("button", { name: "Stop all" }).click();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  await context.close();
});

test("the worst case over all attacks stands under them, with of what it is, and can be saved", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/attacks`);
  await page.locator("#field-data-first").fill("8");
  await page.locator("#field-data-count").fill("24");
  await page.locator("#field-epsilon").fill("2/255, 8/255");
  await choose(page, ["fgsm", "pgd", "deepfool"]);
  await page.getByRole("button", { name: "Start 3 attacks" }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/batches/"));
  const rows = page.locator("[data-verdicts] tfoot tr");
  await until("both worst cases are over both attacks", async () => {
    const told = await rows.allTextContents();
    return told.length === 2 && told.every((text) => text.includes("over 2 attacks"));
  });
  const id = new URL(page.url()).pathname.split("/").pop();
  const { worst } = await (await fetch(`${server.url}/api/v1/batches/${id}`)).json();
  const percent = (share) => `${(100 * share).toFixed(1)} %`;
  const between = ({ low, high }) => `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %`;
  const cells = await rows.evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.textContent.trim())));
  assert.deepEqual(
    cells.map((row) => row.slice(2, 6)),
    worst.map((row) => [
      `ℓ∞ ${row.epsilon}`,
      percent(row.clean_accuracy.share),
      percent(row.robust_accuracy.share),
      between(row.robust_accuracy),
    ]),
  );
  for (const [place, row] of worst.entries()) {
    const [pgd, fgsm] = row.broken;
    assert.ok(cells[place][0].includes(`broken first by PGD ${pgd.images}, FGSM ${fgsm.images}`), cells[place][0]);
    // Every image is in one of these.
    const { hits, n } = row.robust_accuracy;
    assert.equal(hits + pgd.images + fgsm.images + row.not_finite + (n - row.clean_accuracy.hits), n);
  }
  assert.match(await page.locator("[data-worst-notes]").textContent(), /DeepFool/);
  // Of what the table is, and what a column means that no paper has.
  const subject = await page.locator("[data-subject]").textContent();
  for (const part of ["Model", "Data set", "24, from image 8 on", "Seed1", "batches of"]) {
    assert.ok(subject.includes(part), `${part}: ${subject}`);
  }
  assert.match(await page.locator("[data-eight-bits]").textContent(), /rounded to 8 bits/);
  const head = page.locator("[data-verdicts] thead th", { hasText: "Survive 8 bits" });
  assert.match(await head.getAttribute("title"), /rounded to 8 bits/);
  // The files say the same.
  await page.locator("summary", { hasText: "Save table" }).click();
  for (const [name, part] of [
    ["Table (CSV)", "kind,model,data,attack"],
    ["Table (Markdown)", "| Attack | ε |"],
    ["Table (LaTeX)", "\\toprule"],
  ]) {
    const link = page.getByRole("link", { name });
    const text = await (await fetch(await link.evaluate((link) => link.href))).text();
    assert.ok(text.includes(part), `${name}: ${text}`);
    assert.ok(text.includes(`PGD ${worst[0].broken[0].images}, FGSM ${worst[0].broken[1].images}`), text);
  }
  await context.close();
});

test("each attack has settings of its own, with what is wrong beside them", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/attacks`);
  await page.locator("#field-data-count").fill("8");
  await choose(page, ["fgsm", "pgd"]);
  const own = page.locator("[data-own=pgd]");
  await own.locator("summary").click();
  const steps = page.locator("#field-attacks-pgd-steps");
  assert.match(await own.textContent(), /1 to/);
  await steps.fill("nonsense");
  await page.locator("#field-attacks-pgd-steps-error").waitFor();
  // The field of another attack is not marked.
  assert.equal(await page.locator("#field-attacks-fgsm-epsilon-error").count(), 0);
  await steps.fill("3");
  await page.locator("#field-attacks-pgd-epsilon").fill("4/255");
  await page.locator("#field-attacks-pgd-steps-error").waitFor({ state: "detached" });
  assert.match(await own.locator("summary").textContent(), /2 changed/);
  await page.getByRole("button", { name: "Start 2 attacks" }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/batches/"));
  const id = new URL(page.url()).pathname.split("/").pop();
  const { spec } = await (await fetch(`${server.url}/api/v1/batches/${id}`)).json();
  const [{ pgd }, { fgsm }] = spec.attacks;
  assert.deepEqual([pgd.steps, pgd.epsilon, fgsm.epsilon], [3, "4/255", "8/255"]);
  await context.close();
});

test("settings of an attack can be taken back", async () => {
  const { page, context } = await openPage(browser);
  await visit(page, `${server.url}/attacks`);
  await choose(page, ["pgd"]);
  const own = page.locator("[data-own=pgd]");
  await own.locator("summary").click();
  const steps = page.locator("#field-attacks-pgd-steps");
  await steps.fill("3");
  await own.getByRole("button", { name: "Back to the defaults" }).click();
  assert.equal(await steps.inputValue(), "");
  assert.equal(await own.getByRole("button", { name: "Back to the defaults" }).isVisible(), false);
  await context.close();
});

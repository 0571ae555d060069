// The form for a new run: limits, help and errors from one description.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { read, send } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
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

async function openForm() {
  const opened = await openPage(browser);
  await visit(opened.page, `${server.url}/new`);
  await opened.page.locator('[name="attack.pgd.epsilon"]').waitFor();
  return opened;
}

const field = (page, path) => page.locator(`[name="${path}"]`);

/** The texts that describe a field, by the ids that it names. */
function described(page, path) {
  return field(page, path).evaluate((input) =>
    input
      .getAttribute("aria-describedby")
      .split(" ")
      .map((id) => document.getElementById(id)?.textContent.trim() ?? ""),
  );
}

test("E8 every field has a label and help, every number its limits", async () => {
  const { page, context } = await openForm();
  for (const summary of await page.locator("form details > summary").all()) await summary.click();
  const fields = await page.locator("form [name]").evaluateAll((inputs) =>
    inputs.map((input) => ({
      name: input.name,
      label: input.labels[0]?.textContent.trim() ?? "",
      help: (input.getAttribute("aria-describedby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent.trim() ?? "").join(" "),
      numeric: input.inputMode === "numeric" || /epsilon|step_size/.test(input.name),
      min: input.dataset.min,
      max: input.dataset.max,
    })),
  );
  assert.ok(fields.length >= 12, `${fields.length} fields`);
  for (const { name, label, help, numeric, min, max } of fields) {
    assert.ok(label.length > 2, `${name} has a label`);
    assert.ok(help.length > 10, `${name} has help`);
    if (numeric) assert.ok(Number.isFinite(Number(min)) && Number(max) > Number(min), `${name} is from ${min} to ${max}`);
  }
  await context.close();
});

test("E27 a field that is written into keeps the focus and every key", async () => {
  const { page, context } = await openForm();
  for (const path of ["data.count"]) {
    await field(page, path).fill("");
    await field(page, path).focus();
    await field(page, path).evaluate((input) => (window.written = input));
    await page.keyboard.type("17");
    assert.equal(await field(page, path).inputValue(), "17", path);
    // Failed before: at the first key the fields were made anew.
    assert.ok(await page.evaluate(() => window.written === document.activeElement && window.written.isConnected), path);
  }
  await context.close();
});

test("E8 limits and defaults are the catalogue's", async () => {
  const { page, context } = await openForm();
  for (const summary of await page.locator("form details > summary").all()) await summary.click();
  const catalog = await read(server.url, "/api/v1/catalog");
  const { fields } = catalog.attacks.find(({ id }) => id === "pgd");
  for (const { id, kind, help } of fields) {
    const input = field(page, `attack.pgd.${id}`);
    assert.ok((await described(page, `attack.pgd.${id}`)).includes(help), `${id} has the catalogue's help`);
    if (kind.type === "integer") {
      assert.equal(await input.getAttribute("data-min"), String(kind.min), id);
      assert.equal(await input.getAttribute("data-max"), String(kind.max), id);
    }
  }
  const sizes = catalog.data_sets.find(({ id }) => id === "shapes-test");
  assert.equal(await field(page, "data.count").getAttribute("data-max"), String(sizes.count));
  await context.close();
});

test("E8 an epsilon beyond its norm's limit is refused as it is typed, without a request", async () => {
  const { page, context, requests } = await openForm();
  await page.waitForLoadState("networkidle");
  const asked = requests.length;
  await field(page, "attack.pgd.epsilon").fill("3");
  await page.getByText(/greater than 1\b/).waitFor();
  assert.equal(await field(page, "attack.pgd.epsilon").getAttribute("aria-invalid"), "true");
  await page.waitForTimeout(600);
  assert.equal(requests.length, asked, "the check is made in the page");
  // In the l2 norm the same number is small: the limit is the diagonal of the pixel range, √3072.
  await field(page, "attack.pgd.norm").selectOption("l2");
  await page.getByText(/greater than 1\b/).waitFor({ state: "detached" });
  assert.equal(await field(page, "attack.pgd.epsilon").getAttribute("aria-invalid"), null);
  assert.equal(await field(page, "attack.pgd.epsilon").getAttribute("data-max"), Math.sqrt(3072).toPrecision(6));
  await field(page, "attack.pgd.epsilon").fill("56");
  await page.getByText(/greater than 55\.4/).waitFor();
  await context.close();
});

/** Waits until the focus is at a field. */
function focused(page, path) {
  const there = async () => (await page.evaluate(() => document.activeElement.getAttribute("name"))) === path;
  return until(`the focus is at ${path}`, there, { limitMs: 5_000 });
}

const WRONG = [
  ["attack.pgd.epsilon", "-1"],
  ["attack.pgd.epsilon", "8/0"],
  ["attack.pgd.epsilon", "NaN"],
  ["attack.pgd.epsilon", "eight"],
  ["attack.pgd.steps", "0"],
  ["attack.pgd.steps", "100001"],
  ["attack.pgd.steps", "2.5"],
  ["data.count", "0"],
  ["data.count", "2001"],
  ["data.first", "2000"],
];

test("E9 every bad value is marked where it stands, in words that name what is right", async () => {
  const { page, context, requests, errors } = await openForm();
  for (const [path, value] of WRONG) {
    const input = field(page, path);
    const good = await input.inputValue();
    await input.fill(value);
    await until(`${path} = ${value} is marked`, async () => (await input.getAttribute("aria-invalid")) === "true");
    const [words] = await described(page, path);
    assert.ok(words.length > 10 && !/undefined|NaN\b.*NaN/.test(words), `${path} = ${value}: ${words}`);
    await page.getByRole("button", { name: "Start the run" }).click();
    await focused(page, path);
    await input.fill(good);
    await until(`${path} is right again`, async () => (await input.getAttribute("aria-invalid")) === null);
  }
  const posted = requests.filter(({ method, url }) => method === "POST" && url.endsWith("/api/v1/runs"));
  assert.deepEqual(posted, [], "nothing wrong is sent");
  assert.deepEqual(errors, []);
  await context.close();
});

test("E9 a field that is folded away is opened and focused", async () => {
  const { page, context } = await openForm();
  await page.getByText("Seed, batch size, device, precision, trace").click();
  await field(page, "batch_size").fill("0");
  await page.getByText("Seed, batch size, device, precision, trace").click();
  assert.equal(await field(page, "batch_size").isVisible(), false);
  await page.getByRole("button", { name: "Start the run" }).click();
  await focused(page, "batch_size");
  assert.equal(await field(page, "batch_size").isVisible(), true);
  await context.close();
});

test("E9 what only the server can know is shown at its field too", async () => {
  const { page, context } = await openForm();
  await page.route("**/api/v1/runs", (route) =>
    route.fulfill({
      status: 422,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "/problems/invalid",
        title: "The run cannot be done as described",
        status: 422,
        detail: "data.count: the set has shrunk",
        errors: [{ path: "data.count", message: "the set has shrunk to 5 images" }],
      }),
    }),
  );
  await page.getByRole("button", { name: "Start the run" }).click();
  await page.getByText("the set has shrunk to 5 images").waitFor();
  assert.equal(await field(page, "data.count").getAttribute("aria-invalid"), "true");
  assert.equal((await described(page, "data.count"))[0], "the set has shrunk to 5 images");
  await focused(page, "data.count");
  await context.close();
});

test("E9 the API names the same fields as the form", async () => {
  for (const [path, value] of WRONG) {
    const spec = { model: "shapes-standard", data: { set: "shapes-test", count: 8 }, attack: { pgd: {} } };
    const parts = path.split(".");
    const last = parts.pop();
    const place = parts.reduce((object, key) => object[key], spec);
    place[last] = /^[\d.-]+$/.test(value) ? Number(value) : value;
    const { status, body } = await send(server.url, "/api/v1/runs", { method: "POST", json: spec });
    assert.equal(status, 422, `${path} = ${value}: ${JSON.stringify(body)}`);
    assert.deepEqual(body.errors.map((error) => error.path), [path], JSON.stringify(body));
    assert.ok(body.errors[0].message.length > 10);
  }
});

test("E42 an epsilon is shown as a fraction and as a number", async () => {
  const { page, context } = await openForm();
  await field(page, "attack.pgd.epsilon").fill("8/255");
  await page.getByText("0.0313725 = 8/255").waitFor();
  await field(page, "attack.pgd.epsilon").fill("0.1");
  await page.getByText("0.1 = 25.5/255").waitFor();
  await context.close();
});

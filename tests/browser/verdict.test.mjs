// Runs without a trace: asked for in the form, shown without figures that would have nothing to show, and repeated with a trace.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { finished, quick, read } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { startServer, until } from "./lib/server.mjs";

let server;
let browser;
let traced;
let bare;

before(async () => {
  [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  traced = await finished(server.url, quick({ steps: 6 }));
  bare = await finished(server.url, quick({ steps: 6 }, { trace: "off" }));
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("the verdict is that of the run with a trace", async () => {
  const [one, other] = await Promise.all([traced, bare].map((id) => read(server.url, `/api/v1/runs/${id}`)));
  for (const key of ["clean_accuracy", "robust_accuracy", "first_flip", "survives"]) {
    assert.deepEqual(other.results[key], one.results[key], key);
  }
  assert.equal(other.results.in_valley.n, 0);
  assert.ok(other.results.passes <= one.results.passes, "no more passes than with a trace");
});

test("its page has the figures that it can have, says why there are no others, and leads to the trace", async () => {
  const { page, context, errors } = await openPage(browser);
  await visit(page, `${server.url}/runs/${bare}`);
  await page.locator("#figure-accuracy svg, #figure-accuracy canvas").first().waitFor();
  for (const kind of ["sharpness", "loss", "confidence", "factors", "aligned", "peak-minus-flip", "confusion"]) {
    assert.equal(await page.locator(`#figure-${kind}`).isVisible(), false, kind);
  }
  assert.deepEqual(await page.locator("#classes th:visible").allInnerTexts(), [
    ...["Label", "Images", "Flipped", "First flip, median"],
    ...(await page.locator("#classes tbody th").allInnerTexts()),
  ]);
  const text = await page.locator("main").innerText();
  assert.ok(!/NaN|undefined/.test(text), "nothing that is no number is shown");
  await page.getByRole("link", { name: "Run it with the trace" }).click();
  const trace = page.locator('[name="trace"]');
  await until("the form has a trace", async () => (await trace.inputValue()) === "on");
  assert.deepEqual(errors, []);
  await context.close();
});

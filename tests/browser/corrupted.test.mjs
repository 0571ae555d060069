// Corrupted pictures: a run chooses which corruption, and how severe.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { read } from "./lib/api.mjs";
import { launchBrowser, openPage, visit } from "./lib/browser.mjs";
import { BINARY, startServer, until } from "./lib/server.mjs";

let folder;
let server;
let browser;

/** An array of bytes as NumPy writes it. */
function npy(shape, bytes) {
  const head = Buffer.from(`{'descr': '|u1', 'fortran_order': False, 'shape': ${shape}, }\n`);
  const length = Buffer.alloc(2);
  length.writeUInt16LE(head.length);
  return Buffer.concat([Buffer.from("\x93NUMPY\x01\0", "latin1"), length, head, bytes]);
}

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "valleyscope-corrupted-"));
  const pictures = join(folder, "CIFAR-10-C");
  await mkdir(pictures);
  const two = 2 * 5 * 32 * 32 * 3;
  for (const [name, step] of [["fog", 1], ["motion_blur", 3]]) {
    const bytes = Buffer.from(Uint8Array.from({ length: two }, (_, place) => (place * step) % 251));
    await writeFile(join(pictures, `${name}.npy`), npy("(10, 32, 32, 3)", bytes));
  }
  await writeFile(join(pictures, "labels.npy"), npy("(10,)", Buffer.from([3, 1, 3, 1, 3, 1, 3, 1, 3, 1])));
  const add = ["data", "add", "cifar10-c", pictures, "--corruption", "fog", "--severity", "1", "--data-dir", folder];
  await promisify(execFile)(BINARY, add);
  [server, browser] = await Promise.all([startServer({ dataDir: folder }), launchBrowser()]);
});

after(async () => {
  await browser?.close();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the form asks for a corruption and a severity where the set has some, and for nothing where it has none", async () => {
  const { page, context, errors } = await openPage(browser);
  await visit(page, `${server.url}/new?data=cifar10-c`);
  const corruption = page.locator("#field-data-corruption");
  const severity = page.locator("#field-data-severity");
  await corruption.waitFor();
  assert.deepEqual(await corruption.locator("option").allInnerTexts(), ["As registered: fog", "fog", "motion blur"]);
  await page.getByText("as registered while it is empty: severity 1").waitFor();
  await page.locator("#field-data-allow_other_classes").check();
  await page.locator("#field-data-count").fill("2");
  await severity.fill("6");
  await page.getByText("6 is not from 1 to 5").or(page.getByText("6 is greater than 5")).first().waitFor();
  await severity.fill("4");
  await corruption.selectOption("motion_blur");
  await page.getByRole("button", { name: /^Start/ }).click();
  await page.waitForURL((url) => url.pathname.startsWith("/runs/"));
  const id = new URL(page.url()).pathname.split("/").pop();
  await until("the run has ended", async () => (await read(server.url, `/api/v1/runs/${id}`)).phase === "finished");
  const { data } = (await read(server.url, `/api/v1/runs/${id}`)).spec;
  assert.deepEqual([data.set, data.corruption, data.severity], ["cifar10-c", "motion_blur", 4]);
  await page.locator("[data-facts]").getByText(/^2 images of CIFAR-10-C, motion blur, severity 4 /).waitFor();
  // Another set has no such fields, and takes nothing over.
  await visit(page, `${server.url}/new?data=cifar10-c`);
  await corruption.selectOption("motion_blur");
  await page.locator("#field-data-set").selectOption("shapes-test");
  await corruption.waitFor({ state: "detached" });
  await page.locator("#field-data-set").selectOption("cifar10-c");
  await corruption.waitFor();
  assert.equal(await corruption.inputValue(), "");
  assert.deepEqual(errors, []);
  await context.close();
});

test("many attacks are asked for on a corruption too, and the set's page says which there are", async () => {
  const { page, context, errors } = await openPage(browser);
  await visit(page, `${server.url}/data/cifar10-c`);
  await page.getByText("fog, motion blur; a run chooses one").waitFor();
  await visit(page, `${server.url}/attacks`);
  await page.locator("#field-data-set").selectOption("cifar10-c");
  await page.locator("#field-data-corruption").selectOption("motion_blur");
  await page.locator("#field-data-severity").fill("9");
  await page.getByText("9 is not from 1 to 5").waitFor();
  assert.deepEqual(errors.filter((error) => !/422/.test(error)), []);
  await context.close();
});

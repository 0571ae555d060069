// The public API, as a script uses it.

import assert from "node:assert/strict";

import { until } from "./server.mjs";

/** A run of a second or so, in which most images flip. */
export const QUICK = {
  model: "shapes-standard",
  data: { set: "shapes-test", count: 24 },
  attack: { pgd: { norm: "linf", epsilon: "8/255", step_size: "1/255", steps: 12, random_start: false } },
  seed: 1,
};

/** A run that no test waits for: minutes, even on a fast machine. Tests cancel it. Small batches make frequent news, even on a slow one. */
export const ENDLESS = {
  model: "shapes-standard",
  data: { set: "shapes-test", count: 2000 },
  attack: { pgd: { norm: "linf", epsilon: "8/255", step_size: "0.5/255", steps: 400, random_start: false } },
  seed: 1,
  batch_size: 16,
  device: "cpu",
};

/** `QUICK` with some settings of its attack changed. */
export function quick(attack = {}, rest = {}) {
  return { ...QUICK, ...rest, attack: { pgd: { ...QUICK.attack.pgd, ...attack } } };
}

/** Sends a request; returns `{ status, headers, body }`, the body parsed where it is JSON. */
export async function send(url, path, { method = "GET", json, headers = {} } = {}) {
  const body = json === undefined ? undefined : JSON.stringify(json);
  const kind = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(`${url}${path}`, { method, body, headers: { ...kind, ...headers } });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "") && !/ndjson/.test(response.headers.get("content-type"));
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Reads a document that must be there. */
export async function read(url, path) {
  const { status, body } = await send(url, path);
  assert.equal(status, 200, `GET ${path}: ${JSON.stringify(body)}`);
  return body;
}

/** The bytes of a file that must be there. */
export async function download(url, path) {
  const response = await fetch(`${url}${path}`);
  assert.equal(response.status, 200, `GET ${path}`);
  return Buffer.from(await response.arrayBuffer());
}

/** Asks for a run; returns its id. */
export async function create(url, spec) {
  const { status, body } = await send(url, "/api/v1/runs", { method: "POST", json: spec });
  assert.equal(status, 202, JSON.stringify(body));
  return body.id;
}

export async function cancel(url, id) {
  const { status } = await send(url, `/api/v1/runs/${id}/cancel`, { method: "POST" });
  assert.ok(status < 300, `cancel answered ${status}`);
}

/** Waits until a run is in one of these phases; returns it. */
export async function inPhase(url, id, phases, limits = { limitMs: 240_000, everyMs: 100 }) {
  return until(
    `run ${id} is ${phases.join(" or ")}`,
    async () => {
      const run = await read(url, `/api/v1/runs/${id}`);
      return phases.includes(run.phase) ? run : undefined;
    },
    limits,
  );
}

/** A run that has finished; returns its id. */
export async function finished(url, spec = QUICK) {
  const id = await create(url, spec);
  const run = await inPhase(url, id, ["finished", "failed", "cancelled", "interrupted"]);
  assert.equal(run.phase, "finished", run.reason ?? "");
  return id;
}

/** Waits until a run has computed something. */
export async function begun(url, id) {
  return until(`run ${id} computes`, async () => {
    const run = await read(url, `/api/v1/runs/${id}`);
    return run.done > 0 ? run : undefined;
  });
}

/** All frames of a run so far, by polling. */
export async function frames(url, id) {
  const all = [];
  let after = "0";
  for (;;) {
    const page = await read(url, `/api/v1/runs/${id}/events?after=${after}`);
    all.push(...page.frames);
    after = page.cursor;
    if (page.frames.length === 0) return all;
  }
}

// The API is documented, and the documentation is true.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { finished, QUICK, read, send } from "./lib/api.mjs";
import { faults, resolve } from "./lib/schema.mjs";
import { startServer } from "./lib/server.mjs";

let server;
let document;
let run;
let batch;
let addition;

before(async () => {
  server = await startServer();
  run = await finished(server.url);
  const spec = { models: [QUICK.model], attacks: [QUICK.attack], data: QUICK.data };
  const answer = await send(server.url, "/api/v1/batches", { method: "POST", json: spec });
  assert.equal(answer.status, 202, JSON.stringify(answer.body));
  batch = answer.body.id;
  const sent = await fetch(`${server.url}/api/v1/models?file=shapes.safetensors&data=shapes-test&images=64`, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: await readFile(new URL("../../static/models/shapes-standard/model.safetensors", import.meta.url)),
  });
  assert.equal(sent.status, 202);
  addition = (await sent.json()).id;
  const wanted = { measures: ["grad_norm"], points: [0], examples: 1 };
  const job = await send(server.url, `/api/v1/runs/${run}/curvature`, { method: "POST", json: wanted });
  assert.equal(job.status, 202, JSON.stringify(job.body));
  document = await read(server.url, "/api/openapi.json");
});

after(() => server?.stop());

const METHODS = ["get", "post", "put", "patch", "delete"];

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ path, method, operation: item[method] })),
  );

test("E40 the document is OpenAPI 3.1, and all its references lead somewhere", () => {
  assert.match(document.openapi, /^3\.1\./);
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
  assert.ok(references.length > 50, `${references.length} references`);
  for (const reference of references) resolve(document, reference);
  for (const { path, method, operation } of operations()) {
    assert.ok(operation.summary?.length > 5, `${method} ${path} has a summary`);
    const named = (operation.parameters ?? []).filter((parameter) => parameter.in === "path").map(({ name }) => name);
    assert.deepEqual(named, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name), `${method} ${path} describes its parameters`);
    assert.ok(Object.keys(operation.responses).length > 0);
  }
});

/** Values for the parameters in paths that lead to something. */
const VALUES = { row: "0", point: "1", picture: "adversarial.png", file: "sharpness.csv", index: "0", job: "1" };

function address(path, values) {
  return path.replaceAll(/\{(\w+)\}/g, (_, name) => values[name]);
}

test("E40 every document that can be read is as it is described", async () => {
  const definitions = await read(server.url, "/api/v1/definitions");
  for (const { path, operation } of operations().filter(({ method }) => method === "get")) {
    const ids = { definitions: definitions[0].id, batches: batch, models: QUICK.model, additions: addition, data: "shapes-test" };
    const id = ids[path.split("/")[3]] ?? run;
    const values = { ...VALUES, id };
    const { status, headers, body } = await send(server.url, address(path, values));
    assert.equal(status, 200, `${path}: ${JSON.stringify(body).slice(0, 200)}`);
    const described = operation.responses["200"]?.content ?? {};
    const json = described["application/json"];
    if (json && headers.get("content-type").startsWith("application/json") && !path.includes("export")) {
      assert.deepEqual(faults(document, json.schema, body).slice(0, 5), [], path);
    }
  }
});

test("E40 every refusal is a described status with a problem document", async () => {
  const problem = document.components.schemas.Problem;
  for (const { path, method, operation } of operations()) {
    if (!path.includes("{")) continue;
    const values = { ...VALUES, id: "there-is-none" };
    const json = operation.requestBody ? {} : undefined;
    const answer = await send(server.url, address(path, values), { method: method.toUpperCase(), json });
    assert.ok(Object.keys(operation.responses).includes(String(answer.status)), `${method} ${path} answered ${answer.status}`);
    assert.equal(answer.status, 404, `${method} ${path}`);
    assert.deepEqual(faults(document, problem, answer.body), [], `${method} ${path}`);
  }
});

test("E40 a run is created, repeated, cancelled and deleted as described", async () => {
  const check = async (path, template, method, options = {}) => {
    const { status, headers, body } = await send(server.url, path, { method, ...options });
    const described = document.paths[template][method.toLowerCase()].responses[String(status)];
    assert.ok(described, `${method} ${path} answered ${status}: ${JSON.stringify(body)}`);
    const schema = described.content?.["application/json"]?.schema;
    if (schema) assert.deepEqual(faults(document, schema, body), [], `${method} ${path}`);
    return { status, headers, body };
  };
  const spec = { json: { ...QUICK, seed: 40 }, headers: { "idempotency-key": "E40" } };
  const made = await check("/api/v1/runs", "/api/v1/runs", "POST", spec);
  assert.equal(made.status, 202);
  assert.equal(made.headers.get("location"), `/api/v1/runs/${made.body.id}`);
  assert.deepEqual(faults(document, document.components.schemas.RunSpec, made.body.spec), []);
  const again = await check("/api/v1/runs", "/api/v1/runs", "POST", spec);
  assert.equal(again.body.id, made.body.id, "the same key gives the same run");
  await check("/api/v1/runs", "/api/v1/runs", "POST", { json: { ...QUICK, model: "none" } });
  const estimate = await check("/api/v1/runs/estimate", "/api/v1/runs/estimate", "POST", { json: QUICK });
  assert.equal(estimate.body.points, 13);
  const repeated = await check(`/api/v1/runs/${run}/repeat`, "/api/v1/runs/{id}/repeat", "POST");
  assert.equal(repeated.body.repeat_of, run);
  for (const id of [made.body.id, repeated.body.id]) {
    await check(`/api/v1/runs/${id}/cancel`, "/api/v1/runs/{id}/cancel", "POST");
    await check(`/api/v1/runs/${id}/cancel`, "/api/v1/runs/{id}/cancel", "POST");
  }
});

test("E40 unknown parameters and settings are refused by name", async () => {
  for (const path of ["/api/v1/runs?page=2", `/api/v1/runs/${run}/events?since=3`, `/api/v1/runs/${run}/examples?order=row`]) {
    const { status, body } = await send(server.url, path);
    assert.equal(status, 422, path);
    const key = /\?(\w+)=/.exec(path)[1];
    assert.ok(JSON.stringify(body).includes(key), `${path}: ${JSON.stringify(body)}`);
  }
  const { status, body } = await send(server.url, "/api/v1/runs", { method: "POST", json: { ...QUICK, colour: "red" } });
  assert.equal(status, 422);
  assert.ok(JSON.stringify(body).includes("colour"), JSON.stringify(body));
});

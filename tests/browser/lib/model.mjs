// A model that makes results doubtful, made from one that does not.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const EMBEDDED = fileURLToPath(new URL("../../../static/models/shapes-standard/", import.meta.url));

/**
 * Puts the model `overconfident` into a data directory: the embedded one with its last layer times `factor`.
 *
 * It predicts the same classes, but so confidently that rounding swallows the loss and its gradients.
 */
export async function addOverconfident(dataDir, factor = 50) {
  const weights = await readFile(join(EMBEDDED, "model.safetensors"));
  const length = Number(weights.readBigUInt64LE(0));
  const tensors = JSON.parse(weights.toString("utf8", 8, 8 + length));
  for (const name of ["head.weight", "head.bias"]) {
    const { dtype, data_offsets } = tensors[name];
    if (dtype !== "F32") throw new Error(`${name} is ${dtype}, not F32`);
    const [from, to] = data_offsets.map((offset) => offset + 8 + length);
    for (let at = from; at < to; at += 4) weights.writeFloatLE(factor * weights.readFloatLE(at), at);
  }
  const folder = join(dataDir, "models", "overconfident");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "model.safetensors"), weights);
  await writeFile(join(folder, "model.json"), await readFile(join(EMBEDDED, "model.json")));
}

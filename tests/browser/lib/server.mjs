// Starts the release binary on a free port with a data directory of its own.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The program under test. */
export const BINARY =
  process.env.VALLEYSCOPE ?? fileURLToPath(new URL("../../../target/release/valleyscope", import.meta.url));
const READY = /listening on (http:\/\/\S+)/;
const START_LIMIT_MS = 60_000;

/**
 * Starts a server and waits until it says where it listens.
 *
 * `options.args` are further options of `valleyscope serve`.
 * `options.dataDir` keeps the data of an earlier server (to restart it); without it the folder is new, and `stop` removes it.
 * `options.port` is 0 (any free one) unless given.
 * The returned `url` has no slash at its end.
 */
export async function startServer({ args = [], dataDir, port = 0, env = {} } = {}) {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "valleyscope-test-")));
  const child = spawn(BINARY, ["serve", "--port", String(port), "--data-dir", folder, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = [];
  keepLines(child.stderr, log);
  const exited = new Promise((resolve) => {
    child.once("error", (error) => log.push(String(error)) && resolve());
    child.once("exit", resolve);
  });
  const url = await readAddress(child, log, exited).catch(async (error) => {
    child.kill("SIGKILL");
    if (!dataDir) await rm(folder, { recursive: true, force: true });
    throw error;
  });
  return {
    url,
    dataDir: folder,
    /** What the server has written so far, by line. */
    log,
    pid: child.pid,
    /** Ends the process and waits for it; the data stay. */
    async kill(signal = "SIGTERM") {
      child.kill(signal);
      await exited;
    },
    /** Ends the process; removes the data unless they were the caller's. */
    async stop() {
      if (child.exitCode === null && child.signalCode === null) await this.kill();
      if (!dataDir) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The address from the line `listening on http://HOST:PORT`; all lines go into `log`. */
async function readAddress(child, log, exited) {
  const failed = (why) => new Error(`${BINARY} serve ${why}; it wrote:\n${log.join("\n")}`);
  const lines = keepLines(child.stdout, log);
  let timer;
  const address = new Promise((resolve) => {
    lines.on("line", (line) => {
      const found = READY.exec(line);
      if (found) resolve(found[1].replace(/\/$/, ""));
    });
  });
  const ended = exited.then(() => {
    throw failed("ended before it listened");
  });
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(failed(`did not listen within ${START_LIMIT_MS / 1000} s`)), START_LIMIT_MS);
  });
  try {
    return await Promise.race([address, ended, late]);
  } finally {
    clearTimeout(timer);
    ended.catch(() => {});
  }
}

function keepLines(stream, log) {
  const lines = createInterface({ input: stream });
  lines.on("line", (line) => log.push(line));
  return lines;
}

/** Waits until a condition holds, asking every `everyMs`; fails with `what` after `limitMs`. */
export async function until(what, condition, { limitMs = 60_000, everyMs = 50 } = {}) {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`after ${limitMs} ms still not: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

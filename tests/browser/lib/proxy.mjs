// A TCP proxy that can cut every connection and refuse new ones: a network that fails under an open page.

import { connect, createServer } from "node:net";

/**
 * Starts a proxy before the server at `target`, an address such as `http://127.0.0.1:8080`.
 *
 * `cut(forMs)` ends all connections and refuses new ones for so long.
 * `seen.cut` counts the connections that were ended, `seen.refused` those that were refused.
 */
export async function startProxy(target) {
  const { hostname, port } = new URL(target);
  const open = new Set();
  const seen = { cut: 0, refused: 0 };
  let refusing = false;
  const proxy = createServer((client) => {
    if (refusing) {
      seen.refused += 1;
      client.resetAndDestroy();
      return;
    }
    const server = connect(Number(port), hostname);
    const pair = [client, server];
    const end = () => {
      open.delete(pair);
      client.destroy();
      server.destroy();
    };
    open.add(pair);
    for (const socket of pair) socket.on("error", end).on("close", end);
    client.pipe(server);
    server.pipe(client);
  });
  await new Promise((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const cutAll = () => {
    for (const [client, server] of [...open]) {
      seen.cut += 1;
      client.resetAndDestroy();
      server.destroy();
    }
    open.clear();
  };
  return {
    url: `http://127.0.0.1:${proxy.address().port}`,
    seen,
    async cut(forMs) {
      refusing = true;
      cutAll();
      await new Promise((resolve) => setTimeout(resolve, forMs));
      refusing = false;
    },
    async close() {
      refusing = true;
      cutAll();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}

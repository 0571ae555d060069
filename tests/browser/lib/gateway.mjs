// An HTTP proxy as some laboratories have it: it lets no upgrade through, or holds streams back until they end.

import { createServer, request } from "node:http";

/** Starts a gateway before the server at `target`; `holds` says that it gathers event streams too. `seen` counts what it did. */
export async function startGateway(target, { holds = false } = {}) {
  const { hostname, port } = new URL(target);
  const seen = { upgrades: 0, streams: 0, polls: 0 };
  const gateway = createServer((asked, answer) => {
    const streams = (asked.headers.accept ?? "").includes("text/event-stream");
    if (streams) seen.streams += 1;
    else if (asked.url.includes("/events")) seen.polls += 1;
    const headers = { ...asked.headers, host: `${hostname}:${port}` };
    if (headers.origin) headers.origin = target;
    const onward = request({ hostname, port, path: asked.url, method: asked.method, headers }, (given) => {
      if (streams && holds) {
        given.resume();
        return;
      }
      answer.writeHead(given.statusCode, given.headers);
      given.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  });
  gateway.on("upgrade", (_, socket) => {
    seen.upgrades += 1;
    socket.destroy();
  });
  await new Promise((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${gateway.address().port}`,
    seen,
    async close() {
      gateway.closeAllConnections();
      await new Promise((resolve) => gateway.close(resolve));
    },
  };
}

// Websocket clients that browsers would never be, and what a page's own websockets received.

import { randomBytes } from "node:crypto";
import { connect } from "node:net";

/** Keeps the frames that a page gets over its websockets, in order of arrival. */
export function collectFrames(page) {
  const seen = { sockets: 0, frames: [] };
  page.on("websocket", (socket) => {
    seen.sockets += 1;
    socket.on("framereceived", ({ payload }) => {
      const message = JSON.parse(payload);
      if (message.frames) seen.frames.push(...message.frames);
    });
  });
  return seen;
}

/** A client that asks for a run's events from the beginning and then takes nothing; call the result to end it. */
export async function stalledClient(url, id) {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("connect", resolve));
  const key = randomBytes(16).toString("base64");
  const head = [
    `GET /api/v1/runs/${id}/events?after=0 HTTP/1.1`,
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${key}`,
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  const answer = await new Promise((resolve) => socket.once("data", resolve));
  socket.pause();
  if (!String(answer).startsWith("HTTP/1.1 101")) throw new Error(`the upgrade was refused: ${answer}`);
  return () => socket.destroy();
}

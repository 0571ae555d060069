// nginx before a server, as a laboratory has it: TLS, compression, and the server under a path.

import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { until } from "./server.mjs";

const USUAL_PLACES = ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"];

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Starts nginx on two ports of localhost, with HTTP/2 and with HTTP/1.1 alone, before the server at `target`.
 *
 * `path` is where the server is shown, such as `/valleyscope`; `keeps` says that the path is handed on.
 * Whatever is asked for elsewhere is not found. `asked()` is what was asked for so far, as `status protocol address`.
 */
export async function startNginx(target, { path, keeps, ports: { h2, http1 } }) {
  const folder = await mkdtemp(join(tmpdir(), "valleyscope-nginx-"));
  makeCertificate(folder);
  await writeFile(join(folder, "nginx.conf"), configuration({ folder, target, path, keeps, h2, http1 }));
  const child = spawn(program(), ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")], { stdio: "ignore" });
  let ended;
  const over = new Promise((resolve) => {
    child.once("error", (error) => resolve((ended = String(error))));
    child.once("exit", (code) => resolve((ended = `it ended with ${code}`)));
  });
  const said = () => readFile(join(folder, "error.log"), "utf8").catch(() => "");
  await until("nginx answers", async () => {
    if (ended) throw new Error(`nginx does not run: ${ended}\n${await said()}`);
    return (await listens(h2)) && (await listens(http1));
  });
  return {
    asked: async () => (await readFile(join(folder, "access.log"), "utf8")).trim().split("\n"),
    async stop() {
      child.kill("SIGTERM");
      await over;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function program() {
  const found = process.env.NGINX ?? USUAL_PLACES.find((place) => existsSync(place));
  if (!found) throw new Error(`no nginx at ${USUAL_PLACES.join(", ")}; set NGINX to its program`);
  return found;
}

function listens(port) {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true) ?? socket.destroy());
    socket.once("error", () => resolve(false));
  });
}

function makeCertificate(folder) {
  const names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"];
  const files = ["-keyout", join(folder, "key.pem"), "-out", join(folder, "certificate.pem")];
  const kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...kind, ...names, ...files], { stdio: "ignore" });
}

/** All that nginx writes is in the folder. As root, its worker must be told to stay who it is, or it could not write there. */
function configuration({ folder, target, path, keeps, h2, http1 }) {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const server = (listen) => `
  server {
    listen 127.0.0.1:${listen};
    server_name localhost;
    ssl_certificate ${folder}/certificate.pem;
    ssl_certificate_key ${folder}/key.pem;
    location / { return 404; }
    location ${path}/ {
      proxy_pass ${target}${keeps ? "" : "/"};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_buffering off;
    }
  }`;
  return `
${process.getuid?.() === 0 ? "user root root;" : ""}
daemon off;
worker_processes 1;
pid ${folder}/pid;
error_log ${folder}/error.log;
events { worker_connections 256; }
http {
  ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n  ")}
  log_format asked '$status $server_protocol $request_uri';
  access_log ${folder}/access.log asked;
  gzip on;
  gzip_proxied any;
  gzip_min_length 1;
  gzip_types text/css text/javascript application/javascript application/json application/wasm text/event-stream;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  ${server(`${h2} ssl http2`)}
  ${server(`${http1} ssl`)}
}
`;
}

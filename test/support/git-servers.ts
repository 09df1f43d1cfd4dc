/** Real git servers on loopback, each stopped with its test. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Scratch } from "./scratch.ts";

/** Returns a bare repository beside the scratch one: `remote.git`, or another name. */
export async function bareRemote(s: Scratch, name = "remote.git", ...args: string[]): Promise<Scratch> {
  const at = path.join(path.dirname(s.root), name);
  await s.git("init", "--quiet", "--bare", "--initial-branch=main", ...args, at);
  return s.at(at);
}

/** Starts `git daemon`, which accepts pushes, and returns the URL of a repository beside the scratch one. */
export async function gitDaemon(s: Scratch, ...args: string[]): Promise<(name: string) => string> {
  const port = await freePort();
  const base = path.dirname(s.root);
  const daemon = spawn(
    "git",
    [
      ...[
        "daemon",
        "--reuseaddr",
        "--listen=127.0.0.1",
        `--port=${port}`,
        `--base-path=${base}`,
        "--export-all",
      ],
      ...(args.length > 0 ? args : ["--enable=receive-pack"]),
    ],
    { env: s.env, stdio: "ignore", detached: true },
  );
  closedAfterwards(daemon);
  await listening(port);
  return (name) => `git://127.0.0.1:${port}/${name}`;
}

export interface HttpRules {
  /** The required login; without it anybody may connect. */
  readonly user?: string;
  readonly password?: string;
  /** Answers every request with this status. */
  readonly status?: number;
  /** Pushes get this status, fetches are answered. */
  readonly pushStatus?: number;
  /** Takes the request and never answers it. */
  readonly silent?: boolean;
}

/** Starts a smart HTTP server in front of `git http-backend`, which counts requests. */
export async function httpServer(
  s: Scratch,
  rules: HttpRules = {},
): Promise<{ readonly at: (name: string, user?: string) => string; readonly requests: string[] }> {
  const base = path.dirname(s.root);
  const requests: string[] = [];
  const backend = path.join(
    spawnSync("git", ["--exec-path"], { encoding: "utf8" }).stdout.trim(),
    "git-http-backend",
  );
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    const refuse = (status: number, headers: http.OutgoingHttpHeaders = {}) => {
      request.resume();
      response.writeHead(status, headers).end();
    };
    if (rules.silent) return;
    if (rules.status) return refuse(rules.status);
    if (rules.pushStatus && /receive-pack/.test(url.href)) return refuse(rules.pushStatus);
    const expected = `Basic ${Buffer.from(`${rules.user}:${rules.password}`).toString("base64")}`;
    if (rules.user && request.headers.authorization !== expected)
      return refuse(401, { "WWW-Authenticate": 'Basic realm="git"' });
    const cgi = spawn(backend, {
      env: {
        ...s.env,
        GIT_PROJECT_ROOT: base,
        GIT_HTTP_EXPORT_ALL: "1",
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        // http-backend lets in whom the server knows, and anybody where it is told to.
        REMOTE_USER: rules.user ?? "anybody",
        REMOTE_ADDR: "127.0.0.1",
        ...(request.headers["content-encoding"]
          ? { HTTP_CONTENT_ENCODING: request.headers["content-encoding"] }
          : {}),
        ...(request.headers["content-length"] ? { CONTENT_LENGTH: request.headers["content-length"] } : {}),
        ...(request.headers["git-protocol"] ? { GIT_PROTOCOL: String(request.headers["git-protocol"]) } : {}),
      },
      stdio: ["pipe", "pipe", "ignore"],
    });
    request.pipe(cgi.stdin);
    cgi.stdin.on("error", () => {});
    answer(cgi, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as net.AddressInfo;
  const at = (name: string, user?: string) =>
    `http://${user ? `${user}@` : ""}127.0.0.1:${port}/${name.split("/").map(encodeURIComponent).join("/")}`;
  return { at, requests };
}

/** Copies the headers of a CGI answer, and passes its body through. */
function answer(cgi: ChildProcess, response: http.ServerResponse): void {
  let head: Buffer | undefined = Buffer.alloc(0);
  cgi.stdout?.on("data", (chunk: Buffer) => {
    if (head === undefined) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return;
    let status = 200;
    for (const line of head.subarray(0, end).toString().split("\r\n")) {
      const at = line.indexOf(": ");
      if (line.startsWith("Status: ")) status = Number(line.slice(8, 11));
      else response.setHeader(line.slice(0, at), line.slice(at + 2));
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
    head = undefined;
  });
  cgi.on("close", () => response.end());
}

const SSHD = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd"].find((each) => existsSync(each));

/** The reason why this machine has no ssh server; undefined if it has one. */
export const noSshd =
  SSHD === undefined
    ? "no sshd here (Debian: openssh-server)"
    : process.platform === "win32"
      ? "not on Windows"
      : undefined;

/** Starts `sshd` on its own port with its own keys, and gives `s` an accepted key. */
export async function sshServer(
  s: Scratch,
): Promise<{ readonly at: (name: string) => string; readonly ssh: string }> {
  if (SSHD === undefined) throw new Error(noSshd);
  const base = path.join(path.dirname(s.root), "ssh");
  await mkdir(base, { mode: 0o700 });
  const port = await freePort();
  for (const name of ["host", "user", "other"])
    spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", path.join(base, name)]);
  const keys = path.join(base, "authorized_keys");
  await s.run("cp", [path.join(base, "user.pub"), keys]);
  await chmod(keys, 0o600);
  if (process.getuid?.() === 0) await mkdir("/run/sshd", { recursive: true });
  const config = path.join(base, "sshd_config");
  await writeFile(
    config,
    [
      ...[`Port ${port}`, "ListenAddress 127.0.0.1", `HostKey ${base}/host`, `AuthorizedKeysFile ${keys}`],
      ...["StrictModes no", "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no"],
      ...["PidFile none", "PermitRootLogin yes", "AcceptEnv GIT_PROTOCOL", "LogLevel ERROR", ""],
    ].join("\n"),
  );
  const sshd = spawn(SSHD, ["-D", "-f", config], { stdio: "ignore", detached: true });
  closedAfterwards(sshd);
  await listening(port);
  const known = path.join(base, "known_hosts");
  const host = spawnSync("cat", [path.join(base, "host.pub")], { encoding: "utf8" }).stdout.trim();
  await writeFile(known, `[127.0.0.1]:${port} ${host}\n`);
  const ssh = `ssh -F none -i ${path.join(base, "user")} -o IdentitiesOnly=yes -o UserKnownHostsFile=${known}`;
  return {
    ssh,
    at: (name) => `ssh://${os.userInfo().username}@127.0.0.1:${port}${path.join(path.dirname(s.root), name)}`,
  };
}

/** Opens a port that accepts connections and stays silent. */
export async function silentPort(): Promise<number> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as net.AddressInfo).port;
}

/** Returns a port without a server. */
export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function closedAfterwards(child: ChildProcess): void {
  onTestFinished(() => {
    // It has children of its own for each connection.
    if (child.pid !== undefined) {
      try {
        process.kill(-child.pid, "SIGTERM");
      } catch {
        child.kill();
      }
    }
  });
}

async function listening(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (open) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`nobody listens on port ${port}`);
}

/** Attacks `session ui` from another page, through another host name, and as another user. */
import { connect } from "node:net";
import { expect, test } from "vitest";
import { ATTACKS, PAYLOAD } from "../support/attacks.ts";
import { repositoryState } from "../support/repository-state.ts";
import { type Scratch, scratch } from "../support/scratch.ts";
import { startUi, type Ui } from "../support/ui-server.ts";

async function served(): Promise<{ s: Scratch; ui: Ui; id: string; note: Record<string, string> }> {
  const s = await scratch({ session: ["work", "-o", "One"] });
  const { id } = (await s.json("show")).session;
  return { s, ui: await startUi(s), id, note: { session: id, text: "Hello" } };
}

const FORM = "application/x-www-form-urlencoded";

test("ui answers nothing without the complete token", async () => {
  const { ui, id } = await served();
  const { pathname } = new URL(ui.url);
  const token = pathname.slice(1, -1);
  expect(token).toMatch(/^[\w-]{24,}$/);
  const wrong = token.replace(/./, (first) => (first === "a" ? "b" : "a"));
  for (const path of [
    "/",
    "/sessions",
    "/live",
    "/favicon.ico",
    `/${token}`,
    `/${wrong}/`,
    `/${token.slice(1)}/`,
  ]) {
    const answer = await ui.ask(path);
    expect(answer.status, path).toBe(403);
    expect(answer.text, path).not.toContain("One");
    expect(answer.text, path).not.toContain(token);
  }
  for (const path of [`/?token=${token}`, `/${wrong}/do/note`, `//${token}/`, `/${token.toUpperCase()}x/`])
    expect((await ui.ask(path, { method: "GET" })).status, path).toBe(403);
  expect(
    (await ui.ask("/", { headers: { cookie: `token=${token}`, authorization: `Bearer ${token}` } })).status,
  ).toBe(403);
  const right = await ui.ask(`session?id=${id}`);
  expect([right.status, right.text.includes("One")]).toEqual([200, true]);
  // Each server has a new token.
  const again = await startUi((await served()).s);
  expect(new URL(again.url).pathname).not.toBe(pathname);
});

test("ui answers no other host name (DNS rebinding)", async () => {
  const { ui } = await served();
  for (const host of [
    "evil.example",
    `evil.example:${ui.port}`,
    `localhost:${ui.port}`,
    "127.0.0.1",
    `127.0.0.1.evil.example:${ui.port}`,
    `[::1]:${ui.port}`,
    `127.0.0.1:${ui.port + 1}`,
  ]) {
    const answer = await ui.ask("", { headers: { host } });
    expect(answer.status, host).toBe(421);
    expect(answer.text, host).not.toContain("One");
  }
  // A request without `Host`, and a request with an absolute URL, as for a proxy.
  expect(await raw(ui.port, `GET ${new URL(ui.url).pathname} HTTP/1.0\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 4\d\d /,
  );
  const absolute = await ui
    .ask("/x", { headers: {} })
    .then(() =>
      raw(ui.port, `GET ${ui.url} HTTP/1.1\r\nHost: 127.0.0.1:${ui.port}\r\nConnection: close\r\n\r\n`),
    );
  expect(absolute).toMatch(/^HTTP\/1\.1 403 /);
});

test("ui listens on 127.0.0.1 only", async () => {
  const { s, ui } = await served();
  const hex = ui.port.toString(16).toUpperCase().padStart(4, "0");
  const listening = (await s.run("sh", ["-c", "cat /proc/net/tcp /proc/net/tcp6"])).stdout
    .split("\n")
    .filter((line) => line.includes(`:${hex} `) && / 0A /.test(line));
  if (process.platform === "linux")
    expect(listening.map((line) => line.trim().split(/\s+/)[1])).toEqual([`0100007F:${hex}`]);
});

test("ui refuses requests of another page (CSRF)", async () => {
  const { s, ui, note } = await served();
  const body = `${new URLSearchParams(note)}`;
  const own = { origin: `http://127.0.0.1:${ui.port}`, "content-type": FORM };
  const { origin: _origin, ...without } = own;
  const wrong: Record<string, string>[] = [
    { ...own, origin: "http://evil.example" },
    { ...own, origin: "null" },
    { ...own, origin: `http://127.0.0.1:${ui.port + 1}` },
    { ...own, origin: `https://127.0.0.1:${ui.port}` },
    { ...own, "sec-fetch-site": "cross-site" },
    { ...own, "sec-fetch-site": "same-site" },
    without,
  ];
  for (const headers of wrong)
    expect((await ui.ask("do/note", { method: "POST", headers, body })).status, JSON.stringify(headers)).toBe(
      403,
    );
  for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/json", ""])
    expect(
      (await ui.ask("do/note", { method: "POST", headers: { ...own, "content-type": type }, body })).status,
      type,
    ).toBe(415);
  // Another page can neither read a page nor listen for changes.
  for (const path of ["", "live?look=1&page="])
    expect((await ui.ask(path, { headers: { origin: "http://evil.example" } })).status, path).toBe(403);
  const preflight = { ...own, origin: "http://evil.example", "access-control-request-method": "POST" };
  const asked = await ui.ask("do/note", { method: "OPTIONS", headers: preflight });
  expect([asked.status, asked.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
  expect(await s.json("note", "list")).toEqual([]);
  expect((await ui.ask("do/note", { method: "POST", headers: own, body })).status).toBe(200);
  expect(await s.json("note", "list")).toMatchObject([{ text: "Hello" }]);
});

test("ui changes something only by POST", async () => {
  const { s, ui, id, note } = await served();
  const before = await s.fingerprint();
  for (const method of ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]) {
    const answer = await ui.ask(`do/note?${new URLSearchParams(note)}`, {
      method,
      headers: { origin: `http://127.0.0.1:${ui.port}` },
    });
    expect([answer.status, answer.headers.allow], method).toEqual([405, "POST"]);
  }
  for (const action of ["objective", "mark", "blocker", "resolve", "pause", "handoff", "seen"])
    expect((await ui.ask(`do/${action}?session=${id}&id=1&mark=done&text=x`)).status, action).toBe(405);
  for (const method of ["POST", "PUT", "DELETE"])
    expect((await ui.ask("", { method })).status, method).toBe(405);
  expect(await s.json("note", "list")).toEqual([]);
  expect(await s.json("objectives")).toMatchObject([{ mark: "open" }]);
  expect(await s.fingerprint()).toBe(before);
});

test("ui has no action that commits, merges, pushes, deletes or runs a program", async () => {
  const { s, ui, id } = await served();
  await s.write("README.md", "changed\n");
  await s.write(".session/config.yaml", "session:\n  auto_checkpoint: true\n  checkpoint_interval: 0m\n");
  const before = await repositoryState(s);
  for (const action of [
    "checkpoint",
    "end",
    "delete",
    "push",
    "merge",
    "run",
    "start",
    "undo",
    "constructor",
    "__proto__",
    "toString",
    "note/../end",
  ])
    expect((await ui.do(action, { session: id, text: "x" })).status, action).toBe(400);
  for (const [action, fields] of [
    ["objective", { text: "Two" }],
    ["mark", { id: "1", mark: "done" }],
    ["blocker", { text: "Stuck", link: "#1" }],
    ["resolve", { id: "1", note: "fine" }],
    ["note", { text: "Noted" }],
    ["pause", {}],
  ] as const)
    expect((await ui.do(action, { session: id, ...fields })).status, action).toBe(200);
  expect(await repositoryState(s)).toEqual(before);
});

test("ui sends user text as text, never as markup or script", async () => {
  const { s, ui, id } = await served();
  const scripts = [
    `<script>alert("${PAYLOAD}")</script>`,
    `"><img src=x onerror=alert(1)>`,
    `'-alert(1)-'`,
    "</textarea><script>alert(2)</script>",
    "javascript:alert(3)",
    "<svg/onload=alert(4)>",
    "&lt;b&gt;",
    [...ATTACKS.values()].join("\n"),
  ];
  for (const text of scripts) await ui.do("note", { session: id, text });
  await ui.do("objective", { session: id, text: scripts[0] ?? "" });
  await ui.do("blocker", { session: id, text: scripts[1] ?? "", link: "javascript:alert(5)" });
  await s.git("switch", "--quiet", "--create", "<img/src=x/onerror=alert(6)>");
  await s.ok("start", "--title", scripts[0] ?? "", "-o", scripts[1] ?? "");
  for (const path of [
    "",
    "sessions",
    `session?id=${id}`,
    `search?q=${encodeURIComponent(scripts[0] ?? "")}`,
    `session?id=${encodeURIComponent(scripts[1] ?? "")}`,
    `agent?run=${encodeURIComponent(scripts[0] ?? "")}`,
  ]) {
    // Attribute values are quoted, so they are safe to remove.
    const text = (await ui.ask(path)).text
      .replace(/<script>.*<\/script>/s, "<script>")
      .replace(/"[^"<>]*"/g, '""');
    // The page's own script is the only one, and no address runs a script.
    expect(text.match(/<script/g), path).toHaveLength(1);
    expect((await ui.ask(path)).text, path).not.toMatch(/(?:href|src|action)="\s*(?:javascript|data:text)/i);
    expect(/<(?:img|svg|iframe|b>)|<[^>]+\son\w+=/i.exec(text)?.[0], path).toBeUndefined();
  }
});

test("ui's content policy allows only its own style and script, and no frame", async () => {
  const { ui } = await served();
  for (const path of ["", "session?id=none", "do/note", "/wrong"]) {
    const { headers } = await ui.ask(path);
    const policy = String(headers["content-security-policy"]);
    for (const part of [
      "default-src 'none'",
      "connect-src 'self'",
      "form-action 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ])
      expect(policy.split("; "), path).toContain(part);
    expect(policy, path).toMatch(/script-src 'sha256-[\w+/=]+'(?:;|$)/);
    expect(policy, path).not.toMatch(/unsafe|\*|https?:/);
    expect(headers, path).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
      "cross-origin-resource-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
    });
    expect(headers["set-cookie"], path).toBeUndefined();
    expect(headers["access-control-allow-origin"], path).toBeUndefined();
  }
});

test("ui serves no file by path", async () => {
  const { s, ui } = await served();
  await s.write("secret.txt", "zqx-secret");
  for (const path of [
    "../secret.txt",
    "..%2fsecret.txt",
    "%2e%2e/secret.txt",
    "session/../../secret.txt",
    "agent?run=../../../secret.txt",
    "agent?run=..%2f..%2f..%2fsecret",
    "session?id=../../secret.txt",
    "secret.txt",
    "page.js",
    "%00",
    "%",
    "live/../do/note",
    `search?q=${"%2e%2e%2f".repeat(20)}`,
  ]) {
    const answer = await ui.ask(path);
    expect(answer.text, path).not.toContain("zqx-secret");
    expect([200, 400, 404], path).toContain(answer.status);
    if (!path.startsWith("search")) expect(answer.status, path).not.toBe(200);
  }
});

test("ui reads no more of a request than it needs", async () => {
  const { s, ui, id } = await served();
  const large = "x".repeat(70_000);
  expect((await ui.do("note", { session: id, text: large })).status).toBe(413);
  // A chunked request has no Content-Length, so the server counts the bytes.
  const head = `POST ${new URL(ui.url).pathname}do/note HTTP/1.1\r\nHost: 127.0.0.1:${ui.port}\r\nOrigin: http://127.0.0.1:${ui.port}\r\nContent-Type: ${FORM}\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const chunk = `${large.length.toString(16)}\r\n${large}\r\n`;
  expect(await raw(ui.port, head + chunk)).toMatch(/^HTTP\/1\.1 413 /);
  expect(
    await raw(ui.port, `GET /${"x".repeat(20_000)} HTTP/1.1\r\nHost: 127.0.0.1:${ui.port}\r\n\r\n`),
  ).toMatch(/^HTTP\/1\.1 4\d\d /);
  expect(await s.json("note", "list")).toEqual([]);
  expect((await ui.ask("")).status).toBe(200);
});

test("ui shows its address only to the user who started it", async () => {
  const { s, ui } = await served();
  const token = new URL(ui.url).pathname.slice(1, -1);
  const processes = (await s.run("ps", ["-eo", "args"])).stdout;
  expect(processes).not.toContain(token);
  const kept = await s.run("grep", ["-rl", token, ".git", s.home]);
  expect(kept.stdout).toBe("");
  const { text } = await ui.ask("");
  expect(text).not.toContain(token);
});

/** Sends a raw request, and returns everything the server sends before it closes the connection. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.setEncoding("utf8").on("data", (more) => {
      answer += more;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", (error: NodeJS.ErrnoException) => (answer === "" ? reject(error) : resolve(answer)));
  });
}

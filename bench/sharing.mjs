// Moving sessions through smart HTTP: `session push --all` and `session pull`, beside `git push` and `git fetch` of the same refs.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { spreadOf } from "./measure.mjs";
import { cli, environment, idOf, scratchFolder } from "./support.mjs";

export const title = "Sessions over HTTP";

const base = scratchFolder();
const env = environment(base);
writeFileSync(
  path.join(base, "gitconfig"),
  "[user]\n\tname = Bench\n\temail = bench@example.com\n[gc]\n\tauto = 0\n",
);

const START = Math.floor(Date.now() / 1000) * 1000 - 5000 * 3_600_000;

/** Sessions that ended, each with a record of some 3 kB. */
function fastImport(from, to) {
  const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const parts = [];
  for (let n = from; n < to; n++) {
    const id = idOf(n);
    const created = new Date(START + n * 3_600_000).toISOString();
    const context = {
      ...{ schema: 1, id, title: `Work ${n}`, ref: `refs/heads/work/${n}`, base: { branch: "main" } },
      ...{
        state: "ended",
        created,
        ended: created,
        author: "Bench",
        tags: [],
        meta: {},
        verified: [],
        items: {},
      },
      decisions: [{ id: "dec-1", text: `Keep it simple, case ${n}`, alternatives: [], added: created }],
      ...{ notes: [], committed: {}, last: { obj: 1, blk: 0, dec: 1 } },
    };
    const files = {
      "context.json": `${JSON.stringify(context, null, 2)}\n`,
      "events.jsonl": `${JSON.stringify({ at: created, type: "session.started" })}\n`,
      "handoff.md": `# Handoff ${n}\n\n${"A line of the handoff.\n".repeat(60)}`,
      "objectives.md": `# Objectives\n\n- [x] obj-1: Part of ${n}\n`,
    };
    const trailers = `Session-Id: ${id}\nSession-Branch: work/${n}\nSession-State: ended\nSession-Created: ${created}\n`;
    parts.push(
      `commit refs/sessions/${id}\ncommitter Bench <bench@example.com> ${Date.parse(created) / 1000} +0000\n`,
      data(`Work ${n}\n\n${trailers}Session-Ended: ${created}\n`),
      ...Object.entries(files).map(([name, text]) => `M 100644 inline ${name}\n${data(text)}`),
    );
  }
  return parts.join("");
}

const git = (cwd, args, input) =>
  execFileSync("git", args, { cwd, env, input, maxBuffer: 1 << 30, stdio: ["pipe", "pipe", "pipe"] });

/** A repository with so many sessions, which the copies of a run are made from. */
function source(sessions) {
  const repo = path.join(base, `source-${sessions}`);
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", repo], { env });
  git(repo, ["commit", "--quiet", "--allow-empty", "-m", "root"]);
  git(repo, ["fast-import", "--quiet"], fastImport(0, sessions));
  git(repo, ["pack-refs", "--all"]);
  return repo;
}

const backend = path.join(execFileSync("git", ["--exec-path"]).toString().trim(), "git-http-backend");
const server = http.createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  const { headers } = request;
  const cgi = spawn(backend, {
    env: {
      ...env,
      ...{ GIT_PROJECT_ROOT: base, GIT_HTTP_EXPORT_ALL: "1", PATH_INFO: url.pathname, REMOTE_USER: "bench" },
      ...{ QUERY_STRING: url.search.slice(1), REQUEST_METHOD: request.method, REMOTE_ADDR: "127.0.0.1" },
      CONTENT_TYPE: headers["content-type"] ?? "",
      ...(headers["content-encoding"] ? { HTTP_CONTENT_ENCODING: headers["content-encoding"] } : {}),
      ...(headers["content-length"] ? { CONTENT_LENGTH: headers["content-length"] } : {}),
      ...(headers["git-protocol"] ? { GIT_PROTOCOL: headers["git-protocol"] } : {}),
    },
    stdio: ["pipe", "pipe", "ignore"],
  });
  cgi.stdin.on("error", () => {});
  request.pipe(cgi.stdin);
  let head = Buffer.alloc(0);
  cgi.stdout.on("data", (chunk) => {
    if (head === undefined) return response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf("\r\n\r\n");
    if (end < 0) return undefined;
    for (const line of head.subarray(0, end).toString().split("\r\n")) {
      const at = line.indexOf(": ");
      if (line.startsWith("Status: ")) response.statusCode = Number(line.slice(8, 11));
      else response.setHeader(line.slice(0, at), line.slice(at + 2));
    }
    response.write(head.subarray(end + 4));
    head = undefined;
    return undefined;
  });
  cgi.on("close", () => response.end());
});
const address = (name) => `http://127.0.0.1:${server.address().port}/${name}`;

/** Tells at its end what the process took at most, in MB. */
const probe = path.join(base, "probe.cjs");
const told = path.join(base, "rss");
writeFileSync(
  probe,
  `process.on("exit", () => require("fs").writeFileSync(${JSON.stringify(told)}, String(process.resourceUsage().maxRSS / 1024)));\n`,
);

/** Milliseconds that a program took; the server answers meanwhile, so nothing here may block. */
async function time(cwd, program, args) {
  const begin = process.hrtime.bigint();
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`${program} ${args.slice(0, 4).join(" ")} ended with ${code}: ${stderr}`);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

async function session(cwd, ...args) {
  const spent = await time(cwd, process.execPath, ["--require", probe, cli, ...args]);
  return { spent, rss: Number(readFileSync(told, "utf8")) };
}

const copy = (from, name) => {
  const to = path.join(base, name);
  rmSync(to, { recursive: true, force: true });
  spawnSync("cp", ["-r", from, to]);
  return to;
};
const fresh = (name) => {
  const to = path.join(base, name);
  rmSync(to, { recursive: true, force: true });
  execFileSync("git", ["init", "--quiet", "--bare", to], { env });
  git(to, ["config", "http.receivepack", "true"]);
  return to;
};
const clone = (name) => {
  const to = path.join(base, name);
  rmSync(to, { recursive: true, force: true });
  execFileSync("git", ["init", "--quiet", "--initial-branch=main", to], { env });
  return to;
};

async function* measure(sessions, runs) {
  const from = source(sessions);
  const samples = { push: [], "git push": [], pull: [], "git fetch": [] };
  const rss = { push: 0, pull: 0 };
  for (let n = 0; n < runs; n++) {
    fresh("bare.git");
    fresh("ours.git");
    const one = copy(from, "one");
    const other = copy(from, "other");
    samples["git push"].push(
      await time(one, "git", ["push", "--quiet", address("bare.git"), "refs/sessions/*:refs/sessions/*"]),
    );
    const pushed = await session(other, "push", "--all", address("ours.git"));
    samples.push.push(pushed.spent);
    rss.push = Math.max(rss.push, pushed.rss);
    const refspec = "+refs/sessions/*:refs/session-remotes/x/*";
    samples["git fetch"].push(
      await time(clone("third"), "git", ["fetch", "--quiet", address("bare.git"), refspec]),
    );
    const pulled = await session(clone("fourth"), "pull", address("ours.git"));
    samples.pull.push(pulled.spent);
    rss.pull = Math.max(rss.pull, pulled.rss);
  }
  for (const [name, own, bare, budget] of [
    ["push", samples.push, samples["git push"], 1.2],
    ["pull", samples.pull, samples["git fetch"], 1.8],
  ])
    yield {
      name: `${name} of ${sessions} sessions`,
      own: spreadOf(own),
      floor: spreadOf(bare),
      ratio: spreadOf(own.map((each, at) => each / bare[at])),
      memory: Math.round(rss[name]),
      budget: sessions > 100 ? budget : 1.8,
    };
}

export async function* rows({ runs, few = 1 }) {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    for (const sessions of [10, 1000 / few, 5000 / few]) yield* measure(sessions, sessions > 100 ? 3 : runs);
  } finally {
    server.close();
    rmSync(base, { recursive: true, force: true });
  }
}

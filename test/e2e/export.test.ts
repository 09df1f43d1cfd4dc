import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

/** A session with something of everything. */
async function working(): Promise<Scratch> {
  const s = await scratch({
    session: ["feature/login", "-o", "Login", "-o", "Docs", "--tag", "auth", "--meta", "team=core"],
  });
  await s.ok("blockers", "add", "Waiting for keys", "--link", "#42");
  await s.ok("decisions", "add", "Use PKCE", "--rationale", "no secret", "--alternatives", "Implicit: old");
  await s.ok("note", "Ask about the callback");
  await s.write("login.ts", "export const login = 1;\n");
  await s.ok("checkpoint", "-A", "-m", "feat: login", "--complete", "1");
  await s.ok("verify", "npm test", "--result", "passed");
  return s;
}

test("the JSON export has all fields, and export changes nothing", async () => {
  const s = await working();
  const before = await s.fingerprint();
  const document = JSON.parse(await s.ok("export"));
  expect(document).toMatchObject({ format: "git-session-export", schema: 1 });
  const [session] = document.sessions;
  const head = await s.git("rev-parse", "HEAD");
  expect(session).toMatchObject({
    ...{ title: "Login", branch: "feature/login", state: "active", tags: ["auth"], meta: { team: "core" } },
    base: { branch: "main", commit: await s.git("rev-parse", "main") },
    objectives: [
      { id: "obj-1", mark: "done", text: "Login" },
      { id: "obj-2", mark: "open", text: "Docs" },
    ],
    blockers: [{ id: "blk-1", resolved: false, text: "Waiting for keys", link: "#42" }],
    decisions: [
      {
        id: "dec-1",
        text: "Use PKCE",
        rationale: "no secret",
        alternatives: ["Implicit: old"],
        commit: head,
      },
    ],
    verified: [{ command: "npm test", result: "passed", commit: head }],
    notes: [{ text: "Ask about the callback" }],
    checkpoints: [{ commit: head }],
    last: { obj: 2, blk: 1, dec: 1 },
  });
  expect(session.events[0]).toMatchObject({ type: "session.started", id: session.id });
  expect(await s.json("export", "feature/login")).toMatchObject({ sessions: [{ id: session.id }] });
  expect(await s.fingerprint()).toBe(before);
});

test("a decision that a plain commit carries is exported with that commit", async () => {
  const s = await scratch();
  await s.ok("init", "--yes");
  await s.ok("start", "work", "-o", "One");
  await s.ok("decisions", "add", "Use PKCE");
  await s.git("commit", "--quiet", "--allow-empty", "-m", "feat: x");
  const { sessions } = await s.json("export");
  expect(sessions[0].decisions[0]).toMatchObject({ commit: await s.git("rev-parse", "HEAD") });
});

test("an ended session is exported from its snapshot alone, with handoff and commits", async () => {
  const s = await working();
  await s.ok("end", "--summary", "All done");
  const { id } = (await s.json("list"))[0];
  const whole = (await s.json("export", id)).sessions[0];
  expect(whole).toMatchObject({
    state: "ended",
    summary: "All done",
    handoff: expect.stringContaining("# Handoff"),
  });
  await s.git("switch", "--quiet", "main");
  await s.git("branch", "-D", "feature/login");
  await s.run("rm", ["-r", ".git/sessions"]);
  const [left] = (await s.json("export", id)).sessions;
  expect(left).toMatchObject({ handoff: whole.handoff, events: whole.events, decisions: whole.decisions });
  expect(left.checkpoints.map((each: { message: string }) => each.message)).toEqual(
    whole.checkpoints.map((each: { message: string }) => each.message),
  );
});

test("export --all and --since select sessions by last activity", async () => {
  const s = await working();
  await s.ok("start", "other", "--from", "main", "-o", "Two");
  expect((await s.json("export", "--all")).sessions).toHaveLength(2);
  expect((await s.json("export", "--since", "1h")).sessions).toHaveLength(2);
  expect((await s.json("export", "--since", "2020-01-01")).sessions).toHaveLength(2);
  expect(await s.session("export", "--since", "2999-01-01")).toMatchObject({
    ...{ code: 3, stdout: "" },
    stderr: expect.stringContaining("no session changed since then"),
  });
  expect((await s.json("export", "--since", "2 weeks ago")).sessions).toHaveLength(2);
  expect((await s.session("export", "--since", "soon")).stderr).toContain('--since: "soon" is not a date');
  expect((await s.session("export", "other", "--all")).code).toBe(2);
});

test("export keeps an existing file unless --force; a folder gets one file per session", async () => {
  const s = await working();
  await s.ok("start", "other", "--from", "main", "-o", "Two");
  await s.write("out.json", "mine");
  const refused = await s.session("export", "-o", "out.json");
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("out.json already exists") });
  expect(await s.read("out.json")).toBe("mine");
  expect(await s.ok("export", "-o", "out.json", "--force")).toBe("Written to out.json.\n");
  expect(JSON.parse(await s.read("out.json")).sessions).toHaveLength(1);

  const ids = new Map(
    (await s.json("list")).map((each: { id: string; branch: string }) => [each.branch, each.id]),
  );
  await s.ok("export", "--all", "-o", "sessions/");
  expect(readdirSync(`${s.root}/sessions`).sort()).toEqual([
    `feature-login-${ids.get("feature/login")}.json`,
    `other-${ids.get("other")}.json`,
  ]);
  // Of two, the second one is there: the first is not written either.
  await s.ok("export", "other", "-o", "half/");
  expect((await s.session("export", "--all", "-o", "half")).stderr).toContain("already exists");
  expect(readdirSync(`${s.root}/half`)).toHaveLength(1);
  expect((await s.session("export", "--all", "--format", "html", "-o", "one.html")).stderr).toContain(
    "2 sessions do not fit into one html file",
  );
});

const HOSTILE = `</title><script>alert(1)</script> ![x](http://x.example/p.png) <img src=x> \u202e"'&`;

test("the Markdown export escapes markup in foreign text", async () => {
  const s = await scratch();
  await s.ok("start", "work", "-o", "Code: `a < b && c`", "--title", HOSTILE);
  const text = await s.ok("export", "--format", "markdown");
  expect(text).toContain("# \\</title>\\<script>alert(1)\\</script> \\![x\\](");
  expect(text).toContain("- [ ] obj-1: Code: \\`a < b && c\\`");
  expect(text).not.toMatch(/&lt;|&amp;|\u202e/);
});

test("the HTML export is one file without external requests, for light and dark", async () => {
  const s = await working();
  await s.ok("decisions", "add", HOSTILE, "--rationale", HOSTILE, "--alternatives", HOSTILE);
  await s.ok("note", HOSTILE);
  await s.ok("objectives", "add", HOSTILE);
  await s.ok("blockers", "add", HOSTILE, "--link", "javascript:alert(1)");
  await s.ok("export", "--format", "html", "-o", "login.html");
  const html = await s.read("login.html");
  expect(html).toContain("default-src 'none'");
  expect(html).toContain("color-scheme: light dark");
  expect(html).toContain("@media (prefers-color-scheme: dark)");
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  const tags = new Set([...html.matchAll(/<([a-z0-9]+)/gi)].map((each) => each[1]));
  expect([...tags].sort()).toEqual([
    "b",
    "body",
    "code",
    "details",
    "h1",
    "h2",
    "head",
    "html",
    "li",
    "meta",
    "p",
    "style",
    "summary",
    "time",
    "title",
    "ul",
  ]);
  expect(html).not.toMatch(/<[^>]*\s(?:src|href|on\w+)\s*=|url\(|@import|\u202e/i);
});

test("export names an unknown session", async () => {
  const s = await scratch();
  expect(await s.session("export")).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("no session on main"),
  });
  expect(await s.session("export", "nope")).toMatchObject({ code: 3 });
  expect(await s.session("export", "--all")).toMatchObject({ code: 3 });
  expect(await s.session("export", "--format", "bundle")).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining("-o <file> is missing") },
  });
});

test("export of many skips a damaged snapshot and names it", async () => {
  const s = await working();
  await s.ok("end");
  const [{ id }] = await s.json("list");
  const tree = await s.git("rev-parse", "HEAD^{tree}");
  await s.git(
    "update-ref",
    "refs/sessions/000000000000",
    await s.git("commit-tree", tree, "-m", "none of ours", "-m", "Session-Id: 000000000000"),
  );
  const ran = await s.session("export", "--all");
  expect(ran).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("left out: the snapshot of 000000000000"),
  });
  expect(JSON.parse(ran.stdout).sessions).toMatchObject([{ id }]);
  expect(await s.session("export", "000000000000")).toMatchObject({ code: 1, stdout: "" });
});

test("export --template renders the user's file, which can only read the exported data", async () => {
  const s = await scratch({ session: ["work", "--title", "A title", "-o", "One"] });
  await s.write("mine.hbs", "{{title}}: {{#each objectives}}{{this.text}}{{/each}}\n");
  expect((await s.ok("export", "--template", "mine.hbs")).trim()).toBe("A title: One");
  await s.ok("export", "--template", "mine.hbs", "-o", "out.txt");
  expect(await s.read("out.txt")).toContain("A title: One");
  await s.write("broken.hbs", "one\n{{#each}\n");
  await s.write("forever.hbs", "{{lookup constructor 'constructor'}}");
  const broken = await s.session("export", "--template", "broken.hbs");
  expect(broken).toMatchObject({ code: 1, stdout: "" });
  expect(broken.stderr).toMatch(/broken\.hbs: line 2/);
  expect((await s.session("export", "--template", "none.hbs")).stderr).toContain("there is no such file");
  expect((await s.ok("export", "--template", "forever.hbs")).trim()).toBe("");
  expect(await s.session("export", "--template", "mine.hbs", "--format", "html")).toMatchObject({ code: 2 });
});

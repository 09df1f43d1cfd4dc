import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

async function commit(s: Scratch, file: string, message: string, ...options: string[]): Promise<string> {
  await s.write(file, `${message}\n`);
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", message, ...options);
  return s.git("rev-parse", "--short=8", "HEAD");
}

test("the brief keeps each agent's limit, lists all open objectives and blockers, and says where the omitted parts are", async () => {
  const s = await scratch();
  const words = "é".repeat(120);
  await s.ok(
    "start",
    "work",
    ...Array.from({ length: 40 }, (_, n) => ["-o", `Objective ${n} ${words}`]).flat(),
  );
  for (const n of [1, 2]) await s.ok("blockers", "add", `Blocker ${n} ${words}`);
  await s.ok("decisions", "add", "Decided");
  const all = async (...options: string[]) => {
    const text = await s.ok("brief", ...options);
    for (let n = 1; n <= 40; n++) expect(text).toContain(`obj-${n}:`);
    for (const id of ["blk-1:", "blk-2:"]) expect(text).toContain(id);
    return text;
  };
  expect(Buffer.byteLength(await all())).toBeLessThanOrEqual(9500);
  const claude = await all("--agent", "claude");
  expect(claude.length).toBeLessThanOrEqual(10_000);
  // Two bytes a letter: what counts differs.
  expect(Buffer.byteLength(claude)).toBeGreaterThan(10_000);
  expect(Buffer.byteLength(await all("--agent", "codex"))).toBeLessThanOrEqual(10_000);
  expect((await all("--max-chars", "6000")).length).toBeLessThanOrEqual(6000);
  expect(Buffer.byteLength(await all("--full"))).toBeGreaterThan(10_000);
  expect(await all("--max-tokens", "800")).toContain("... 1 more: `session decisions list`");
  // Below what one objective needs, the limit is refused, and the hint is a limit that is kept.
  const refused = await s.session("brief", "--max-tokens", "100");
  expect(refused).toMatchObject({ code: 2, stdout: "" });
  const [, least = ""] = /session brief --max-tokens (\d+)/.exec(refused.stderr) ?? [];
  const shortest = await s.ok("brief", "--max-tokens", least);
  expect(Buffer.byteLength(shortest)).toBeLessThanOrEqual(Number(least) * 4);
  expect(shortest).toContain("obj-1:");
  expect(shortest).toContain("... 39 more open: `session objectives list`");
  const xml = await s.ok("brief", "--max-tokens", "1500", "--format", "xml");
  expect(Buffer.byteLength(xml)).toBeLessThanOrEqual(6000);
  for (let n = 1; n <= 40; n++) expect(xml).toContain(`<objective id="obj-${n}"`);
});

test("the same state gives the same brief, byte for byte", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await commit(s, "a.ts", "feat: a");
  const first = await s.ok("brief");
  await new Promise((resolve) => setTimeout(resolve, 1100));
  expect(await s.ok("brief")).toBe(first);
});

test("without a record the brief guesses objectives and says so", async () => {
  const s = await scratch();
  await s.git("switch", "--quiet", "--create", "feature/oauth-login-#12");
  await commit(s, "a.ts", "feat: a\n\nFixes APP-7");
  const brief = await s.ok("brief");
  expect(brief).toContain("this is a guess from the branch and its commits");
  expect(brief).toContain("`Oauth login #12`");
  expect(brief).toContain("it is about `#12`, `APP-7`");
  await s.git("switch", "--quiet", "--create", "wip");
  expect(await s.ok("brief")).toContain("guess: `feat: a`");
  // A default branch is for everything.
  await s.git("switch", "--quiet", "main");
  const main = await s.json("brief");
  expect(main).toMatchObject({ objectives: [], recent: true, work: [{ subject: "commit 0" }] });
});

test("the brief of the default branch shows its newest commits, however long the history is", async () => {
  const s = await scratch();
  const input = Array.from(
    { length: 60 },
    (_, n) =>
      `commit refs/heads/main\ncommitter A <a@b.example> ${1_700_000_000 + n} +0000\ndata 4\nc ${n % 10}\n${n === 0 ? "from refs/heads/main^0\n" : ""}M 100644 inline f-${n}\ndata 2\nx\n`,
  ).join("");
  await s.run("git", ["fast-import", "--quiet"], { input });
  await s.git("reset", "--quiet", "--hard");
  const { work, files, session } = await s.json("brief");
  expect(work).toHaveLength(30);
  expect(files).toHaveLength(30);
  expect(session).not.toHaveProperty("baseCommit");
  expect(await s.json("status")).not.toHaveProperty("commits");
});

test("the brief lists a changed file once, and twice after a part of it was committed", async () => {
  const s = await scratch({ session: ["work"] });
  await s.write("README.md", "commit 0\nmore\n");
  const lines = async () =>
    (await s.ok("brief")).split("\n").filter((line) => line.startsWith("- `README.md`"));
  expect(await lines()).toEqual(["- `README.md` changed, +1, not committed"]);
  await s.ok("checkpoint", "-m", "docs: more");
  await s.write("README.md", "commit 0\nmore\nand more\n");
  expect(await lines()).toEqual([
    "- `README.md` changed, +1, not committed",
    "- `README.md` changed, +2, 1 commit",
  ]);
});

test("the brief shows changes on the base, merged sessions, and decisions of others on the same files", async () => {
  const s = await scratch({ session: ["other", "-o", "Names"] });
  await s.write("shared.ts", "1\n");
  await s.write("elsewhere.ts", "1\n");
  await s.ok("decisions", "add", "Names in English", "--rationale", "one language");
  await s.ok("checkpoint", "-A", "-m", "feat: names");
  await s.write("unrelated.ts", "1\n");
  await s.ok("decisions", "add", "Tabs");
  await s.ok("checkpoint", "-A", "-m", "feat: tabs");
  await s.ok("end", "--merge-to", "main", "--no-ff", "--force");
  await s.ok("start", "work", "-o", "One");
  await s.git("switch", "--quiet", "main");
  const meanwhile = await commit(s, "shared.ts", "fix: meanwhile");
  await s.git("switch", "--quiet", "work");
  await commit(s, "shared.ts", "feat: mine");
  await s.git("switch", "--quiet", "--create", "side");
  await commit(s, "side.ts", "feat: side");
  await s.git("switch", "--quiet", "work");
  await s.git("merge", "--quiet", "--no-ff", "--no-edit", "side");
  const brief = await s.ok("brief");
  expect(brief).toContain(`- On \`main\`, not in this branch: \`${meanwhile}\` \`fix: meanwhile\``);
  expect(brief).toMatch(/- `[0-9a-f]{8}` `Merge branch 'side' into work`/);
  expect(brief).toMatch(/- `shared.ts` changed, .*; changed on `main` too/);
  expect(brief).toMatch(
    /Decisions of others that touch these files:\n\n- `dec-1` of `[0-9a-z]{12}`, `Test Person` in `[0-9a-f]{8}`: `Names in English`. Because: `one language` \(`shared.ts`\)/,
  );
  expect(brief).not.toContain("Tabs");
  // On the default branch they are those of the sessions that were merged.
  await s.git("switch", "--quiet", "main");
  const main = await s.json("brief");
  expect(main.related.map((each: { text: string }) => each.text).sort()).toEqual([
    "Names in English",
    "Tabs",
  ]);
});

test("a reverted checkpoint and its decision are marked, and unmarked after the revert is reverted", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("a.ts", "1\n");
  await s.ok("decisions", "add", "Decided");
  await s.ok("checkpoint", "-A", "-m", "feat: a");
  await s.git("revert", "--no-edit", "HEAD");
  const by = await s.git("rev-parse", "--short=8", "HEAD");
  const brief = await s.ok("brief");
  expect(brief).toMatch(new RegExp(`\`feat: a\` .*; reverted by \`${by}\``));
  expect(brief).toMatch(
    new RegExp(`dec-1: Decided \\(its commit \`[0-9a-f]{8}\` was reverted by \`${by}\`\\)`),
  );
  expect(await s.ok("handoff")).toMatch(new RegExp(`Decided \\(\`[0-9a-f]{8}\`\\), reverted by \`${by}\``));
  await s.git("revert", "--no-edit", "HEAD");
  expect(await s.ok("brief")).not.toMatch(/feat: a` .*; reverted by/);
});

test("during a rebase the brief describes the branch that is rebased", async () => {
  const s = await scratch({ session: ["work", "-o", "Rebase me"] });
  await commit(s, "README.md", "feat: mine");
  await s.git("switch", "--quiet", "main");
  await commit(s, "README.md", "fix: theirs");
  await s.git("switch", "--quiet", "work");
  expect((await s.run("git", ["rebase", "main"])).code).toBe(1);
  for (const command of ["brief", "handoff"]) {
    const text = await s.ok(command);
    expect(text).toContain("Rebase me");
    expect(text).toMatch(/`work`.*is being rebased|rebase is in progress/);
    expect(text).toContain("1 file with conflicts: `README.md`");
  }
});

test("brief --since-last shows the changes since this agent's last brief, and only a brief resets that point", async () => {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two"] });
  const since = (agent: string) => s.ok("brief", "--since-last", "--agent", agent);
  const first = await since("claude");
  expect(first).toBe(await s.ok("brief", "--agent", "claude"));
  expect(await since("claude")).toMatch(/Nothing has changed since `[0-9a-f]{8}`/);
  await s.ok("objectives", "complete", "1");
  await s.ok("blockers", "add", "Waiting");
  await s.write("a.ts", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: a");
  await s.ok("brief", "--agent", "claude");
  const text = await since("claude-code");
  expect(text).toMatch(/## New[\s\S]*`blocker blk-1`: Waiting[\s\S]*`commit [0-9a-f]{8}`: `feat: a`/);
  expect(text).toMatch(/## Changed[\s\S]*`objective obj-1`: done: One/);
  expect(text).not.toContain("Two");
  // Another one has not heard of it.
  expect(await since("codex")).toContain("obj-2: Two");
  await s.ok("blockers", "resolve", "1");
  const gone = JSON.parse(await s.ok("brief", "--since-last", "--agent", "claude", "--format", "json"));
  expect(gone).toMatchObject({ added: [], gone: ["blocker blk-1"] });
  // Also where no session is.
  await s.git("switch", "--quiet", "main");
  await since("claude");
  expect(await since("claude")).toContain("Nothing has changed");
});

test("the XML brief is well-formed and equals the JSON", async () => {
  const s = await scratch({ session: ["work", "-o", "a < b && c > d ]]> <x>", "-o", "\ufffe\u{1f600}"] });
  const xml = await s.ok("brief", "--format", "xml");
  expect(XMLValidator.validate(xml)).toBe(true);
  const { brief } = new XMLParser({ ignoreAttributes: false }).parse(xml);
  expect(brief.session).toMatchObject({ title: "Work", branch: "work" });
  expect(brief.objectives.objective).toMatchObject([
    { "@_id": "obj-1", "#text": "a < b && c > d ]]> <x>" },
    { "@_id": "obj-2" },
  ]);
});

/** Names of elements that stand in an element of the same name. */
function nested(xml: string): string[] {
  const open: string[] = [];
  return [...xml.matchAll(/<(\/?)([\w-]+)[^>]*?(\/?)>/g)].flatMap(([, closes, name = "", empty]) => {
    if (closes) open.pop();
    const found = !closes && open.at(-1) === name ? [name] : [];
    if (!closes && !empty) open.push(name);
    return found;
  });
}

test("list items in XML have their own element names", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("README.md", "put away\n");
  await s.git("stash", "--quiet");
  await s.ok("blockers", "add", "Keys");
  await s.ok("blockers", "resolve", "1");
  await s.ok("decisions", "add", "Use PKCE", "--alternatives", "None");
  await s.write("a.ts", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: a", "--complete", "1");
  await s.run("node", [CLI, "verify", "echo broken; exit 1", "--run"]);
  await s.ok("start", "child", "--no-switch");
  await s.write("b.ts", "1\n");
  const xml = await s.ok("brief", "--format", "xml", "--full", "--agent", "claude");
  for (const part of ["<work>\n", "<resolved>\n", "<stashed>\n", "<output>\n", "<dirty>\n"])
    expect(xml).toContain(part);
  expect(nested(xml)).toEqual([]);
  await s.ok("brief", "--since-last", "--agent", "claude");
  await s.ok("note", "More");
  await s.ok("blockers", "add", "Other keys");
  const since = await s.ok("brief", "--format", "xml", "--since-last", "--agent", "claude");
  expect(since).toContain("<added>\n");
  expect(nested(since)).toEqual([]);
});

test("the brief checks a written handoff against git, and says who acknowledged it", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("a.ts", "1\n");
  expect(await s.ok("handoff")).toContain("Derived from git and the record: this session was not ended.");
  const none = await s.session("handoff", "--ack");
  expect(none.code).toBe(1);
  expect(none.stderr).toContain("no handoff was written for Work");
  await s.ok("checkpoint", "-A", "-m", "feat: a");
  await s.ok("end", "--summary", "Half way.");
  const { id } = (await s.json("list"))[0];
  expect(await s.ok("handoff", id)).toContain("Not acknowledged yet (`session handoff --ack`)");
  await s.git("switch", "--quiet", "main");
  expect(await s.ok("handoff", id)).toContain(
    `Not acknowledged yet (\`session handoff ${id} --ack\`): \`session handoff ${id}\``,
  );
  await s.ok("resume", "work");
  await commit(s, "b.ts", "feat: b");
  expect(await s.ok("brief")).toMatch(
    /## Last handoff\n\nWritten \S+ \S+ at `[0-9a-f]{8}`; 1 commit, 1 changed file since. Not acknowledged yet/,
  );
  expect(await s.ok("handoff", "--ack")).toContain("Test Person acknowledged the handoff of Work at");
  const { handoff } = await s.json("brief");
  expect(handoff).toMatchObject({
    taken: { by: "Test Person", commit: await s.git("rev-parse", "--short=8", "HEAD") },
  });
  await s.git("commit", "--quiet", "--amend", "-m", "feat: other", "--allow-empty");
  await s.git("rebase", "--quiet", "--onto", "main", "HEAD~1");
  expect(await s.ok("handoff")).toContain(
    "that commit is no longer part of the branch: history was rewritten since",
  );
});

test("the handoff of another branch omits this branch's coverage", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.git("switch", "--quiet", "main");
  await s.write(
    "coverage/coverage-summary.json",
    '{"total":{"lines":{"total":100,"covered":61,"skipped":0,"pct":61}}}',
  );
  expect(await s.ok("handoff", "work")).not.toContain("61%");
  await s.git("switch", "--quiet", "work");
  expect(await s.ok("handoff")).toContain("61% now");
});

test("brief and show list the checklist", async () => {
  const s = await scratch();
  await s.write(".session/templates/sessions/fix.yaml", "checklist:\n  - Changelog has a line\n");
  await s.ok("start", "work", "--template", "fix", "-o", "One");
  expect(await s.ok("brief")).toContain("- To check before the end: `Changelog has a line`, open");
  await s.ok("verify", "Changelog has a line", "--result", "passed");
  expect(await s.ok("brief")).toContain("`Changelog has a line`, passed");
  expect(await s.ok("show")).toMatch(/Checklist[\s\S]*passed.*Changelog has a line/);
  expect(await s.ok("show", "--format", "markdown")).toContain("- Changelog has a line: passed");
});

import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

async function worked(): Promise<Scratch> {
  const s = await scratch();
  await s.ok("init", "--yes");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: set session up");
  await s.ok("start", "feature/login", "-o", "Login", "-o", "Docs", "--tag", "auth");
  await s.write("src/login.js", "export const login = 1;\n");
  await s.write("test/login.test.js", 'it("works", () => {});\n');
  await s.ok("checkpoint", "-A", "-m", "feat: login", "--complete", "1", "--decision", "Use PKCE");
  return s;
}

const marks = (objectives: { mark: string }[]) => objectives.map((each) => each.mark);

test("the brief offers the end of a finished session once, and end --summary prints its numbers", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("README.md", "done\n");
  await s.ok("checkpoint", "-m", "docs: done", "--complete", "1");
  expect((await s.ok("brief")).match(/session end --merge-to main/g)).toHaveLength(1);
  expect(await s.ok("end", "--summary")).toContain("1 commit · 1 file, +1 -1");
});

test("end commits the remaining changes, writes handoff and snapshot, and moves the session's folder away", async () => {
  const s = await worked();
  await s.write("src/login.js", "export const login = 2;\n");
  await s.write("new.txt", "not committed\n");
  const ended = await s.json("end", "--summary", "Login works");
  expect(ended).toMatchObject({ session: { state: "ended", summary: "Login works" }, leftOut: ["new.txt"] });
  expect(await s.git("log", "-1", "--format=%(trailers:key=Session-Label,valueonly)")).toContain(
    "session-end",
  );
  const ref = `refs/sessions/${ended.session.id}`;
  const tree = await s.git("ls-tree", "--name-only", ref);
  expect(tree.split("\n")).toEqual([
    "blockers.md",
    "checkpoints.jsonl",
    "context.json",
    "events.jsonl",
    "handoff.md",
    "objectives.md",
  ]);
  expect(await s.git("log", "-1", "--format=%s %(trailers:key=Session-Branch,valueonly)", ref)).toContain(
    "Login feature/login",
  );
  const lines = (await s.git("show", `${ref}:checkpoints.jsonl`)).split("\n").map((line) => JSON.parse(line));
  expect(lines).toHaveLength(2);
  expect(lines[0].message).toContain("dec-1: Use PKCE");
  expect(lines[0].patch).toMatch(/^[0-9a-f]{40}$/);
  expect(s.exists(".git/sessions/feature/login/context.json")).toBe(false);
  const again = await s.session("end");
  expect(again.code).toBe(3);
  expect(await s.ok("handoff", ended.session.id)).toContain("Login works");
  await s.git("fsck", "--strict");
});

test("the same session gives the same snapshot tree, and ending it again adds a second snapshot", async () => {
  const s = await worked();
  const first = await s.json("end");
  const ref = `refs/sessions/${first.session.id}`;
  const before = await s.git("rev-parse", ref);
  await s.ok("resume", "feature/login");
  await s.ok("end");
  expect(await s.git("rev-parse", `${ref}^`)).toBe(before);
});

test("resume reopens an ended session from its folder, its snapshot, or commits alone", async () => {
  const s = await worked();
  await s.ok("blockers", "add", "Keys", "--link", "#42");
  await s.ok("note", "mind the gap");
  const { session } = await s.json("end");
  await s.git("switch", "--quiet", "main");
  expect((await s.json("resume", "feature/login")).from).toBe("kept");
  expect(marks(await s.json("objectives", "list"))).toEqual(["done", "open"]);

  await s.ok("end");
  await s.run("rm", ["-rf", ".git/sessions"]);
  expect((await s.json("resume", session.id.slice(0, 6))).from).toBe("snapshot");
  expect((await s.json("blockers", "list"))[0]).toMatchObject({ text: "Keys", link: "#42", resolved: false });
  expect(await s.ok("brief")).toContain("mind the gap");

  await s.write("README.md", "more\n");
  await s.ok("checkpoint", "-m", "docs: more");
  await s.git("clone", "--quiet", "--branch=main", ".", "../clone");
  const clone = s.at("../clone");
  expect((await clone.json("resume", "feature/login")).from).toBe("commits");
  expect(marks(await clone.json("objectives", "list"))).toEqual(["done", "open"]);
  expect((await clone.json("blockers", "list"))[0]).toMatchObject({ text: "Keys", link: "#42" });
  expect((await clone.json("decisions", "list"))[0]).toMatchObject({
    id: "dec-1",
    text: "Use PKCE",
    state: "committed",
  });
});

test("end --merge-to merges, --squash makes one commit with every decision, --delete-branch deletes the branch", async () => {
  const s = await worked();
  await s.ok("checkpoint", "-m", "docs: decide", "--decision", "No sessions on the client");
  const merged = await s.json("end", "--merge-to", "main", "--squash", "--delete-branch");
  expect(merged).toMatchObject({ merged: { into: "main" }, deletedBranch: true });
  expect(await s.git("branch", "--show-current")).toBe("main");
  expect(await s.git("branch", "--list", "feature/login")).toBe("");
  expect(await s.git("rev-list", "--count", "HEAD", "^HEAD~1")).toBe("1");
  const decisions = await s.json("decisions", "list", "--all");
  expect(decisions.map((each: { text: string }) => each.text).sort()).toEqual([
    "No sessions on the client",
    "Use PKCE",
  ]);
  const head = await s.git("rev-parse", "HEAD");
  for (const decision of decisions) expect(decision.commit).toBe(head);
  expect(await s.git("log", "-1", "--format=%(trailers:key=Decisions,valueonly)")).toContain(
    "dec-2: No sessions on the client",
  );
});

test("a conflicting merge is undone with exit code 4, and the session stays active", async () => {
  const s = await worked();
  await s.git("switch", "--quiet", "main");
  await s.write("src/login.js", "main's own\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "feat: another login");
  await s.git("switch", "--quiet", "feature/login");
  for (const how of [[], ["--squash"], ["--no-ff"]]) {
    const before = await s.fingerprint();
    const ran = await s.session("end", "--merge-to", "main", ...how);
    expect(ran.code).toBe(4);
    expect(ran.stderr).toMatch(/does not merge into main: conflicts in src\/login\.js/);
    expect(await s.fingerprint()).toBe(before);
    expect(s.exists(".git/MERGE_HEAD")).toBe(false);
  }
  expect((await s.session("end", "--merge-to", "main", "--ff-only")).code).toBe(4);
  expect((await s.json("status")).session.state).toBe("active");
});

test("low quality is a warning by default", async () => {
  const s = await worked();
  await s.ok("start", "untested", "--from", "main");
  await s.write("src/y.js", "y\n");
  await s.ok("checkpoint", "-A", "-m", "feat: y");
  const ended = await s.session("end", "--merge-to", "main");
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/src\/y\.js changed but no tests did/);
  expect(await s.git("log", "-1", "--format=%s", "main")).toContain("feat: y");
});

test("low quality stops the merge if the project's settings require quality, and --no-quality overrides them", async () => {
  const s = await worked();
  await s.ok("config", "set", "quality.block_merge_on_quality", "true");
  await s.write("src/more.js", "export const more = 1;\n");
  await s.write(".gitignore", "coverage/\n");
  await s.ok("checkpoint", "-A", "-m", "feat: more");
  await s.write(
    "coverage/lcov.info",
    "TN:\nSF:src/login.js\nDA:1,1\nend_of_record\nSF:src/more.js\nDA:1,0\nend_of_record\n",
  );
  const ran = await s.session("end", "--merge-to", "main");
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("coverage is 50%, below quality.coverage_threshold (85%)");
  expect(ran.stderr).toContain("coverage of new code is 50%");
  await s.ok("config", "set", "quality.coverage_threshold", "40");
  await s.ok("config", "set", "quality.new_code_coverage_threshold", "40");
  await s.ok("end", "--merge-to", "main", "--commit");
  await s.ok("start", "untested");
  // Documentation, configuration and comments are no code without a test.
  await s.write("docs/conf.py", "x = 1\n");
  await s.write("vite.config.ts", "export default {};\n");
  await s.write("src/login.js", `// What it is.\n${await s.read("src/login.js")}`);
  await s.ok("checkpoint", "-A", "-m", "docs: x");
  await s.ok("end", "--merge-to", "main");
  await s.ok("start", "more");
  await s.write("src/x.js", "x\n");
  await s.ok("checkpoint", "-A", "-m", "feat: x");
  for (const force of [[], ["--force"]])
    expect((await s.session("end", "--merge-to", "main", ...force)).stderr).toMatch(
      /src\/x\.js changed but no tests did/,
    );
  await s.ok("end", "--merge-to", "main", "--no-quality");
});

test("end writes a handoff as --no-handoff and session.handoff_on_end decide", async () => {
  const s = await worked();
  const { session, handoff } = await s.json("end", "--no-handoff");
  expect(handoff).toBeNull();
  expect(await s.git("ls-tree", "--name-only", `refs/sessions/${session.id}`)).not.toContain("handoff.md");
  await s.ok("resume", session.id);
  await s.ok("config", "set", "session.handoff_on_end", "false");
  expect((await s.json("end")).handoff).toBeNull();
  await s.ok("resume", session.id);
  expect((await s.json("end", "--handoff")).handoff.progress).toBe("1 of 2 done");
});

test("end refuses a missing target, or the branch itself as target, before it changes anything", async () => {
  const s = await worked();
  const before = await s.fingerprint();
  expect((await s.session("end", "--merge-to", "mian")).stderr).toMatch(/there is no branch mian/);
  expect((await s.session("end", "--merge-to", "feature/login")).code).toBe(2);
  expect(await s.fingerprint()).toBe(before);
});

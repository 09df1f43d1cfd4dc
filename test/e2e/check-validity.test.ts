import path from "node:path";
import { describe, expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

async function started(): Promise<Scratch> {
  const s = await scratch();
  await s.write("src/a.js", "1\n");
  await s.write("check.sh", "exit 0\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: begin");
  await s.ok("start", "work");
  return s;
}

const CHECK = "sh check.sh";
const run = (s: Scratch) => s.ok("verify", CHECK, "--run");
const head = async (s: Scratch) => (await s.git("rev-parse", "HEAD")).slice(0, 8);
const carried = async (s: Scratch) =>
  (await s.git("log", "-1", "--format=%(trailers:key=Verified,valueonly)")).trim();

/** Why the newest check may no longer hold, as status, brief and handoff say it. */
async function stale(s: Scratch): Promise<string | undefined> {
  const views = await Promise.all(["status", "brief", "handoff"].map((each) => s.json(each)));
  const said = views.map((each) => each.verified[0]?.stale as string | undefined);
  expect(new Set(said).size).toBe(1);
  return said[0];
}

describe("a check is valid exactly while the files are those it ran on", () => {
  test("a change to a tracked file invalidates it, and reverting the change validates it", async () => {
    const s = await started();
    await run(s);
    expect(await stale(s)).toBeUndefined();
    await s.write("src/a.js", "2\n");
    expect(await stale(s)).toBe("1 uncommitted file since");
    await s.git("checkout", "--quiet", "--", ".");
    expect(await stale(s)).toBeUndefined();
  });

  test("changed, added and deleted untracked files count", async () => {
    const s = await started();
    await s.write("new/b.js", "1\n");
    await run(s);
    expect(await stale(s)).toBeUndefined();
    await s.write("new/b.js", "2\n");
    expect(await stale(s)).toBe("files changed since the check");
    await s.write("new/b.js", "1\n");
    expect(await stale(s)).toBeUndefined();
    await s.write("c.js", "1\n");
    expect(await stale(s)).toBeDefined();
  });

  test("commit, amend, rebase and an empty commit keep it valid", async () => {
    const s = await started();
    await s.write("src/a.js", "2\n");
    await s.write("src/b.js", "1\n");
    await run(s);
    await s.ok("checkpoint", "-A", "-m", "feat: b", "--decision", "One more file");
    expect(await carried(s)).toBe("- sh check.sh: passed");
    expect(await stale(s)).toBeUndefined();
    await s.git("commit", "--quiet", "--amend", "--reset-author", "--no-edit");
    await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: nothing");
    expect(await stale(s)).toBeUndefined();
    await s.write("src/a.js", "3\n");
    await s.git("commit", "--quiet", "-a", "-m", "feat: 3");
    expect(await stale(s)).toBe("2 commits since");
    await s.git("revert", "--no-edit", "HEAD");
    expect(await stale(s)).toBeUndefined();
  });

  test("reports that the check writes and files on the user's ignore list do not count", async () => {
    const s = await started();
    await s.write(".session/config.yaml", 'quality:\n  ignore_for_checks: ["docs/**"]\n');
    await s.write("docs/a.md", "1\n");
    await s.write("check.sh", "date +%N > report.txt\n");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "chore: more");
    await run(s);
    expect(await stale(s)).toBeUndefined();
    await s.write("docs/a.md", "2\n");
    await s.write("report.txt", "another\n");
    expect(await stale(s)).toBeUndefined();
    await s.write("src/a.js", "2\n");
    expect(await stale(s)).toBeDefined();
  });

  test("an older record that names only a commit is still read", async () => {
    const s = await started();
    await run(s);
    const file = ".git/sessions/work/context.json";
    const context = JSON.parse(await s.read(file));
    for (const each of context.verified) delete each.tree;
    await s.write(file, JSON.stringify(context));
    expect(await stale(s)).toBeUndefined();
    await s.write("src/a.js", "2\n");
    expect(await stale(s)).toBe("1 uncommitted file since");
    await s.ok("checkpoint", "-m", "feat: 2");
    expect(await carried(s)).toBe("- sh check.sh: passed");
    expect(await stale(s)).toBeUndefined();
  });

  test("checking the validity writes no object into the repository", async () => {
    const s = await started();
    await run(s);
    await s.write("src/a.js", "only looked at\n");
    const objects = () => s.git("count-objects");
    const before = await objects();
    await s.ok("status");
    await s.ok("brief");
    expect(await objects()).toBe(before);
  });
});

describe("the commit of checked files records the check", () => {
  test("in a checkpoint, and another clone reads it", async () => {
    const s = await started();
    await run(s);
    const at = await head(s);
    await s.write("src/a.js", "2\n");
    await s.ok("checkpoint", "-m", "feat: breaks");
    expect(await carried(s)).toBe(`- sh check.sh: passed at ${at}, before this change`);
    await s.git("clone", "--quiet", ".", "../clone");
    const clone = s.at("../clone");
    await clone.ok("resume", "work");
    expect((await clone.json("brief")).verified).toMatchObject([
      { result: "passed", commit: at, stale: "1 commit since" },
    ]);
  });

  test("with the result before the change, if the checkpoint leaves out checked files", async () => {
    const s = await started();
    await s.write("src/b.js", "1\n");
    await run(s);
    await s.write("check.sh", "exit 0 # same\n");
    await run(s);
    await s.ok("checkpoint", "-m", "feat: without b");
    expect(await carried(s)).toContain("before this change");
    await run(s);
    await s.ok("checkpoint", "src/b.js", "-m", "feat: b");
    expect(await carried(s)).toBe("- sh check.sh: passed");
  });

  test.each([
    ["-m", "feat: x"],
    ["-a", "-m", "feat: x"],
  ])("in a plain commit through the hook: git commit %s", async (...args) => {
    const s = await started();
    await s.ok("hooks", "install");
    await run(s);
    const at = await head(s);
    await s.write("src/a.js", "2\n");
    if (args[0] !== "-a") await s.git("add", "--all");
    await s.git("commit", "--quiet", ...args);
    expect(await carried(s)).toBe(`- sh check.sh: passed at ${at}, before this change`);
    await s.git("commit", "--quiet", "--allow-empty", "-m", "chore: after");
    expect(await carried(s)).toBe("");
    await s.write("src/a.js", "3\n");
    await run(s);
    await s.git("commit", "--quiet", "-a", "-m", "feat: y");
    expect(await carried(s)).toBe("- sh check.sh: passed");
  });

  test("in a commit whose message is typed in an editor", async () => {
    const s = await started();
    await s.ok("hooks", "install");
    await run(s);
    await s.write("src/a.js", "2\n");
    await s.git("-c", 'core.editor=echo "feat: typed" >', "commit", "--quiet", "-a");
    expect(await carried(s)).toContain("before this change");
  });
});

describe("verify never assumes a pass", () => {
  test("without --run, --result or a terminal it is a usage error that names the command", async () => {
    const s = await started();
    const ran = await s.session("verify", "npm test");
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain("session verify 'npm test' --run");
    expect((await s.json("status")).verified).toEqual([]);
  });

  test.skipIf(process.platform !== "linux")(
    "on a terminal it asks, and accepts only a clear answer",
    async () => {
      const s = await started();
      const cli = path.resolve("dist/cli.js");
      const ask = (answer: string) =>
        s.run("sh", [
          "-c",
          `(sleep 0.5; printf '${answer}\\n'; sleep 0.5) | script -qec '${process.execPath} ${cli} verify "by hand"' /dev/null`,
        ]);
      expect((await ask("")).code).toBe(2);
      expect((await s.json("status")).verified).toEqual([]);
      expect((await ask("n")).stdout).toContain("failed: by hand");
      expect((await ask("y")).stdout).toContain("passed: by hand");
    },
  );
});

describe("a failed run", () => {
  const SECRET = `ghp_${"a1B2".repeat(9)}`;

  test("records its last lines and the failing tests, bounded and without secrets", async () => {
    const s = await started();
    await s.write(
      "check.sh",
      `i=0; while [ $i -lt 500 ]; do echo "line $i"; i=$((i+1)); done
printf '\\033[31mred\\033[0m\\n'; echo "token ${SECRET}"; echo "in $HOME/x"
echo '<testsuite><testcase name="adds"/><testcase name="logs in"><failure/></testcase></testsuite>' > junit.xml
exit 3\n`,
    );
    const ran = await s.session("verify", CHECK, "--run");
    expect(ran).toMatchObject({ code: 1 });
    expect(ran.stderr).toContain("line 0\n");
    const { verified, outputs } = JSON.parse(await s.read(".git/sessions/work/context.json"));
    expect(verified[0].failing).toEqual(["logs in"]);
    const output: string = outputs[CHECK];
    expect(output.split("\n").slice(-4)).toEqual(["line 499", "red", "token [redacted]", "in ~/x"]);
    expect(output.length).toBeLessThan(4000);
    const brief = await s.ok("brief");
    expect(brief).toContain("- Failing: `logs in`");
    expect(brief).toContain("  - `token [redacted]`");
    expect(brief).not.toContain(SECRET);
    await s.git("add", "check.sh");
  });

  test("names no tests from an old report, and a passing run records no output", async () => {
    const s = await started();
    await s.write("junit.xml", '<testsuite><testcase name="old"><failure/></testcase></testsuite>');
    await s.run("touch", ["-d", "2020-01-01", "junit.xml"]);
    await s.session("verify", "echo broken; exit 1", "--run");
    await run(s);
    const { verified, outputs } = JSON.parse(await s.read(".git/sessions/work/context.json"));
    expect(verified[0]).not.toHaveProperty("failing");
    // It may say where the work is done, so it is kept beside the checks, and goes nowhere.
    expect(outputs).toEqual({ "echo broken; exit 1": "broken" });
    expect(await s.read(".git/sessions/work/events.jsonl")).not.toContain('"broken"');
    await s.session("verify", "echo broken; exit 1", "--result", "passed");
    expect(JSON.parse(await s.read(".git/sessions/work/context.json"))).not.toHaveProperty("outputs");
  });
});

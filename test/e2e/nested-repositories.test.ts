/** Nested repositories and broken filters in a work tree. */
import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";

test("checkpoint -A names repositories inside the work tree and never commits them", async () => {
  const s = await scratch({ session: ["feat", "-o", "One"] });
  await s.git("worktree", "add", "--quiet", "-b", "agent", ".agents/trees/x", "main");
  await s.git("clone", "--quiet", ".", "inner");
  await s.git("init", "--quiet", "deep/empty");
  await s.write("deep/file.txt", "new\n");
  const { code, stderr } = await s.session("checkpoint", "-A", "-m", "feat: new");
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("left out, nested repositories: .agents/trees/x/, deep/empty/, inner/");
  expect(await s.git("ls-tree", "-r", "--name-only", "HEAD")).toBe("README.md\ndeep/file.txt");
  for (const name of ["inner", "inner/"]) {
    const named = await s.session("checkpoint", name, "-m", "feat: inner");
    expect(named.code).toBe(1);
    expect(named.stderr).toContain("is a nested repository; it was not committed");
  }
  expect((await s.session("checkpoint", "-A", "-m", "feat: none")).stderr).toContain("nothing to commit");
  await s.write("more.txt", "more\n");
  await s.ok("pause");
  expect(s.exists("inner/README.md") && s.exists(".agents/trees/x/README.md")).toBe(true);
  await s.ok("resume");
  expect(s.exists("more.txt")).toBe(true);
});

test("with a broken clean filter views omit numbers and say so, and changing commands refuse", async () => {
  const s = await scratch();
  await s.write(".gitattributes", "*.bin filter=big\n");
  await s.write("a.bin", "data\n");
  await s.git("config", "filter.big.clean", "cat");
  await s.git("add", ".");
  await s.git("commit", "--quiet", "-m", "feat: bin");
  await s.ok("start", "feat", "-o", "One");
  await s.write("a.bin", "more\n");
  await s.write("README.md", "text\n");
  for (const broken of ["no-such-program", "false"]) {
    await s.git("config", "filter.big.clean", broken);
    await s.git("config", "filter.big.required", "true");
    for (const view of [
      "status",
      "brief",
      "handoff",
      "show @",
      "status --all",
      "log",
      "list",
      "stats",
      "doctor",
    ]) {
      const { code, stdout, stderr } = await s.session(...view.split(" "));
      expect(code, `${view}: ${stderr}`).toBe(0);
      if (view === "brief") expect(stdout).toContain("a.bin");
    }
    expect((await s.session("brief")).stderr).toContain(
      "numbers of changed lines are left out: a.bin: clean filter 'big' failed",
    );
    for (const write of [["checkpoint", "-m", "feat: more"], ["pause"], ["switch", "main"]]) {
      const { code, stderr } = await s.session(...write);
      expect(code, write.join(" ")).toBe(1);
      expect(stderr.split("\n").filter((line) => line.startsWith("error:"))).toHaveLength(1);
      expect([await s.read("a.bin"), await s.read("README.md")]).toEqual(["more\n", "text\n"]);
      expect(await s.git("ls-files", "--stage")).not.toContain("text");
      expect(await s.git("branch", "--show-current")).toBe("feat");
    }
  }
  await s.git("config", "filter.big.clean", "cat");
  await s.ok("checkpoint", "-m", "feat: more");
  expect(await s.git("status", "--porcelain")).toBe("");
});

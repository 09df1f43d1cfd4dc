import { describe, expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

/** Three checkpoints that add, change and take back lines of the same file, and a test. */
async function worked(): Promise<Scratch> {
  const s = await scratch();
  await s.write("src/a.js", "1\n2\n3\n4\n5\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: begin");
  await s.ok("hooks", "install");
  await s.ok("start", "work", "-o", "One thing");
  await s.write("src/a.js", "1\n2\n3\n4\n5\n6\n7\n");
  await s.write("src/b.js", "new\n");
  await s.ok("checkpoint", "-A", "-m", "feat: one");
  await s.write("src/a.js", "2\n3\n4\n5\n6\n");
  await s.write("test/a.test.js", 'test("a", () => {});\n');
  await s.ok("verify", "true", "--run");
  await s.ok("checkpoint", "-A", "-m", "feat: two");
  await s.write("src/b.js", "newer\n");
  await s.write("src/a.js", "2\n3\n4\n");
  await s.ok("checkpoint", "-m", "feat: three");
  return s;
}

/** Compares the trailer's line counts with git's for the same commit. */
async function isTrue(s: Scratch, impact: string, ...range: string[]): Promise<void> {
  const stat = await s.git("diff", "--shortstat", ...range);
  const [files, added, removed] = [/(\d+) file/, /(\d+) insertion/, /(\d+) deletion/].map(
    (each) => each.exec(stat)?.[1] ?? "0",
  );
  const lines = impact.split("\n").filter((each) => /^ *- Changed: /.test(each));
  expect(lines).toEqual([
    expect.stringContaining(`- Changed: ${files} file${files === "1" ? "" : "s"}, +${added} -${removed}`),
  ]);
  for (const key of ["Tests", "Coverage", "Added: src/b.js", "Added: test/a.test.js"])
    expect(impact.split(`- ${key}`).length - 1, key).toBeLessThanOrEqual(1);
}

const impactOf = (s: Scratch) => s.git("log", "-1", "--format=%(trailers:key=Impact,valueonly)");
const verified = (s: Scratch) => s.git("log", "-1", "--format=%(trailers:key=Verified,valueonly)");

describe("the Impact of a folded commit is recomputed for", () => {
  test("end --squash", async () => {
    const s = await worked();
    await s.ok("end", "--merge-to", "main", "--squash", "--force");
    await isTrue(s, await impactOf(s), "HEAD^", "HEAD");
    expect(await impactOf(s)).toContain("- Tests: +1");
    expect(await verified(s)).toContain("true: passed at ");
  });

  test("git merge --squash onto a base that moved", async () => {
    const s = await worked();
    await s.git("switch", "--quiet", "main");
    await s.write("other.txt", "x\n");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "chore: other");
    await s.git("merge", "--quiet", "--squash", "work");
    await s.git("commit", "--quiet", "-m", "feat: all");
    await isTrue(s, await impactOf(s), "HEAD^", "HEAD");
    expect(await verified(s)).toMatch(/true: passed at [0-9a-f]{8}, before this change/);
    // The message also quotes the blocks of the squashed commits, each with numbers of its own.
    const { impact } = JSON.parse(await s.ok("trailers", "HEAD")).session;
    const read = impact.map((each: { key: string; value: string }) => ` - ${each.key}: ${each.value}`);
    expect(read.join("\n")).toBe((await impactOf(s)).trim().replace(/^ */, " "));
  });

  test.each(["squash", "fixup"])("git rebase with %s", async (how) => {
    const s = await worked();
    const env = { GIT_SEQUENCE_EDITOR: `sed -i '2,3s/pick/${how}/'`, GIT_EDITOR: "true" };
    expect(await s.run("git", ["rebase", "--quiet", "--interactive", "main"], { env })).toMatchObject({
      code: 0,
    });
    expect(await s.git("rev-list", "--count", "main..work")).toBe("1");
    await isTrue(s, await impactOf(s), "main", "HEAD");
  });

  test("commit --amend with a new message", async () => {
    const s = await worked();
    await s.write("src/c.js", "1\n2\n");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "--amend", "-m", "feat: more");
    await isTrue(s, await impactOf(s), "HEAD^", "HEAD");
  });

  test("the text of a pull request", async () => {
    const s = await worked();
    await isTrue(s, (await s.json("pr")).trailers, "main", "HEAD");
  });

  test("coverage, which goes from before the first commit to after the last", async () => {
    const s = await scratch();
    await s.write(".gitignore", "coverage/\n");
    const cover = (hit: number) =>
      s.write(
        "coverage/lcov.info",
        `TN:\nSF:a.js\n${[1, 2, 3, 4].map((n) => `DA:${n},${n <= hit ? 1 : 0}`).join("\n")}\nend_of_record\n`,
      );
    await cover(1);
    await s.ok("start", "work");
    for (const hit of [2, 3]) {
      await cover(hit);
      await s.write("a.js", `${hit}\n`);
      await s.ok("checkpoint", "-A", "-m", `feat: ${hit}`);
    }
    await s.ok("end", "--merge-to", "main", "--squash", "--force");
    expect((await impactOf(s)).match(/Coverage: .*/g)).toEqual(["Coverage: 25% → 75%"]);
  });
});

test("objectives and blockers of another session keep its name", async () => {
  const s = await worked();
  const { id } = (await s.json("status")).session;
  await s.ok("start", "sub", "-o", "Their thing");
  await s.ok("blockers", "add", "A key");
  await s.write("sub.js", "1\n");
  await s.ok("checkpoint", "-A", "-m", "feat: sub", "--decision", "Theirs");
  const other = (await s.json("status")).session.id;
  await s.git("switch", "--quiet", "work");
  await s.git("merge", "--quiet", "--squash", "sub");
  await s.git("commit", "--quiet", "-m", "feat: take sub");
  const message = await s.git("log", "-1", "--format=%B");
  expect(message).toContain(`Session-Id: ${id}\n`);
  expect(message).toContain(" - [ ] obj-1: One thing\n");
  expect(message).toContain(` - [ ] ${other}/obj-1: Their thing\n`);
  expect(message).toContain(` - [ ] ${other}/blk-1: A key\n`);
  expect(message).toContain(` - ${other}/dec-1: Theirs\n`);
  const { objectives, blockers } = await s.json("status");
  expect([objectives.length, blockers.length]).toEqual([1, 0]);
  await s.git("clone", "--quiet", "--branch", "work", ".", "../clone");
  const clone = s.at("../clone");
  await clone.ok("resume", "work");
  expect((await clone.json("status")).objectives).toMatchObject([{ id: "obj-1", text: "One thing" }]);
});

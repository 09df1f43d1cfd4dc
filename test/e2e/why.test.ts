/** Why lines are as they are: the decisions behind them, through renames, squashes and reverts, as `git blame` has them. */
import { describe, expect, test } from "vitest";
import type { Origin, Why } from "../../src/views/shapes/why.ts";
import { connectClient } from "../support/mcp-client.ts";
import { projectHistory } from "../support/project-history.ts";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

const LINES = ["one", "two", "three", "four", "five", "six", "seven"];

async function change(s: Scratch, file: string, line: number, text: string): Promise<void> {
  const lines = (await s.read(file)).split("\n");
  lines[line - 1] = text;
  await s.write(file, lines.join("\n"));
}

/** `b.ts` on main: written as `a.ts`, decided about, renamed, partly reverted, and squashed with a title only. */
async function history(): Promise<Scratch> {
  const s = await scratch();
  await s.write("a.ts", `${LINES.join("\n")}\n`);
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "chore: begin");
  await s.ok("start", "feature/login", "-o", "Log in", "--title", "The login");
  await s.ok("objectives", "start", "1");
  await s.ok("decisions", "add", "Use PKCE", "--rationale", "no secret", "--alternatives", "Implicit: old");
  await change(s, "a.ts", 2, "two with PKCE");
  await s.ok("checkpoint", "-m", "feat: PKCE");
  await s.ok("decisions", "add", "Use DPoP", "--supersedes", "dec-1");
  await change(s, "a.ts", 3, "three with DPoP");
  await s.ok("checkpoint", "-m", "feat: DPoP");
  await s.git("mv", "a.ts", "b.ts");
  await s.ok("checkpoint", "-m", "refactor: rename");
  await change(s, "b.ts", 4, "four without a decision");
  await s.ok("checkpoint", "-m", "feat: four");
  await change(s, "b.ts", 6, "six from the cache");
  await s.ok("checkpoint", "-m", "feat: cache", "--decision", "Cache it");
  await s.git("revert", "--no-edit", "HEAD");
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--ff-only", "feature/login");
  await s.ok("start", "feature/squash", "--new", "--title", "Squashed");
  await change(s, "b.ts", 7, "seven squashed");
  await s.ok("checkpoint", "-m", "feat: seven", "--decision", "Seven it is");
  await s.git("switch", "--quiet", "main");
  await s.git("merge", "--quiet", "--squash", "feature/squash");
  await s.git("commit", "--quiet", "--cleanup=whitespace", "-m", "feat: squashed (#7)");
  await s.git("branch", "--quiet", "-D", "feature/squash");
  return s;
}

const why = (s: Scratch, target: string) => s.json<Why>("why", target);
const commitsByLine = ({ origins }: Why) =>
  origins
    .flatMap(({ commit, lines }) =>
      lines.flatMap(([from, to]) =>
        Array.from({ length: to - from + 1 }, (_, at) => [from + at, commit] as const),
      ),
    )
    .sort(([one], [other]) => one - other);

/** Returns each line's commit by plain `git blame`. */
async function blamed(s: Scratch, file: string) {
  const text = await s.git("blame", "-w", "-C", "--porcelain", "--", file);
  return [...text.matchAll(/^([0-9a-f]{40}) \d+ (\d+)/gm)].map(
    ([, oid = "", line]) => [Number(line), /^0+$/.test(oid) ? null : oid] as const,
  );
}

describe("why", () => {
  test("names the decision behind each line, and its current state", async () => {
    const s = await history();
    const all = await why(s, "b.ts");
    expect(commitsByLine(all)).toEqual(await blamed(s, "b.ts"));
    const at = async (line: number): Promise<Origin> => {
      const { origins } = await why(s, `b.ts:${line}`);
      expect([line, origins.length, origins[0]?.lines]).toEqual([line, 1, [[line, line]]]);
      return origins[0] as Origin;
    };
    expect(await at(1)).toMatchObject({
      subject: "chore: begin",
      session: null,
      decisions: [],
      path: "a.ts",
    });
    expect(await at(2)).toMatchObject({
      ...{ subject: "feat: PKCE", path: "a.ts", session: { title: "The login", branch: "feature/login" } },
      objectives: [{ id: "obj-1", mark: "active", text: "Log in" }],
      decisions: [
        {
          ...{ id: "dec-1", text: "Use PKCE", rationale: "no secret", alternatives: ["Implicit: old"] },
          supersededBy: "dec-2",
        },
      ],
    });
    expect((await at(3)).decisions).toMatchObject([{ id: "dec-2", supersedes: "dec-1" }]);
    expect((await at(3)).decisions[0]).not.toHaveProperty("supersededBy");
    expect(await at(4)).toMatchObject({ session: { title: "The login" }, decisions: [] });
    const revert = await at(6);
    expect(revert.decisions).toMatchObject([{ text: "Cache it", reverted: revert.commit }]);
    expect(await at(7)).toMatchObject({
      ...{ subject: "feat: squashed (#7)", session: { title: "Squashed" } },
      decisions: [{ text: "Seven it is", found: "tree" }],
    });
    expect(all.origins.map((each) => each.subject).at(-1)).toBe("chore: begin");
    expect(all.origins[0]?.subject).toBe("feat: squashed (#7)");

    const screen = await s.ok("why", "b.ts");
    expect(screen).toMatch(/feat: PKCE {2}line 2, as a\.ts\n.*The login · feature\/login/);
    expect(screen).toMatch(
      /dec-1 {2}Use PKCE {2}superseded by dec-2\n +because {2}no secret\n +rejected Implicit/,
    );
    expect(screen).toMatch(/Cache it {2}reverted by this commit/);
    expect(screen).toMatch(/Seven it is {2}found by its tree/);
    expect(screen).toMatch(/chore: begin {2}lines 1, 5, as a\.ts\n +no decision · no session/);
    const { call } = await connectClient(s);
    const asked = (await call("session_why", { target: "b.ts:2" })).value.origins;
    expect(asked).toEqual([
      {
        lines: "2",
        commit: expect.stringMatching(/^\w{12} feat: PKCE$/),
        session: expect.stringMatching(/^\w{12} The login$/),
        decisions: ["dec-1: Use PKCE. Because: no secret. Rejected: Implicit: old. Superseded by dec-2"],
      },
    ]);
    // A clone that knows no session finds what commits say, however old.
    await s.git("clone", "--quiet", `file://${s.root}`, "../whole");
    const whole = s.at("../whole");
    for (const line of [2, 6]) {
      const told = (await why(whole, `b.ts:${line}`)).origins[0]?.decisions;
      expect(told).toMatchObject(
        (await at(line)).decisions.map(({ id, reverted, supersededBy }) => ({
          id,
          ...(reverted && { reverted }),
          ...(supersededBy && { supersededBy }),
        })),
      );
    }
    await s.git("clone", "--quiet", "--depth", "1", `file://${s.root}`, "../shallow");
    const { origins } = await why(s.at("../shallow"), "b.ts");
    expect(origins).toMatchObject([{ lines: [[1, 7]], older: true, decisions: [] }]);
    expect(await s.at("../shallow").ok("why", "b.ts")).toContain("or before it: this clone is shallow");
    expect(await s.ok("decisions", "list", "--all")).toMatch(/Use PKCE {2}\(superseded by dec-2\)/);
  });

  test("shows uncommitted lines, a function, and a file with a colon in its name", async () => {
    const s = await scratch({ session: ["work", "--title", "Work"] });
    await s.write("src/a.c", "int one(void)\n{\n  return 1;\n}\n\nint two(void)\n{\n  return 2;\n}\n");
    await s.write("src/a.c:2", "no line 2\n");
    await s.ok("checkpoint", "-A", "-m", "feat: two functions");
    await change(s, "src/a.c", 8, "  return 3;");
    await s.ok("decisions", "add", "Three, not two");
    const { origins } = await why(s, "src/a.c:two");
    expect(origins.map(({ commit, lines }) => [commit === null, lines])).toEqual([
      [true, [[8, 8]]],
      [
        false,
        [
          [6, 7],
          [9, 9],
        ],
      ],
    ]);
    expect(origins[0]).toMatchObject({ session: { title: "Work" }, decisions: [{ text: "Three, not two" }] });
    expect(await s.ok("why", "src/a.c:8")).toMatch(/^not committed {2}line 8\n.*Work · work/);
    expect(await why(s, "src/a.c:2")).toMatchObject({ file: "src/a.c:2", origins: [{ lines: [[1, 1]] }] });
    expect(await why(s.at("src"), "a.c:3-4")).toMatchObject({
      file: "src/a.c",
      origins: [{ lines: [[3, 4]] }],
    });
  });

  test("gives errors in one line with a remedy", async () => {
    const s = await scratch();
    await s.write("new.txt", "x\n");
    await s.write("image.png", "\x89PNG\0\0");
    await s.write("folder/x", "x\n");
    const wrong = [
      ["nowhere.ts", 1, "there is no file nowhere.ts"],
      ["new.txt", 1, "git does not track new.txt\nhint: git add new.txt"],
      ["image.png", 1, "image.png is a binary file"],
      ["folder", 2, "folder is a folder, not a file"],
      ["../home/gitconfig", 1, "../home/gitconfig is outside this repository"],
      ["README.md:9", 2, "README.md has only 1 line\nhint: session why README.md"],
      ["README.md:0", 2, "lines count from 1: 0\nhint: session why README.md:1"],
      ["README.md:main", 1, "git finds no function main in README.md"],
    ] as const;
    for (const [target, code, says] of wrong) {
      const ran = await s.session("why", target);
      expect([target, ran.code, ran.stdout]).toEqual([target, code, ""]);
      expect(ran.stderr).toContain(`error: ${says}`);
      expect(ran.stderr).toMatch(/^error: .*\n(hint: .*\n)?$/);
    }
    await s.git("switch", "--quiet", "--orphan", "empty");
    await s.write("new.txt", "x\n");
    expect((await s.session("why", "new.txt")).stderr).toContain("there is no commit yet");
  });

  test("names files as typed in hints, quoted and from the same folder", async () => {
    const s = await scratch();
    await s.write("my dir/a b.ts", "x\n");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "feat: one");
    await s.write("my dir/new b.ts", "x\n");
    await s.write("my dir/my image.png", "\x89PNG\0\0");
    const folder = s.at("my dir");
    const wrong = [
      [folder, "a b.ts:9", "a b.ts has only 1 line\nhint: session why 'a b.ts'"],
      [folder, "a b.ts:0", "lines count from 1: 0\nhint: session why 'a b.ts:1'"],
      [folder, "a b.ts:main", "git finds no function main in a b.ts\nhint: session why 'a b.ts':<line>"],
      [folder, "new b.ts", "git does not track new b.ts\nhint: git add 'new b.ts'"],
      [folder, "my image.png", "my image.png is a binary file\nhint: git log -- 'my image.png'"],
      [s, "my dir", "my dir is a folder, not a file\nhint: git ls-files 'my dir'"],
    ] as const;
    for (const [at, target, says] of wrong)
      expect((await at.session("why", target)).stderr).toBe(`error: ${says}\n`);
  });

  test("agrees with git blame on a real history with merges", async () => {
    const s = await scratch({ repository: false });
    const up = await projectHistory(s);
    const clone = s.at("clone");
    await s.git("clone", "--quiet", "--shared", up, clone.root);
    for (const file of ["README.md", "src/commands/start.ts", "src/views/decisions.ts"])
      expect([file, commitsByLine(await why(clone, file))]).toEqual([file, await blamed(clone, file)]);
    const { origins } = await why(clone, "docs/commands.md");
    const env = { GIT_TRACE: s.at("trace").root };
    await clone.run(process.execPath, [CLI, "why", "docs/commands.md"], { env });
    const started = (await s.read("trace")).match(/ built-in: git /g) ?? [];
    expect(started.length, `git processes for ${origins.length} commits`).toBeLessThan(15);
    expect(origins.length).toBeGreaterThan(15);
  });
});

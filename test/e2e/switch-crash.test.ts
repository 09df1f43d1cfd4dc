import path from "node:path";
import { expect, test } from "vitest";
import { fakeGit } from "../support/fake-git.ts";
import { repositoryState } from "../support/repository-state.ts";
import { sampledChanges } from "../support/sampling.ts";
import { type Ran, type Scratch, scratch } from "../support/scratch.ts";

const CLI = path.resolve("dist/cli.js");
const FAULT = path.resolve("test/support/node-faults.cjs");

/** Work tree and index bit by bit. */
async function state(s: Scratch) {
  const { index, files } = await repositoryState(s);
  const status = (await s.run("git", ["status", "--porcelain=v2", "-z", "--untracked-files=all"])).stdout;
  return { index, files, status };
}

interface World {
  readonly s: Scratch;
  readonly one: Awaited<ReturnType<typeof state>>;
  readonly two: Awaited<ReturnType<typeof state>>;
  /** Puts everything back to where it began. */
  readonly again: () => Promise<void>;
}

/** Session `one` with work that is put away, and `two`, checked out, with work in the work tree. */
async function world(): Promise<World> {
  const s = await scratch({ commits: 3, session: ["one"] });
  await s.write("README.md", "one\n");
  await s.write("one/new.txt", "one\n");
  await s.git("add", "README.md");
  const one = await state(s);
  await s.ok("pause");
  await s.ok("start", "two");
  const dirty = [
    "echo staged >> README.md; git add README.md; echo more >> README.md; git rm -q --cached file-1.txt",
    "rm file-2.txt; echo i > intended.txt; git add -N intended.txt; mkdir two; echo two > two/new.txt",
  ];
  await s.run("sh", ["-ec", dirty.join("\n")]);
  const two = await state(s);
  await s.run("cp", ["-a", s.root, `${s.root}.kept`]);
  const again = async () => {
    await s.run("sh", ["-c", `rm -rf '${s.root}'; cp -a '${s.root}.kept' '${s.root}'`], { cwd: "/" });
  };
  return { s, one, two, again };
}

/** Expects both sessions to get all their work back, once, without leftovers. */
async function bothAreWhole({ s, one, two }: World, ran: Ran): Promise<void> {
  expect(ran.stderr).not.toContain("unexpected:");
  const refs = () => s.git("for-each-ref", "refs/session-stash", "--format=%(refname)");
  for (const [branch, expected] of [
    ["two", two],
    ["one", one],
  ] as const) {
    const { code, stderr } = await s.session("switch", branch);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await state(s)).toEqual(expected);
    expect((await refs()).split("\n")).toHaveLength(1);
  }
  expect(
    (await s.run("sh", ["-c", "find .git/sessions .git/index.lock -name '.tmp-*' -o -name '*.lock'"])).stdout,
  ).toBe("");
}

test("a kill at any change of a session file loses no work", async () => {
  const all = await world();
  const { s, again } = all;
  for (const at of sampledChanges(100)) {
    await s.write("../home/count", "0");
    const env = {
      FAULT: "kill",
      FAULT_OF: "rename",
      FAULT_AT: String(at),
      FAULT_COUNT: path.join(s.home, "count"),
    };
    const ran = await s.run(process.execPath, ["--require", FAULT, CLI, "switch", "one"], { env });
    await bothAreWhole(all, ran);
    if (ran.code === 0) {
      expect(at).toBeGreaterThan(8);
      return;
    }
    await again();
  }
  throw new Error("it never ran through");
}, 600_000);

/** A git that kills the program that called it at its n-th command of these, before or after that is done. */
async function deadlyGit({ s }: World, at: number, when: "before" | "after"): Promise<NodeJS.ProcessEnv> {
  const script = `case " $* " in *" update-ref "*|*" read-tree "*|*" switch "*|*" --intent-to-add "*|*" --refresh "*)
  echo x >> '${s.home}/calls'
  if [ "$(wc -l < '${s.home}/calls')" -eq ${at} ]; then
    ${when === "after" ? '"$git" "$@"' : ":"}
    kill -9 "$PPID"; exit 1
  fi ;;
esac`;
  await s.write("../home/calls", "");
  return { PATH: await fakeGit(s, script) };
}

test.each(["before", "after"] as const)(
  "a kill %s any change that git makes loses no work",
  async (when) => {
    const all = await world();
    const { s, again } = all;
    for (const at of sampledChanges(60)) {
      const env = await deadlyGit(all, at, when);
      const ran = await s.run(process.execPath, [CLI, "switch", "one"], { env });
      await bothAreWhole(all, ran);
      if (ran.code === 0) {
        expect(at).toBeGreaterThan(10);
        return;
      }
      await again();
    }
    throw new Error("it never ran through");
  },
  600_000,
);

/** The switch is killed when the work is safe and before the first file changes. */
async function killedWhenSafe(all: World): Promise<void> {
  const { s, again } = all;
  for (let at = 1; ; at++) {
    const env = await deadlyGit(all, at, "after");
    await s.run(process.execPath, [CLI, "switch", "one"], { env });
    const context = JSON.parse(await s.read(".git/sessions/two/context.json"));
    const refs = await s.git("for-each-ref", "refs/session-stash", "--format=%(refname)");
    if (context.work?.step === "away" && refs.includes(context.id)) return;
    await again();
  }
}

test("the next switch finishes a half-done checkout", async () => {
  const all = await world();
  const { s, two } = all;
  await killedWhenSafe(all);
  expect(await state(s)).toEqual(two);
  await s.run("sh", ["-ec", "git show HEAD:README.md > README.md; rm two/new.txt"]);
  const refused = await s.session("checkpoint", "-m", "no");
  expect(refused.code).toBe(4);
  expect(refused.stderr).toContain("hint: session resume");
  await bothAreWhole(all, refused);
});

test("a half-done switch that the user continued by hand exits with 4, changes nothing, and names the commit with the work", async () => {
  const all = await world();
  const { s } = all;
  await killedWhenSafe(all);
  await s.write("README.md", "edited since\n");
  const before = await state(s);
  for (const words of [["switch", "one"], ["resume"], ["pause"], ["start", "three"]]) {
    const { code, stderr } = await s.session(...words);
    expect(code).toBe(4);
    expect(stderr).toMatch(/interrupted/);
  }
  expect(await state(s)).toEqual(before);
  const { id } = JSON.parse(await s.read(".git/sessions/two/context.json"));
  expect(await s.git("stash", "show", "-p", `refs/session-stash/${id}`)).toContain("+more");
  await s.git("update-ref", "-d", `refs/session-stash/${id}`);
  await s.ok("switch", "one");
  await s.ok("switch", "two");
  expect(await state(s)).toEqual(before);
});

test("a file saved by an editor during the switch is kept and reported", async () => {
  const { s } = await world();
  const env = { PATH: await fakeGit(s, 'case " $* " in *" update-ref "*) echo saved > README.md ;; esac') };
  const ran = await s.run(process.execPath, [CLI, "switch", "one"], { env });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain("README.md changed while the work was stashed");
  expect(await s.read("README.md")).toBe("saved\n");
  expect(await s.read("two/new.txt")).toBe("two\n");
  expect(await s.git("branch", "--show-current")).toBe("two");
});

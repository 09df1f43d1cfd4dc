/** Unexpected kinds of files below `.git/sessions`: no command waits, spins or prints a stack. */
import { mkdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { sampleEvery } from "../support/sampling.ts";
import { CLI, fixture, initRepository, type Ran, type Scratch } from "../support/scratch.ts";

const SESSIONS = ".git/sessions";

/** Paths below the sessions folder; an empty path is the folder itself. */
const PATHS = [
  ...["", "feat", ".hooks", ".hooks/program", ".hooks/log", ".kept", ".trash", ".cache", ".folders"],
  ...[".runs", ".config-git.json", ".secrets"],
  ...[".lock", ".journal", ".holder", ".undo", ".clone.json", ".ref", ".seen", ".moved", ".rewrites"].map(
    inFeat,
  ),
  ...[".carried", ".pending", ".carrying", ".recreated", "trailers", "snapshot.json", "workspace"].map(
    inFeat,
  ),
  ...["context.json", "events.jsonl", "objectives.md", "blockers.md", "handoff.md"].map(inFeat),
];

function inFeat(name: string): string {
  return `feat/${name}`;
}

const KINDS: Readonly<Record<string, (s: Scratch, file: string) => Promise<unknown>>> = {
  fifo: (s, file) => s.run("mkfifo", [file]),
  folder: (_s, file) => mkdir(file),
  link: (s, file) => symlink(path.join(s.home, "nowhere"), file),
  // The numbers of /dev/zero, whose end nobody reaches; only root makes one.
  ...(process.getuid?.() === 0 && { device: (s, file) => s.run("mknod", [file, "c", "1", "5"]) }),
};

const COMMANDS = ["status", "list", "note now", "objectives add More", "doctor", "undo", "end"];

/** Runs the program, for at most 20 seconds. */
function bounded(s: Scratch, program: string, args: readonly string[]): Promise<Ran> {
  return s.run("timeout", ["20", program, ...args]);
}

const cases = Object.keys(KINDS).flatMap((kind) => PATHS.map((where) => [kind, where] as const));

test.each(sampleEvery(cases, 16))(
  "a %s at .git/sessions/%s makes no command wait, spin or print a stack",
  async (kind, where) => {
    const make = async (s: Scratch) => {
      await initRepository(s, { session: ["feat", "-o", "One"] });
      await s.ok("hooks", "install");
      await s.ok("decisions", "add", "Use A");
    };
    for (const command of [...COMMANDS, "commit"]) {
      const s = await fixture("wrong-kinds", make);
      const file = path.join(s.root, SESSIONS, where);
      await rm(file, { recursive: true, force: true });
      await KINDS[kind]?.(s, file);
      const isGit = command === "commit";
      const ran = isGit
        ? await bounded(s, "git", ["commit", "--quiet", "--allow-empty", "-m", "feat: x"])
        : await bounded(s, process.execPath, [CLI, ...command.split(" ")]);
      const what = `${command}: ${ran.code} ${ran.stderr}`;
      expect(ran.code, what).toBeLessThan(isGit ? 1 : 5);
      expect(ran.stderr, what).not.toMatch(/^ +at |illegal operation|not a directory/m);
      const errors = ran.stderr.split("\n").filter((line) => line.startsWith("error:"));
      expect(errors.length, what).toBeLessThanOrEqual(ran.code === 0 ? 0 : 1);
    }
  },
);

test.each(Object.keys(KINDS))(
  "commit works with a message that has the block already and a %s in place of the block's file",
  async (kind) => {
    const s = await fixture("wrong-kinds-again", async (made) => {
      await initRepository(made, { session: ["feat", "-o", "One"] });
      await made.ok("hooks", "install");
      await made.git("commit", "--quiet", "--allow-empty", "-m", "feat: x");
    });
    const file = path.join(s.root, SESSIONS, inFeat("trailers"));
    await rm(file);
    await KINDS[kind]?.(s, file);
    const { code, stderr } = await bounded(s, "git", ["commit", "--quiet", "--allow-empty", "-C", "HEAD"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(await s.git("log", "--format=%(trailers:key=Session-Id)", "-2")).toMatch(
      /Session-Id.*Session-Id/s,
    );
  },
);

test("an unreadable lock is named and not waited for", async () => {
  const s = await fixture("wrong-kinds-lock", (made) =>
    initRepository(made, { session: ["feat", "-o", "One"] }),
  );
  await mkdir(path.join(s.root, SESSIONS, "feat", ".lock"));
  const { code, stderr } = await s.session("note", "now");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error: .*feat\/\.lock is not a regular file/);
});

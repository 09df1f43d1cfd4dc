import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { type Scratch, scratch } from "./scratch.ts";

const CLI = path.resolve("dist/cli.js");
const FAULT = path.resolve("test/support/node-faults.cjs");

type Mark = "open" | "active" | "done" | "dropped";

interface ModelSession {
  readonly id: string;
  branch: string;
  ended: boolean;
  readonly objectives: { text: string; mark: Mark }[];
  readonly decisions: string[];
}

/** The texts and commits that must survive every operation. */
export interface World {
  readonly s: Scratch;
  readonly random: () => number;
  /** The actions so far, printed on failure. */
  readonly story: string[];
  readonly sessions: ModelSession[];
  count: number;
}

/** Returns a generator of numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export async function newWorld(seed: number): Promise<World> {
  const s = await scratch({ commits: 3 });
  const random = seededRandom(seed);
  if (random() < 0.5) {
    await s.ok("init", "--yes");
    await s.git("add", "--all");
    await s.git("commit", "--quiet", "-m", "chore: set session up");
  }
  return { s, random, story: [], sessions: [], count: 0 };
}

export const pick = <T>({ random }: World, items: readonly T[]): T | undefined =>
  items[Math.floor(random() * items.length)];

/** Runs a git command that may be refused, and aborts an unfinished operation. */
export async function tryGit(world: World, ...args: string[]): Promise<boolean> {
  world.story.push(`git ${args.join(" ")}`);
  const { s } = world;
  const ran = await s.run("git", args, { env: { GIT_EDITOR: "true", GIT_SEQUENCE_EDITOR: "true" } });
  if (ran.code === 0) return true;
  for (const operation of ["rebase", "merge", "cherry-pick"]) await s.run("git", [operation, "--abort"]);
  return false;
}

/** Runs a command of the program, sometimes killed in the middle. Returns the exit code, 137 if killed. */
export async function trySession(world: World, ...args: string[]): Promise<number> {
  const { s, random } = world;
  const at = random() < 0.15 ? 1 + Math.floor(random() * 40) : 0;
  world.story.push(`session ${args.join(" ")}${at > 0 ? ` (killed at ${at})` : ""}`);
  const ran =
    at === 0
      ? await s.session(...args)
      : await s.run(process.execPath, ["--require", FAULT, CLI, ...args], {
          env: { FAULT: "kill", FAULT_AT: String(at) },
        });
  if (ran.stderr.includes("unexpected:")) throw new Error(ran.stderr);
  if (at === 0) expect([0, 1, 3, 4], ran.stderr).toContain(ran.code);
  return ran.code;
}

export async function branchOf({ s }: World): Promise<string> {
  return (await s.run("git", ["symbolic-ref", "--short", "--quiet", "HEAD"])).stdout.trim();
}

/** Returns the model's session of the checked-out branch. */
export async function currentSession(world: World): Promise<ModelSession | undefined> {
  const branch = await branchOf(world);
  return world.sessions.find((each) => !each.ended && each.branch === branch);
}

/** Returns the state that only the intended step may change. */
export async function protectedState({ s }: World): Promise<Record<string, string>> {
  const script = [
    "git symbolic-ref -q HEAD; git rev-parse HEAD; echo //",
    "git for-each-ref --format='%(refname) %(objectname)' refs/heads refs/tags; echo //",
    "git ls-files -s; echo //",
    "git stash list --format=%H; echo //",
    "find . -path ./.git -prune -o -type f -exec cksum {} + | sort",
  ];
  const [head = "", refs = "", index = "", stash = "", files = ""] = (
    await s.run("sh", ["-c", script.join("; ")])
  ).stdout.split("//\n");
  return { head, refs, index, stash, files };
}

/** Expects every recorded text to be found, and every state file to be whole. */
export async function expectNothingLost(world: World, all: boolean): Promise<void> {
  const { s, sessions } = world;
  const found: { text: string }[] = await s.json("decisions", "list", "--all");
  const texts = found.map((each) => each.text).sort();
  expect(new Set(texts).size, `twice: ${texts}`).toBe(texts.length);
  const due = sessions.flatMap((each) => each.decisions);
  expect(texts).toEqual(expect.arrayContaining(due));
  const here = await currentSession(world);
  for (const session of all ? sessions : here ? [here] : []) {
    const seen = await s.json("handoff", session.id);
    expect(seen.error, `handoff ${session.id} of ${session.branch}`).toBeUndefined();
    expect(
      seen.objectives.map(({ text, mark }: { text: string; mark: Mark }) => ({ text, mark })),
      `objectives of ${session.branch}`,
    ).toEqual(session.objectives);
    expect(seen.decisions.map((each: { text: string }) => each.text).sort()).toEqual(
      [...session.decisions].sort(),
    );
  }
  for (const file of jsonFiles(`${s.root}/.git/sessions`)) {
    const text = readFileSync(file, "utf8");
    for (const part of file.endsWith(".jsonl") ? text.split("\n").filter(Boolean) : [text])
      expect(() => JSON.parse(part), file).not.toThrow();
  }
}

function jsonFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.jsonl?$/.test(name) && !path.basename(name).startsWith(".tmp-"))
    .map((name) => path.join(folder, name));
}

/** Updates the model after a killed command, which may or may not have changed the record. */
export async function updateModel(world: World): Promise<void> {
  const { s, sessions } = world;
  const branch = await branchOf(world);
  const status = (await s.json("status")).session;
  const known = sessions.find((each) => each.id === status.id);
  if (!known && status.id !== "") {
    sessions.push({ id: status.id, branch, ended: false, objectives: [], decisions: [] });
  }
  for (const session of sessions.filter((each) => !each.ended)) {
    const { session: head, objectives, decisions, error } = await s.json("handoff", session.id);
    expect(error, `handoff ${session.id} of ${session.branch}`).toBeUndefined();
    const seen = objectives.map(({ text, mark }: { text: string; mark: Mark }) => ({ text, mark }));
    expect(
      differences(session.objectives, seen),
      `${session.branch}: more than one change`,
    ).toBeLessThanOrEqual(1);
    const texts = decisions.map((each: { text: string }) => each.text);
    expect(texts).toEqual(expect.arrayContaining(session.decisions));
    expect(texts.length - session.decisions.length).toBeLessThanOrEqual(1);
    session.objectives.splice(0, Infinity, ...seen);
    session.decisions.splice(0, Infinity, ...texts);
    if (head.state === "ended") session.ended = true;
  }
}

function differences(before: readonly object[], after: readonly object[]): number {
  const changed = before.filter((each, at) => JSON.stringify(each) !== JSON.stringify(after[at])).length;
  return changed + Math.abs(after.length - before.length);
}

/** Several clones of one remote that change the same sessions, and the texts that each of them wrote. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { seededRandom } from "./fuzz-model.ts";
import { bareRemote, gitDaemon } from "./git-servers.ts";
import { type Ran, type Scratch, scratch } from "./scratch.ts";

const CLI = path.resolve("dist/cli.js");
const FAULT = path.resolve("test/support/node-faults.cjs");

/** The place where a written text must be found later. */
export type Kind = "objectives.md" | "blockers.md" | "context.json" | "anywhere" | "document";

export interface Clones {
  readonly clones: readonly Scratch[];
  readonly remote: Scratch;
  readonly random: () => number;
  /** The actions so far, printed on failure. */
  readonly story: string[];
  /** Ids of the sessions that all clones work on, each with its branch. */
  readonly sessions: Map<string, string>;
  /** Texts that were written and not removed. Each contains a unique word. */
  readonly written: Map<string, { readonly kind: Kind; readonly id: string }>;
  count: number;
}

const WORD = /\bw\d+w\b/g;

export const wordsIn = (text: string): string[] => text.match(WORD) ?? [];

/** Made once, and copied for each run. */
let made: { readonly folder: string; readonly sessions: readonly (readonly [string, string])[] } | undefined;

export function removeTemplates(): void {
  if (made) rmSync(made.folder, { recursive: true, force: true });
}

const CLONES = ["work", "clone-2", "clone-3"];

/** Returns two or three clones, each with both sessions; with `daemon` they use the remote through `git daemon`. */
export async function makeClones(seed: number, count: number, daemon: boolean): Promise<Clones> {
  made ??= await make();
  const first = await scratch({ repository: false });
  const base = path.dirname(first.root);
  for (const name of ["remote.git", ...CLONES.slice(0, count)])
    cpSync(path.join(made.folder, name), path.join(base, name), { recursive: true });
  const clones = CLONES.slice(0, count).map((name) => first.at(`../${name}`));
  if (daemon) {
    const address = (await gitDaemon(first))("remote.git");
    for (const s of clones) await s.git("remote", "set-url", "origin", address);
  }
  const world: Clones = {
    ...{ clones, remote: first.at("../remote.git"), random: seededRandom(seed), story: [] },
    ...{ sessions: new Map(made.sessions), written: new Map(), count: 2 },
  };
  for (const [at, [id]] of made.sessions.entries()) remember(world, "objectives.md", id, `Text w${at + 1}w`);
  return world;
}

async function make() {
  const first = await scratch();
  const sessions: [string, string][] = [];
  await bareRemote(first);
  await first.git("remote", "add", "origin", "../remote.git");
  await first.git("push", "--quiet", "--set-upstream", "origin", "main");
  for (const [at, branch] of ["alpha", "beta"].entries()) {
    await first.git("switch", "--quiet", "main");
    await first.ok("start", branch, "-o", `Text w${at + 1}w`);
    sessions.push([(await first.json("status")).session.id, branch]);
    await first.git("push", "--quiet", "--set-upstream", "origin", branch);
  }
  await first.ok("push", "--all");
  for (const name of CLONES.slice(1)) {
    const other = first.at(`../${name}`);
    await first.git("clone", "--quiet", "../remote.git", other.root);
    await other.ok("pull");
    for (const [id] of sessions) await other.ok("resume", id);
    await other.git("remote", "set-url", "origin", "../remote.git");
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), "session-clones-"));
  for (const name of ["remote.git", ...CLONES])
    cpSync(path.join(path.dirname(first.root), name), path.join(folder, name), { recursive: true });
  return { folder, sessions };
}

export const pick = <T>({ random }: Clones, items: readonly T[]): T =>
  items[Math.floor(random() * items.length)] as T;

export const newText = (world: Clones): string => `Text w${++world.count}w`;

export function remember({ written }: Clones, kind: Kind, id: string, text: string): void {
  for (const word of wordsIn(text)) written.set(word, { kind, id });
}

export function forget({ written }: Clones, text: string): void {
  for (const word of wordsIn(text)) written.delete(word);
}

export const nameOf = ({ clones }: Clones, s: Scratch): string => String.fromCharCode(97 + clones.indexOf(s));

/** Runs a command of the program, sometimes killed at a file change or before a git command. Returns null if killed. */
export async function trySession(
  world: Clones,
  s: Scratch,
  args: readonly string[],
  whole = false,
): Promise<Ran | null> {
  const at = !whole && world.random() < 0.2 ? 1 + Math.floor(world.random() * 60) : 0;
  world.story.push(`${nameOf(world, s)}: session ${args.join(" ")}${at > 0 ? ` (killed at ${at})` : ""}`);
  const env = { FAULT: "kill", FAULT_AT: String(at), FAULT_GIT: "1" };
  const ran =
    at === 0
      ? await s.session(...args)
      : await s.run(process.execPath, ["--require", FAULT, CLI, ...args], { env });
  if (/unexpected:|\bat .*\.js:\d/.test(ran.stderr)) throw new Error(ran.stderr);
  if (at > 0 && ran.code === 128) return null;
  expect([0, 1, 3, 4], ran.stderr + ran.stdout).toContain(ran.code);
  return ran;
}

/** Returns the folder of a session in this clone, active or ended. */
export function folderOf(s: Scratch, id: string): string | undefined {
  const base = path.join(s.root, ".git/sessions");
  for (const name of readdirSync(base, { recursive: true, encoding: "utf8" })) {
    if (path.basename(name) !== "context.json" || /\.trash|\.undo/.test(name)) continue;
    const text = readFileSync(path.join(base, name), "utf8");
    if (JSON.parse(text).id === id) return path.join(base, path.dirname(name));
  }
  return undefined;
}

export function fileOf(s: Scratch, id: string, name: string): string {
  const folder = folderOf(s, id);
  try {
    return folder === undefined ? "" : readFileSync(path.join(folder, name), "utf8");
  } catch {
    return "";
  }
}

const refsOf = (s: Scratch) =>
  s.git("for-each-ref", "--format=%(refname) %(objectname) %(tree)", "refs/sessions/");

/** Syncs all clones until a whole round changes nothing. */
export async function syncAll(world: Clones): Promise<void> {
  const { clones, remote, story } = world;
  for (const s of clones) {
    for (const id of world.sessions.keys()) await s.session("restore", id);
    for (const branch of world.sessions.values()) {
      if ((await s.run("git", ["switch", "--quiet", branch])).code !== 0) continue;
      await s.git("fetch", "--quiet", "origin");
      await s.git("merge", "--quiet", "--no-edit", `origin/${branch}`);
      await s.git("push", "--quiet", "origin", branch);
    }
  }
  for (const s of clones)
    for (const branch of world.sessions.values()) {
      await s.git("fetch", "--quiet", "origin");
      await s.git("switch", "--quiet", branch);
      await s.git("merge", "--quiet", "--no-edit", `origin/${branch}`);
    }
  // What the remote has comes and goes with `sync` alone; documents of a workspace are sent by those who say so.
  for (let round = 1; round <= 2; round++) for (const s of clones) await s.ok("sync");
  await expectWritten(world, (kind) => kind !== "document");
  let before = "";
  for (let round = 1; ; round++) {
    for (const s of clones) {
      story.push(`${nameOf(world, s)}: settles`);
      await s.ok("pull");
      await s.ok("push", "--all", "--workspace");
    }
    const now = (await Promise.all([remote, ...clones].map(refsOf))).join("\n--\n");
    if (now === before) return;
    if (round > 6) throw new Error(`the clones do not come to rest:\n${before}\n==>\n${now}`);
    before = now;
  }
}

/** Expects all clones and the remote to be equal and to contain every written text. */
export async function expectConverged(world: Clones): Promise<void> {
  const { clones, remote, sessions } = world;
  const there = await refsOf(remote);
  for (const s of clones) expect(await refsOf(s), `sessions of ${nameOf(world, s)}`).toBe(there);
  for (const s of clones)
    for (const id of sessions.keys()) {
      const what = `${id} of ${nameOf(world, s)}`;
      const ref = `refs/sessions/${id}`;
      if (folderOf(s, id) !== undefined) {
        const { commit } = JSON.parse(fileOf(s, id, "snapshot.json"));
        expect(commit, `note of ${what}`).toBe(await s.git("rev-parse", ref));
        for (const name of ["objectives.md", "blockers.md", "events.jsonl"])
          expect(fileOf(s, id, name), `${name} of ${what}`).toBe(await shown(s, `${ref}:${name}`));
        expect(shared(fileOf(s, id, "context.json")), `context of ${what}`).toEqual(
          shared(await shown(s, `${ref}:context.json`)),
        );
      }
      const state = await s.json("show", id);
      expect(state.error, `show ${what}`).toBeUndefined();
      const ids = ["objectives", "blockers", "decisions"].flatMap((list) =>
        state[list].map((each: { id: string }) => each.id),
      );
      expect(new Set(ids).size, `ids of ${what}: ${ids}`).toBe(ids.length);
    }
  await expectWritten(world);
  for (const s of [...clones, remote]) await s.git("fsck", "--strict", "--no-dangling");
}

/** Expects every clone to contain the written texts of these kinds. */
async function expectWritten(
  { clones, written, sessions }: Clones,
  counts: (kind: Kind) => boolean = () => true,
): Promise<void> {
  for (const s of clones) await expectWrittenIn(s, { written, sessions }, counts);
}

async function expectWrittenIn(
  s: Scratch,
  { written, sessions }: Pick<Clones, "written" | "sessions">,
  counts: (kind: Kind) => boolean,
): Promise<void> {
  const missing: string[] = [];
  for (const id of sessions.keys()) {
    const names = (await s.git("ls-tree", "-r", "--name-only", `refs/sessions/${id}`)).split("\n");
    const texts = new Map<string, string>();
    for (const name of names) texts.set(name, await s.git("cat-file", "-p", `refs/sessions/${id}:${name}`));
    const all = [...texts.values()].join("\n");
    const documents = [...texts].flatMap(([name, text]) => (name.includes("/") ? [text] : [])).join("\n");
    for (const [word, due] of written) {
      if (due.id !== id || !counts(due.kind)) continue;
      const text =
        due.kind === "anywhere" ? all : due.kind === "document" ? documents : (texts.get(due.kind) ?? "");
      if (!wordsIn(text).includes(word)) missing.push(`${word} in ${due.kind} of ${id}`);
    }
  }
  expect(missing, "gone").toEqual([]);
}

async function shown(s: Scratch, name: string): Promise<string> {
  return (await s.run("git", ["cat-file", "-p", name])).stdout;
}

/** Expects data of one clone to be in no other clone. */
function shared(text: string): object {
  const { tip: _tip, told: _told, work: _work, own: _own, ref: _ref, ...context } = JSON.parse(text);
  return context;
}

/** Finds properties of a repository that make git, and so session, slow. */
import { access, constants, readdir } from "node:fs/promises";
import path from "node:path";
import { ask, SETTINGS_QUERY, STATUS_QUERY } from "../../git/read.ts";
import type { Place } from "../../place/place.ts";
import { thousands } from "../../text/plural.ts";

/** A property of the repository that costs time. */
export interface Fact {
  readonly name: string;
  readonly says: string;
  /** The command that reduces the cost. */
  readonly hint?: string;
}

/** Sizes from which a property is worth a line. */
const MANY = {
  files: 20_000,
  untracked: 1_000,
  refs: 2_000,
  loose: 500,
  objects: 7_000,
  packs: 50,
  commits: 20_000,
};

/** Returns the properties that cost time in this repository; an empty list if none is unusual. Reads only. */
export async function factsOf(place: Place): Promise<Fact[]> {
  const { root, commonDir, bare } = place.repository;
  const [status, refs, objects, settings, files] = await Promise.all([
    bare ? undefined : ask(root, [...STATUS_QUERY.slice(0, -1), "--untracked-files=all"]),
    ask(root, ["for-each-ref", "--format=%(refname)"]),
    ask(root, ["count-objects", "-v"]),
    ask(root, SETTINGS_QUERY),
    bare ? undefined : ask(root, ["ls-files", "-z"]),
  ]);
  const config = settingsIn(settings.stdout);
  const graph = path.join(commonDir, "objects", "info");
  const hasGraph = await isOneThere([path.join(graph, "commit-graph"), path.join(graph, "commit-graphs")]);
  return [
    ...fileFacts(countOf(files?.bytes, 0), untrackedIn(status?.stdout ?? ""), config),
    ...refFacts(refs.stdout.split("\n").filter(Boolean), await looseRefs(path.join(commonDir, "refs"))),
    ...objectFacts(objects.stdout, hasGraph, hasGraph ? 0 : await commitsOf(root)),
    ...(await hookFacts(config.get("core.hookspath") ?? path.join(commonDir, "hooks"), root)),
  ];
}

function settingsIn(text: string): Map<string, string> {
  return new Map(
    text.split("\0").map((each) => {
      const at = each.indexOf("\n");
      return at < 0 ? [each, "true"] : [each.slice(0, at), each.slice(at + 1)];
    }),
  );
}

function fileFacts(tracked: number, untracked: number, config: ReadonlyMap<string, string>): Fact[] {
  const facts: Fact[] = [];
  const many = config.get("feature.manyfiles") === "true";
  if (tracked >= MANY.files)
    facts.push({
      name: "files",
      says: `${thousands(tracked)} tracked files: git status looks at each`,
      ...(many ? {} : { hint: "git config feature.manyFiles true" }),
    });
  if (untracked >= MANY.untracked) {
    const isCached = many || config.get("core.untrackedcache") === "true";
    const cache = isCached ? {} : { hint: "git config core.untrackedCache true" };
    const says = `${thousands(untracked)} untracked files: name their folders in .gitignore`;
    facts.push({ name: "untracked files", says, ...cache });
  }
  const monitor = config.get("core.fsmonitor");
  if (monitor !== undefined && monitor !== "false")
    facts.push({
      name: "fsmonitor",
      says: "core.fsmonitor is set; session does not use it, so it is as slow as git without it",
    });
  return facts;
}

function refFacts(names: readonly string[], loose: number): Fact[] {
  const facts: Fact[] = [];
  const count = (prefix: string) => names.filter((each) => each.startsWith(prefix)).length;
  const kinds: [string, string][] = [
    ["branches", "refs/heads/"],
    ["branches of remotes", "refs/remotes/"],
    ["tags", "refs/tags/"],
    ["snapshots", "refs/sessions/"],
  ];
  for (const [name, prefix] of kinds) {
    const found = count(prefix);
    if (found >= MANY.refs) facts.push({ name, says: `${thousands(found)} ${name}: lists read all of them` });
  }
  if (loose >= MANY.loose)
    facts.push({
      name: "loose refs",
      says: `${thousands(loose)} refs are files of their own`,
      hint: "git pack-refs --all",
    });
  return facts;
}

function objectFacts(text: string, hasGraph: boolean, commits: number): Fact[] {
  const value = (key: string) => Number(new RegExp(`^${key}: (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  const [loose, packs] = [value("count"), value("packs")];
  const facts: Fact[] = [];
  if (loose >= MANY.objects || packs >= MANY.packs)
    facts.push({
      name: "objects",
      says: `${thousands(loose)} loose objects and ${packs} packs`,
      hint: "git gc",
    });
  if (!hasGraph && commits >= MANY.commits)
    facts.push({
      name: "commit graph",
      says: `${thousands(commits)} commits without a commit-graph file: git reads each to walk the history`,
      hint: "git commit-graph write --reachable",
    });
  return facts;
}

/** Returns findings about hooks that run at each commit. */
async function hookFacts(folder: string, root: string): Promise<Fact[]> {
  const where = path.resolve(root, folder);
  const names = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit", "post-index-change"];
  const there = await Promise.all(names.map((name) => isOneThere([path.join(where, name)], constants.X_OK)));
  const found = names.filter((_, at) => there[at]);
  if (found.length === 0) return [];
  return [{ name: "hooks", says: `${found.join(", ")} run at each commit, and a checkpoint waits for them` }];
}

async function commitsOf(root: string): Promise<number> {
  const answer = await ask(root, ["rev-list", "--count", `--max-count=${MANY.commits}`, "HEAD", "--"]);
  return answer.code === 0 ? Number(answer.stdout) : 0;
}

async function looseRefs(folder: string): Promise<number> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return all.filter((each) => each.isFile()).length;
}

async function isOneThere(files: readonly string[], mode?: number): Promise<boolean> {
  const found = files.map((file) =>
    access(file, mode).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(found)).includes(true);
}

/** Returns how often a byte occurs. */
function countOf(bytes: Buffer | undefined, byte: number): number {
  let count = 0;
  for (const each of bytes ?? []) if (each === byte) count++;
  return count;
}

function untrackedIn(status: string): number {
  return status.split("\0").filter((each) => each.startsWith("? ")).length;
}

import { Failure, SAME_COMMAND } from "../session/failure.ts";
import { shellWord } from "../text/shell.ts";
import { aboutLock, firstLine, listedFiles, lockIn } from "./failure.ts";
import { ask, BRANCHES_QUERY, read, SNAPSHOT_REFS_QUERY } from "./read.ts";
import type { Repository } from "./repository.ts";
import { resolveName } from "./resolve.ts";
import { remoteNames, settingOf } from "./settings.ts";
import { change, changed } from "./write.ts";

/** Matches branch names that git certainly accepts, except `HEAD`. @see git-check-ref-format(1) */
const PLAIN_NAME = /^\w[\w-]*(\/\w[\w-]*)*$/;

/** Checks a branch name. @throws Failure `bad-branch` if git refuses it */
export async function checkBranchName(root: string, name: string): Promise<void> {
  if (PLAIN_NAME.test(name) && name !== "HEAD") return;
  // Checks the full ref, because `--branch` would expand `@{-1}`. Checks `HEAD` and a leading dash
  // separately: git refuses those names only on creation.
  const wellFormed = (await ask(root, ["check-ref-format", `refs/heads/${name}`])).code === 0;
  if (wellFormed && !name.startsWith("-") && name !== "HEAD") return;
  throw new Failure("bad-branch", `"${name}" is not a valid branch name`, {
    advice:
      "a name cannot contain spaces, .. or any of ~ ^ : ? * [ \\, and no part of it can begin with a dot or end in .lock",
  });
}

/** Returns the commit of a full ref; undefined if it does not exist. */
export function refCommit(root: string, ref: string): Promise<string | undefined> {
  return resolveName(root, `${ref}^{commit}`);
}

/** Returns the commit of a branch; does not start git for the branch that is checked out. */
export async function branchTip(
  { root, branch, head }: Repository,
  name: string,
): Promise<string | undefined> {
  return name === branch ? head : refCommit(root, `refs/heads/${name}`);
}

/**
 * Returns the last commit of the current session's branch. During a rebase or bisect, this is the commit
 * before the operation: git moves the branch only at the end.
 */
export async function currentTip(repository: Repository): Promise<string | undefined> {
  const { about, head } = repository;
  return about === undefined ? head : branchTip(repository, about);
}

/** Lists refs by full names or prefixes, each with its object. */
export async function listRefs(root: string, ...prefixes: string[]): Promise<Map<string, string>> {
  if (prefixes.every((each) => each === HEADS || each === REMOTES)) {
    const branches = [...(await allBranches(root)).entries()];
    const wanted = branches.filter(([ref]) => prefixes.some((each) => ref.startsWith(each)));
    return new Map(wanted.map(([ref, { oid }]) => [ref, oid]));
  }
  const ofSessions = prefixes.every((each) => /^refs\/session(s|-remotes)\/(.*\/)?$/.test(each));
  const text = ofSessions
    ? (await read(root, SNAPSHOT_REFS_QUERY)).replace(/^(\S+) (\S+)$/gm, "$2 $1")
    : await read(root, ["for-each-ref", "--format=%(refname) %(objectname)", ...prefixes]);
  const refs = new Map<string, string>();
  for (const line of text.split("\n")) {
    const [ref, oid] = line.split(" ");
    if (ref && oid && (!ofSessions || prefixes.some((each) => ref.startsWith(each)))) refs.set(ref, oid);
  }
  return refs;
}

const HEADS = "refs/heads/";
const REMOTES = "refs/remotes/";

/** Returns all branches of this clone and of remotes by full ref, with one git process for all callers. */
async function allBranches(
  root: string,
): Promise<Map<string, { readonly oid: string; readonly symref: string }>> {
  const text = await read(root, BRANCHES_QUERY);
  const lines = text.split("\n").map((line) => line.split(" "));
  return new Map(
    lines.flatMap(([ref = "", oid = "", symref = ""]) =>
      oid === "" ? [] : [[ref, { oid, symref }] as const],
    ),
  );
}

/** A change of a ref. `before`: required current value; undefined requires that the ref does not exist. */
export interface RefMove {
  readonly ref: string;
  readonly to: string;
  readonly before: string | undefined;
}

/**
 * Updates a ref if it has the value `before` (undefined: if it does not exist).
 * @throws Failure `ref-moved`
 */
export async function updateRef(root: string, ref: string, to: string, before: string | undefined) {
  const answer = await transact(root, [moving({ ref, to, before })], [...DURABLE, ...LOGGED]);
  if (answer.code !== 0) throw refMoved(`${ref} could not be set`, answer.stderr);
}

/**
 * Moves refs, all or none, with one git process. Returns false if a ref has changed meanwhile. New refs need
 * no reflog and no fsync: they can be written again.
 */
export async function moveRefs(root: string, moves: readonly RefMove[]): Promise<boolean> {
  if (moves.length === 0) return true;
  const kept = moves.some((each) => each.before !== undefined);
  return (await transact(root, moves.map(moving), kept ? [...DURABLE, ...LOGGED] : [])).code === 0;
}

/**
 * Sets and deletes refs, all or none. `derived`: their values can be computed again.
 * @throws Failure `ref-moved` if one ref has changed
 */
export async function changeRefs(
  root: string,
  set: readonly { readonly ref: string; readonly to: string }[],
  remove: readonly { readonly ref: string; readonly was: string }[],
  derived = false,
): Promise<void> {
  if (set.length + remove.length === 0) return;
  const commands = [
    ...set.map(({ ref, to }) => `update ${ref}\0${to}\0\0`),
    ...remove.map(({ ref, was }) => `delete ${ref}\0${was}\0`),
  ];
  const answer = await transact(root, commands, derived ? [] : DURABLE);
  if (answer.code !== 0) throw refMoved("the refs of a session could not be set", answer.stderr);
}

/** Settings with which git syncs the new ref to disk and writes its reflog. */
const DURABLE = ["-c", "core.fsync=committed,reference"];
const LOGGED = ["-c", "core.logAllRefUpdates=always"];

const moving = ({ ref, to, before }: RefMove) => `update ${ref}\0${to}\0${before ?? "0".repeat(to.length)}\0`;

function transact(root: string, commands: readonly string[], settings: readonly string[]) {
  // Turns `warnAmbiguousRefs` off: with it, git would look up each object's name as a ref.
  const args = [
    ...settings,
    "-c",
    "core.warnAmbiguousRefs=false",
    "update-ref",
    "--no-deref",
    "--stdin",
    "-z",
  ];
  return change(root, args, { input: commands.join("") });
}

function refMoved(what: string, stderr: string): Failure {
  const lock = lockIn(stderr);
  if (lock !== undefined)
    return new Failure(
      "ref-moved",
      `${what}: another git process is at work: ${lock} exists`,
      aboutLock(lock),
    );
  const isTaken = /exists|expected/.test(stderr);
  return new Failure("ref-moved", `${what}: ${firstLine(stderr)}`, {
    advice: isTaken ? "another process may have written it" : "check the disk and the permissions",
    hint: SAME_COMMAND,
  });
}

/**
 * Returns the likely base of work in this clone: the remote's default branch, else main, master or the
 * configured one. Before the first commit, the branch that HEAD names.
 */
export async function defaultBranch(root: string): Promise<string | undefined> {
  const { names, refs } = await likelyBases(root);
  const found = names.find((name) => refs.has(`${HEADS}${name}`));
  if (found !== undefined || [...refs].some((ref) => ref.startsWith(HEADS))) return found;
  return (await ask(root, ["symbolic-ref", "--quiet", "--short", "HEAD"])).stdout.trim() || undefined;
}

/**
 * Returns the likely base of work on `branch`, with its existing refs in this clone and at remotes.
 * Undefined for a default branch.
 */
export async function baseBranch(root: string, branch: string) {
  const { names, usual, refs } = await likelyBases(root);
  if (usual.includes(branch)) return undefined;
  // Checks all names: the repository from which this clone was made may have had any branch checked out.
  for (const name of names) {
    if (name === branch) continue;
    const own = `refs/heads/${name}`;
    const held = [...(refs.has(own) ? [own] : []), ...copiesOf(name, [...refs])];
    if (held.length > 0) return { name, refs: held };
  }
  return undefined;
}

/** Returns the remote refs of a branch name, origin's first. */
export async function remoteCopies(root: string, name: string): Promise<string[]> {
  return copiesOf(name, [...(await listRefs(root, REMOTES)).keys()]);
}

/** Returns the refs of a branch name with their commits: of this clone, then of remotes, origin's first. */
export async function branchCopies(
  root: string,
  name: string,
): Promise<{ readonly ref: string; readonly oid: string }[]> {
  const refs = await listRefs(root, HEADS, REMOTES);
  return [`${HEADS}${name}`, ...copiesOf(name, [...refs.keys()])].flatMap((ref) => {
    const oid = refs.get(ref);
    return oid === undefined ? [] : [{ ref, oid }];
  });
}

/**
 * Ignores remotes with a slash in their name: the name of the remote cannot be separated from the branch's.
 */
function copiesOf(name: string, refs: readonly string[]): string[] {
  const isCopy = (ref: string) =>
    ref.endsWith(`/${name}`) && /^refs\/remotes\/[^/]+$/.test(ref.slice(0, -name.length - 1));
  return originFirst(refs.filter(isCopy));
}

function originFirst(refs: readonly string[]): string[] {
  const isOrigin = (ref: string) => Number(ref.startsWith("refs/remotes/origin/"));
  return refs.toSorted((one, other) => isOrigin(other) - isOrigin(one));
}

/** Returns names of default branches, the first remote's first, and the refs of branches. */
async function likelyBases(root: string) {
  const [listed, configured] = await Promise.all([allBranches(root), settingOf(root, "init.defaultBranch")]);
  const refs = new Set<string>();
  const heads = new Map<string, string>();
  for (const [ref, { symref }] of listed)
    if (/^refs\/remotes\/[^/]+\/HEAD$/.test(ref)) heads.set(ref, symref.split("/").slice(3).join("/"));
    else refs.add(ref);
  const [first] = originFirst([...heads.keys()]);
  const usual = ["main", "master", configured?.trim() ?? ""];
  const names = [heads.get(first ?? "") ?? "", ...usual].filter(Boolean);
  return { names, usual, refs };
}

/** Returns the command that pushes a branch to its remote; undefined if the repository has no remote. */
export async function pushCommand(root: string, branch: string): Promise<string | undefined> {
  const [upstream, remotes] = await Promise.all([
    ask(root, ["for-each-ref", "--format=%(upstream:remotename)", `refs/heads/${branch}`]),
    remoteNames(root),
  ]);
  const own = upstream.stdout.trim();
  const remote = own || (remotes.includes("origin") ? "origin" : remotes[0]);
  if (remote === undefined) return undefined;
  return `git push ${own === "" ? "--set-upstream " : ""}${shellWord(remote)} ${shellWord(branch)}`;
}

/** Start point of a new branch: a revision, tracked as the user's settings say if it is a remote branch. */
export interface BranchSource {
  readonly from?: string;
  readonly track?: boolean;
}

interface SwitchOptions {
  /** Settings options for git before the command name: `-c key=value`. */
  readonly settings?: readonly string[];
  readonly flags?: readonly string[];
}

/** Creates a branch at a commit, without checking it out. */
export async function createBranch(root: string, branch: string, at: string, track: boolean): Promise<void> {
  const args = ["branch", ...(track ? [] : ["--no-track"]), "--end-of-options", branch, at];
  await changed(root, args);
}

/** Deletes a branch; without `force`, git refuses an unmerged one. */
export async function deleteBranch(root: string, branch: string, force: boolean): Promise<void> {
  await changed(root, ["branch", force ? "-D" : "-d", "--end-of-options", branch]);
}

/**
 * Checks a branch out; with `create`, creates it first.
 * @throws Failure `checked-out-elsewhere` if another worktree has it, else `switch-refused` with git's
 * message
 */
export async function switchBranch(
  root: string,
  branch: string,
  create?: BranchSource,
  { settings = [], flags = [] }: SwitchOptions = {},
): Promise<void> {
  // Uses `switch`, which unlike `checkout` never treats a file name as a branch.
  const track = create?.track ? [] : ["--no-track"];
  const how = create
    ? [...track, "--create", branch, ...(create.from ? [create.from] : [])]
    : ["--no-guess", branch];
  const args = [...settings, "switch", ...flags, ...how];
  const answer = await change(root, args, { runsHooks: true });
  if (answer.code === 0) return;
  const { checkedOutElsewhere } = await import("./worktrees.ts");
  const elsewhere = create ? undefined : await checkedOutElsewhere(root, branch);
  if (elsewhere) throw elsewhere;
  const lock = lockIn(answer.stderr);
  if (lock !== undefined)
    throw new Failure(
      "switch-refused",
      `git cannot switch to ${branch}: another git process is at work: ${lock} exists`,
      aboutLock(lock),
    );
  if (answer.stderr.includes("Refusing to remove the current working directory"))
    throw new Failure("switch-refused", `${branch} has a file in place of the current folder`, {
      hint: `cd ${shellWord(root)}\n${SAME_COMMAND}`,
    });
  const inTheWay = listedFiles(answer.stderr).length > 0;
  const untracked = answer.stderr.includes("untracked working tree files") ? " --include-untracked" : "";
  throw new Failure(
    "switch-refused",
    `git cannot switch to ${branch}: ${firstLine(answer.stderr) || "it was stopped"}`,
    {
      advice: inTheWay ? "commit or stash these changes first" : "",
      hint: inTheWay ? `git stash push${untracked}` : `git switch ${shellWord(branch)}`,
    },
  );
}

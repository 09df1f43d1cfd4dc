import { access, constants, readdir } from "node:fs/promises";
import path from "node:path";
import { commitsBehind, type FoundCommit } from "../git/damaged.ts";
import { readBlobs } from "../git/objects.ts";
import { ask, brokenRefs, firstLine, SNAPSHOT_REFS_QUERY } from "../git/read.ts";
import { isIgnored, unfinishedOperation } from "../git/status.ts";
import { parseEvents } from "../model/events.ts";
import { parseContext } from "../model/reading.ts";
import { word } from "../model/shell.ts";
import { readThrough } from "../store/journal.ts";
import { readLock } from "../store/lock.ts";
import { sessionFolders } from "../store/sessions.ts";
import { hookChecks } from "./doctor-hooks.ts";
import { secretChecks } from "./doctor-secrets.ts";
import type { Place } from "./place.ts";
import { listedSessions } from "./resolve.ts";

export interface Check {
  readonly name: string;
  readonly state: "ok" | "warning" | "problem";
  readonly says: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** Looks at everything that has to be right, and changes nothing. */
export async function examine(place: Place): Promise<Check[]> {
  const checks = await Promise.all([
    gitVersion(place),
    identity(place),
    settings(place),
    project(place),
    operation(place),
    writable(place),
    sessions(place),
    branches(place),
    snapshots(place),
    hookChecks(place),
    secretChecks(place),
  ]);
  return checks.flat();
}

async function gitVersion({ repository }: Place): Promise<Check> {
  const text = (await ask(repository.root, ["version"])).stdout.trim();
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(text)?.map(Number) ?? [];
  const old = major < 2 || (major === 2 && minor < 30);
  return old
    ? { name: "git", state: "problem", says: `${text} is too old`, fix: "install git 2.30 or newer" }
    : { name: "git", state: "ok", says: text.replace("git version ", "") };
}

async function identity({ repository }: Place): Promise<Check> {
  const answer = await ask(repository.root, ["var", "GIT_COMMITTER_IDENT"]);
  if (answer.code === 0)
    return { name: "identity", state: "ok", says: answer.stdout.replace(/ \d+ [+-]\d+\s*$/, "") };
  return {
    name: "identity",
    state: "problem",
    says: "git does not know who you are, so it makes no commits",
    fix: 'git config user.name "Your Name" && git config user.email you@example.com',
  };
}

async function settings({ configProblems }: Place): Promise<Check[]> {
  if (configProblems.length === 0) return [{ name: "settings", state: "ok", says: "valid" }];
  return configProblems.map((each) => ({
    name: "settings",
    state: "problem",
    says: `${each.file}:${each.line}:${each.column}: ${each.message}`,
    fix: "correct the file; session config validate",
  }));
}

async function project(place: Place): Promise<Check[]> {
  const there = await readdir(place.projectDir).catch(() => undefined);
  if (!there)
    return [
      {
        name: ".session",
        state: "warning",
        says: "this repository has no .session/ folder; sessions work, but share no settings and keep no decision log",
        fix: "session init",
      },
    ];
  const ignored = await isIgnored(place.repository.root, ".session/config.yaml");
  if (ignored)
    return [
      {
        name: ".session",
        state: "warning",
        says: ".session is ignored by git, so nobody else sees it",
        fix: "take it out of .gitignore",
      },
    ];
  const old = there.filter((name) => /\.old(-\d+)?\.\w+$/.test(name));
  if (old.length > 0)
    return [
      {
        name: ".session",
        state: "warning",
        says: `set aside by init --force: ${old.join(", ")}`,
        fix: "take over what you need and remove them",
      },
    ];
  return [{ name: ".session", state: "ok", says: "there" }];
}

async function operation({ repository }: Place): Promise<Check> {
  const found = await unfinishedOperation(repository);
  if (!found) return { name: "work tree", state: "ok", says: "no unfinished operation" };
  return {
    name: "work tree",
    state: "warning",
    says: `a ${found.name} is not finished`,
    fix: `${found.finish}, or ${found.abort}`,
  };
}

async function writable({ repository }: Place): Promise<Check> {
  const can = await access(repository.commonDir, constants.W_OK).then(
    () => true,
    () => false,
  );
  return can
    ? { name: "storage", state: "ok", says: "writable" }
    : {
        name: "storage",
        state: "problem",
        says: `${repository.commonDir} is not writable`,
        fix: "check owner and permissions",
      };
}

/** Every session folder: damage, what was set aside, a lock that nobody holds, an interrupted change. */
async function sessions(place: Place): Promise<Check[]> {
  const folders = await sessionFolders(place.sessionsDir);
  const found = (await Promise.all(folders.map((folder) => sessionChecks(place, folder)))).flat();
  if (found.length > 0) return found;
  return [
    {
      name: "sessions",
      state: "ok",
      says: folders.length === 1 ? "1 session" : `${folders.length} sessions`,
    },
  ];
}

async function sessionChecks(place: Place, folder: string): Promise<Check[]> {
  const name = path.relative(place.sessionsDir, folder) || ".";
  const checks: Check[] = [];
  const problem = (says: string, fix: string, state: Check["state"] = "problem") =>
    checks.push({ name: `session ${name}`, state, says, fix });
  const files = await readThrough(folder, ["context.json", "events.jsonl"]);
  const context = files.get("context.json");
  const parsed = context === undefined ? undefined : parseContext(context);
  if (!parsed)
    problem(
      "context.json is damaged or missing",
      'any change of the session rebuilds it from events.jsonl: session note "checked"',
    );
  const { damaged } = parseEvents(files.get("events.jsonl") ?? "");
  if (damaged > 0)
    problem(
      `${damaged} damaged lines in events.jsonl are skipped`,
      `look at ${path.join(folder, "events.jsonl")}`,
      "warning",
    );
  const names = await readdir(folder);
  const aside = names.filter((each) => each.includes(".corrupt-"));
  if (aside.length > 0)
    problem(
      `damaged files were set aside: ${aside.join(", ")}`,
      `take over what you need, and remove them from ${folder}`,
      "warning",
    );
  const lock = await readLock(folder);
  if (lock && !lock.alive)
    problem(
      `the lock of process ${lock.pid} on ${lock.host} is left over`,
      lock.here ? "the next command removes it" : `if nothing runs there: rm ${path.join(folder, ".lock")}`,
      "warning",
    );
  if (names.includes(".journal"))
    problem(
      "a change was interrupted",
      "the next command that changes the session finishes it or takes it back",
      "warning",
    );
  return checks;
}

/** Sessions whose branch is gone or is another one now are kept, and said. */
async function branches(place: Place): Promise<Check[]> {
  const listed = await listedSessions(place);
  return listed
    .filter((each) => each.gone)
    .map(({ id, branch, renamedTo }): Check => {
      const [says, fix] =
        renamedTo !== undefined
          ? [`its branch was renamed to ${renamedTo}`, `session resume ${id} takes it there`]
          : branch === place.repository.branch
            ? [
                `the stored session ${id} belongs to an earlier branch of that name`,
                `session resume ${id} takes it up here; session start ${word(branch)} begins anew`,
              ]
            : [
                `its branch is gone; the session (${id}) is kept`,
                `git branch ${word(branch)} <commit>, then session resume ${id}`,
              ];
      return { name: `session ${branch}`, state: "warning", says, fix };
    });
}

/** Each snapshot, here and fetched: its commit, and whether that holds a session. */
async function snapshots({ repository: { root } }: Place): Promise<Check[]> {
  const answer = await ask(root, SNAPSHOT_REFS_QUERY);
  if (answer.code !== 0)
    return [{ name: "snapshots", state: "problem", says: firstLine(answer.stderr), fix: "git fsck" }];
  const found = await commitsBehind(root, answer.bytes);
  const contexts = await readBlobs(
    root,
    found.map(({ oid }) => `${oid}:context.json`),
  );
  const cutOff = brokenRefs(answer.stderr);
  const wrong = found.flatMap((each, at) => {
    const says = wrongWith(each, contexts[at]);
    return says === undefined ? [] : [{ ...each, says }];
  });
  const checks = await Promise.all([
    ...cutOff.map((ref): Check => {
      // git deletes no ref that it cannot read.
      const fix = `rm "$(git rev-parse --git-path ${ref})" takes it away, and session pull brings what a remote has`;
      return { name: ref, state: "problem", says: "the file of the ref is damaged", fix };
    }),
    ...wrong.map((each) => snapshotCheck(root, each)),
  ]);
  if (checks.length > 0) return checks;
  const own = found.filter(({ ref }) => ref.startsWith("refs/sessions/")).length;
  return [{ name: "snapshots", state: "ok", says: own === 1 ? "1 snapshot" : `${own} snapshots` }];
}

function wrongWith({ kind, oid }: FoundCommit, context: string | undefined): string | undefined {
  if (kind === "missing" || kind === "damaged") return `its commit ${oid} is ${kind}`;
  if (kind !== "commit") return `it is a ${kind}, and no snapshot`;
  return context === undefined ? `its commit ${oid} has no context.json that can be read` : undefined;
}

async function snapshotCheck(
  root: string,
  { ref, file, kind, says }: FoundCommit & { readonly says: string },
): Promise<Check> {
  const before = await ask(root, ["rev-parse", "--verify", "--quiet", `${ref}@{1}^{commit}`]);
  const back =
    before.code === 0 ? `git update-ref ${ref} ${before.stdout.trim()} goes back to the one before it; ` : "";
  const again = `${file === undefined ? "" : `rm ${word(file)}; `}session pull brings it where a remote has it; else `;
  return {
    name: ref,
    state: "problem",
    says,
    fix: `${kind === "missing" || kind === "damaged" ? again : ""}${back}git update-ref -d ${ref} takes it away`,
  };
}

/** Lets every write, rename, fsync, unlink, mkdir and link of a command fail or be the last: the old or the new state remains. */
import path from "node:path";
import { expect, test } from "vitest";
import {
  dirty,
  doctorProblems,
  type Ends,
  expectSameEnd,
  expectWhole,
  NOT_FAULTS,
  type Operation,
  prepareFor,
  repositoryParts,
  shownRecord,
  splitArguments,
} from "../support/interrupted-commands.ts";
import { ALL, SEED, sampleEvery } from "../support/sampling.ts";
import { KINDS, noFaults, withFault } from "../support/syscall-faults.ts";

/** Changes the session in another clone and pushes it. */
const theirs = [
  "sh -c git push -q origin feat; git clone -q ../remote.git ../two; cd ../two; git switch -q feat",
  ...["pull", "resume feat", "note Theirs", "push"].map((each) => `"$NODE" "$CLI" ${each}`),
].join("; ");

const OPERATIONS: readonly Operation[] = [
  { args: "start new -o Three" },
  { before: dirty, args: "start new --from other -o Three" },
  { before: dirty, args: "checkpoint -m feat:_more --complete 1" },
  { before: dirty, args: "checkpoint -A -m feat:_more" },
  { args: "end" },
  { args: "end --merge-to main" },
  { args: "end --merge-to main --squash" },
  { args: "switch other" },
  { before: dirty, args: "switch other" },
  { before: dirty, args: "pause" },
  { before: [...dirty, "pause"], args: "resume" },
  { before: [...dirty, "switch other"], args: "switch feat" },
  { args: "fork @ copy" },
  { args: "push" },
  { before: ["push", theirs], args: "pull" },
  { before: ["push", theirs, "note Later"], args: "sync" },
  { before: ["end", "export feat --output ../out.json", "delete feat --yes"], args: "import -i ../out.json" },
  { before: ["end"], args: "archive feat" },
  { before: ["end"], args: "delete feat --yes" },
  { before: ["end", "delete feat --yes"], args: "restore feat" },
  { args: "undo" },
  { args: "rename feat Another" },
  { before: ["hooks uninstall"], args: "hooks install" },
  { args: "hooks uninstall" },
  { args: "agents install claude --project" },
  { before: ["agents install claude --project"], args: "agents uninstall claude --project" },
  { before: ["sh -c rm -rf .session; git commit -qam gone"], args: "init --yes" },
];

let struck = 0;

/** Runs an operation with a fault at the n-th change, and again without. Returns true if it has fewer changes. */
async function strike(operation: Operation, at: number, ends: Ends): Promise<boolean> {
  const kind = KINDS[(at + SEED) % KINDS.length] ?? "EIO";
  const s = await prepareFor(operation);
  const before = await repositoryParts(s);
  const { ran, what } = await withFault(s, splitArguments(operation.args), kind, at);
  if (what === undefined) return true;
  struck++;
  const told = `${operation.args}, ${kind} at ${at}: ${what.replaceAll(path.dirname(s.root), "")}\n${ran.stderr}`;
  expect(ran.stderr, told).not.toMatch(NOT_FAULTS);
  // A file may be gone or cut off while git writes it: the next command finishes that.
  const mayBeTorn = kind === "before" || kind === "after" ? /^file / : /^file \.\/\.claude/;
  const broken = { operation, before, ends, told };
  const between = await expectWhole(s, broken, mayBeTorn);
  // git continues if it cannot remove a file, and the command names the file.
  const left = /^(?:unlink|rmdir) \/work\/(?!\.git\/)(.*)$/.exec(
    what.replaceAll(path.dirname(s.root), ""),
  )?.[1];
  await expectSameEnd(s, broken, between, left);
  return false;
}

async function endsOf(operation: Operation): Promise<Ends & { count: number }> {
  const s = await prepareFor(operation);
  const { ran, count } = await withFault(s, splitArguments(operation.args), "EIO", 0);
  expect(ran.code, `${operation.args}: ${ran.stderr}`).toBe(0);
  expect(count, `${operation.args} changes nothing`).toBeGreaterThan(0);
  return {
    state: await repositoryParts(s),
    record: await shownRecord(s),
    problems: await doctorProblems(s),
    count,
  };
}

/** Returns the faults of one operation: all, or a sample. */
const MOST = process.env.SESSION_FAULT_MOST;

function places(count: number): number[] {
  const most = MOST ?? (ALL ? count : 4);
  const every = Math.max(1, Math.ceil(count / Number(most)));
  const first = 1 + (SEED % every);
  return Array.from({ length: Math.ceil((count - first + 1) / every) }, (_, n) => first + n * every);
}

/** The operations: in `npm test` two, chosen by the seed. */
const wanted = process.env.SESSION_FAULT_OPERATIONS;
const some =
  wanted === undefined
    ? sampleEvery(OPERATIONS, 14)
    : OPERATIONS.filter((each) => each.args.includes(wanted));

test
  .skipIf(noFaults !== undefined)
  .each(some.map((each) => [`${each.before ? "…, " : ""}${each.args}`, each] as const))(
  `%s: each failing or last file change leaves the old or new state${noFaults === undefined ? "" : ` (skipped: ${noFaults})`}`,
  async (_name, operation) => {
    const ends = await endsOf(operation);
    const failed: string[] = [];
    for (const at of places(ends.count)) {
      const done = await strike(operation, at, ends).catch((error: Error) => {
        failed.push(error.message);
        return false;
      });
      if (done) break;
    }
    if (ALL || MOST !== undefined)
      console.log(
        `${operation.args}: ${ends.count} changes, ${struck} faults so far, ${failed.length} failed`,
      );
    if (failed.length > 0) throw new Error(failed.join("\n======\n"));
  },
  1_800_000,
);

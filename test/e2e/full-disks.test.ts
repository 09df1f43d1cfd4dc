/** Commands on full, read-only and inode-less file systems: one line, nothing lost, and a later run ends the same. */
import { spawnSync } from "node:child_process";
import { statfsSync } from "node:fs";
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
import { sampledChanges, sampleEvery } from "../support/sampling.ts";
import { CLI, type Scratch } from "../support/scratch.ts";

const OPERATIONS: readonly Operation[] = [
  { args: "start new -o Three" },
  { before: dirty, args: "checkpoint -m feat:_more --complete 1" },
  { args: "end" },
  { args: "end --merge-to main" },
  { before: dirty, args: "switch other" },
  { before: dirty, args: "pause" },
  { before: [...dirty, "pause"], args: "resume" },
  { args: "objectives add More" },
  { args: "decisions add Use_C" },
  { before: ["sh -c rm -rf .session; git commit -qam gone"], args: "init --yes" },
  { args: "push" },
  { before: ["end", "export feat --output ../out.json", "delete feat --yes"], args: "import -i ../out.json" },
  { before: ["note Gone"], args: "undo" },
  { args: "fork @ copy" },
  { before: ["hooks uninstall"], args: "hooks install" },
  { args: "agents install claude --project" },
];

/** Mount options, as in mount(8), for a disk with a number of free pages or inodes. */
const DISKS: Readonly<Record<string, (free: number, used: Used) => string | undefined>> = {
  full: (free, used) => `size=${(used.pages + free) * 4096}`,
  "without inodes": (free, used) => `nr_inodes=${used.inodes + free}`,
  "read-only": (free) => (free === 0 ? "ro" : undefined),
};

interface Used {
  readonly pages: number;
  readonly inodes: number;
}

const ROOM = "rw,size=256m,nr_inodes=100000";

function mount(...args: string[]): void {
  const { status, stderr } = spawnSync("mount", args);
  if (status !== 0) throw new Error(`mount ${args.join(" ")}: ${stderr}`);
}

/** Runs an action with the scratch on its own file system. */
async function onDisk(
  s: Scratch,
  action: (remount: (options: string) => void) => Promise<void>,
): Promise<void> {
  const folder = path.dirname(s.root);
  spawnSync("mv", [folder, `${folder}-copy`]);
  spawnSync("mkdir", [folder]);
  mount("-t", "tmpfs", "-o", ROOM, "tmpfs", folder);
  try {
    spawnSync("cp", ["-a", `${folder}-copy/.`, folder]);
    await s.run("git", ["update-index", "--refresh"]);
    await action((options) => mount("-o", `remount,${options}`, folder));
  } finally {
    spawnSync("umount", ["--lazy", folder]);
    spawnSync("rm", ["-rf", `${folder}-copy`]);
  }
}

function used(folder: string): Used {
  const { blocks, bfree, files, ffree } = statfsSync(folder);
  return { pages: blocks - bfree, inodes: files - ffree };
}

/** Runs an operation on such a disk, and again with free space. Returns true if the disk had enough space or no such state. */
async function run(operation: Operation, disk: string, free: number, ends: Ends): Promise<boolean> {
  let isDone = false;
  const s = (await prepareFor(operation)).apart;
  await onDisk(s, async (remount) => {
    const before = await repositoryParts(s);
    const options = DISKS[disk]?.(free, used(s.root));
    if (options === undefined) {
      isDone = true;
      return;
    }
    remount(options);
    const ran = await s.run("timeout", ["60", process.execPath, CLI, ...splitArguments(operation.args)]);
    const told = `${operation.args}, ${disk} but ${free}: ${ran.code}\n${ran.stderr}`;
    expect(ran.stderr, told).not.toMatch(NOT_FAULTS);
    const look = await s.session("status");
    expect(look.code, `${told}\nstatus: ${look.stderr}`).toBe(0);
    if (ran.code !== 0) {
      expect(ran.code, told).toBeLessThan(5);
      expect(ran.stderr.match(/^error: /gm), told).toHaveLength(1);
      // git itself does not always say why.
      expect(ran.stderr, told).toMatch(
        /full|no space|read-only|disk|git \S+ failed: |origin did not accept/i,
      );
    }
    const torn = /half checked out/.test(ran.stderr) ? /^file / : /^$/;
    const broken = { operation, before, ends, told };
    const between = await expectWhole(s, broken, torn);
    isDone = ran.code === 0 && JSON.stringify(between) === JSON.stringify(ends.state);
    remount(ROOM);
    if (isDone) expect(await shownRecord(s), told).toBe(ends.record);
    else await expectSameEnd(s, broken, between);
  });
  return isDone;
}

async function endsOf(operation: Operation): Promise<Ends> {
  const s = await prepareFor(operation);
  await s.ok(...splitArguments(operation.args));
  return { state: await repositoryParts(s), record: await shownRecord(s), problems: await doctorProblems(s) };
}

/** The reason why this machine cannot mount test disks; undefined if it can. */
const noDisks =
  process.platform !== "linux"
    ? "tmpfs is Linux's"
    : process.getuid?.() !== 0
      ? "only root may mount"
      : undefined;

const wanted = process.env.SESSION_DISK_OPERATIONS;
const cases = OPERATIONS.flatMap((each) =>
  Object.keys(DISKS).map((disk) => [each.args, disk, each] as const),
);
const some =
  wanted === undefined ? sampleEvery(cases, 13) : cases.filter(([args]) => args.startsWith(wanted));

test.skipIf(noDisks !== undefined).each(some)(
  `%s on a disk that is %s loses nothing${noDisks === undefined ? "" : ` (skipped: ${noDisks})`}`,
  async (_args, disk, operation) => {
    const ends = await endsOf(operation);
    const failed: string[] = [];
    for (const free of sampledChanges(300, 12)) {
      const done = await run(operation, disk, free - 1, ends).catch((error: Error) => {
        failed.push(error.message);
        return false;
      });
      if (done) break;
    }
    if (failed.length > 0) throw new Error(failed.join("\n======\n"));
  },
  1_800_000,
);

import { expect, test } from "vitest";
import {
  branchOf,
  currentSession,
  expectNothingLost,
  newWorld,
  pick,
  protectedState,
  tryGit,
  trySession,
  updateModel,
  type World,
} from "../support/fuzz-model.ts";
import { sampledSeeds } from "../support/sampling.ts";

/** SESSION_FUZZ_SEED and SESSION_FUZZ_STEPS run others, and longer. */
const SEEDS = sampledSeeds([1, 2]);
const STEPS = Number(process.env.SESSION_FUZZ_STEPS ?? 16);

type Part = "head" | "refs" | "index" | "stash" | "files";

interface Step {
  readonly weight: number;
  /** The parts that a step may change; git's own steps may change anything. */
  readonly changes: readonly Part[] | "git";
  run(world: World): Promise<unknown>;
}

const FILES = ["a.txt", "b.txt", "src/c.txt", "ü.txt"];
const COMMIT: readonly Part[] = ["head", "refs", "index", "files"];

/** Changes this branch's session; the model follows, or is updated after a kill. */
async function record(
  world: World,
  args: string[],
  follow: (of: NonNullable<Awaited<ReturnType<typeof currentSession>>>) => void,
) {
  const session = await currentSession(world);
  if (!session) return;
  const code = await trySession(world, ...args);
  if (code === 0) follow(session);
  else if (code >= 128) await updateModel(world);
}

async function checkpoint(world: World): Promise<void> {
  const how = pick(world, [[], ["-A"], ["-A", "--amend"], ["--staged"], ["--allow-empty"]]) ?? [];
  const text = `Decision ${++world.count}`;
  const decide = world.random() < 0.4;
  const done = (await currentSession(world))?.objectives.findIndex((each) => each.mark === "open") ?? -1;
  const complete = done >= 0 && world.random() < 0.4;
  const args = ["checkpoint", ...how, "-m", `feat: ${world.count}`];
  if (decide) args.push("--decision", text);
  if (complete) args.push("--complete", `${done + 1}`);
  await record(world, args, (session) => {
    if (decide) session.decisions.push(text);
    const objective = session.objectives[done];
    if (complete && objective) objective.mark = "done";
  });
}

async function start(world: World): Promise<void> {
  const branch = `b${++world.count}`;
  if ((await trySession(world, "start", branch, "--new", "-o", `Objective ${world.count}`)) === 0) {
    const { id } = (await world.s.json("status")).session;
    const objectives = [{ text: `Objective ${world.count}`, mark: "open" as const }];
    world.sessions.push({ id, branch, ended: false, objectives, decisions: [] });
  } else await updateModel(world);
}

async function end(world: World): Promise<void> {
  const merge = world.random() < 0.4 ? ["--merge-to", "main", "--commit"] : [];
  const squash = merge.length > 0 && world.random() < 0.5 ? ["--squash"] : [];
  await record(world, ["end", ...merge, ...squash], (session) => {
    session.ended = true;
  });
}

async function resume(world: World): Promise<void> {
  const session = pick(
    world,
    world.sessions.filter((each) => each.ended),
  );
  if (!session || world.sessions.some((each) => !each.ended && each.branch === session.branch)) return;
  const code = await trySession(world, "resume", session.id);
  if (code === 0) session.ended = false;
  else if (code >= 128) {
    session.ended = (await world.s.json("handoff", session.id)).session.state === "ended";
  }
}

async function edit(world: World): Promise<void> {
  const file = pick(world, FILES) ?? "";
  world.story.push(`edit ${file}`);
  const before = world.s.exists(file) ? await world.s.read(file) : "";
  await world.s.write(
    file,
    world.random() < 0.5 ? `${++world.count}\n${before}` : `${before}${++world.count}\n`,
  );
}

async function mark(world: World): Promise<void> {
  const session = await currentSession(world);
  const at = Math.floor(world.random() * (session?.objectives.length ?? 0));
  const [word, after] = pick(world, [
    ["start", "active"],
    ["complete", "done"],
    ["reopen", "open"],
    ["drop", "dropped"],
  ] as const) ?? ["start", "active"];
  if (!session?.objectives[at]) return;
  await record(world, ["objectives", word, `${at + 1}`], ({ objectives }) => {
    const objective = objectives[at];
    if (objective) objective.mark = after;
  });
}

async function toMain(world: World, ...args: string[]): Promise<void> {
  const from = await branchOf(world);
  if (from === "main" || !(await tryGit(world, "switch", "--quiet", "main"))) return;
  await tryGit(world, ...args.map((each) => (each === "@" ? from : each)));
  await tryGit(world, "switch", "--quiet", from);
}

/** Renames a branch and back: the session belongs to the name. */
async function rename(world: World): Promise<void> {
  const branch = await branchOf(world);
  if (branch === "main" || !(await tryGit(world, "branch", "-m", branch, `${branch}-renamed`))) return;
  expect(await world.s.ok("status")).toMatch(/no session/);
  await expectNothingLost(world, false);
  await tryGit(world, "branch", "-m", `${branch}-renamed`, branch);
}

async function worktree(world: World): Promise<void> {
  const here = await branchOf(world);
  const session = pick(
    world,
    world.sessions.filter((each) => !each.ended && each.branch !== here),
  );
  if (!session || !(await tryGit(world, "worktree", "add", "--quiet", "../tree", session.branch))) return;
  const text = `Objective ${++world.count}`;
  world.story.push(`in the worktree: session objectives add ${text}`);
  await world.s.at("../tree").ok("objectives", "add", text);
  session.objectives.push({ text, mark: "open" });
  await tryGit(world, "worktree", "remove", "--force", "../tree");
}

const STEP: readonly Step[] = [
  { weight: 3, changes: ["head", "refs"], run: start },
  {
    weight: 3,
    changes: [],
    run: (world) => {
      const text = `Objective ${++world.count}`;
      return record(world, ["objectives", "add", text], ({ objectives }) =>
        objectives.push({ text, mark: "open" }),
      );
    },
  },
  {
    weight: 4,
    changes: [],
    run: (world) => {
      const text = `Decision ${++world.count}`;
      return record(world, ["decisions", "add", text], ({ decisions }) => decisions.push(text));
    },
  },
  {
    weight: 1,
    changes: [],
    run: (world) => record(world, ["blockers", "add", `Blocker ${++world.count}`], () => {}),
  },
  { weight: 3, changes: [], run: mark },
  { weight: 6, changes: ["files"], run: edit },
  { weight: 3, changes: "git", run: (world) => tryGit(world, "add", pick(world, FILES) ?? "") },
  { weight: 6, changes: COMMIT, run: checkpoint },
  {
    weight: 3,
    changes: "git",
    run: (world) => tryGit(world, "commit", "--quiet", "-am", `plain ${++world.count}`),
  },
  { weight: 1, changes: "git", run: (world) => tryGit(world, "commit", "--quiet", "--amend", "--no-edit") },
  {
    weight: 1,
    changes: "git",
    run: (world) => tryGit(world, "commit", "--quiet", "--amend", "-m", "reworded"),
  },
  { weight: 2, changes: "git", run: (world) => tryGit(world, "reset", "--quiet", "--soft", "HEAD~1") },
  { weight: 2, changes: "git", run: (world) => tryGit(world, "rebase", "--quiet", "--autostash", "main") },
  { weight: 1, changes: "git", run: (world) => tryGit(world, "merge", "--quiet", "--no-edit", "main") },
  { weight: 1, changes: "git", run: (world) => toMain(world, "cherry-pick", "--allow-empty", "@") },
  { weight: 1, changes: "git", run: (world) => toMain(world, "merge", "--quiet", "--no-edit", "@") },
  {
    weight: 1,
    changes: "git",
    run: (world) => tryGit(world, "stash", "push", "--quiet", "--include-untracked"),
  },
  {
    weight: 2,
    changes: "git",
    run: (world) =>
      tryGit(world, "stash", "pop", "--quiet").then(
        (ok) => ok || tryGit(world, "reset", "--quiet", "--hard"),
      ),
  },
  {
    weight: 3,
    changes: "git",
    run: (world) => tryGit(world, "switch", "--quiet", pick(world, world.sessions)?.branch ?? "main"),
  },
  { weight: 1, changes: "git", run: rename },
  { weight: 1, changes: "git", run: worktree },
  { weight: 2, changes: [...COMMIT, "stash"], run: end },
  { weight: 2, changes: COMMIT, run: resume },
];

function nextStep(world: World): Step {
  const often = STEP.flatMap((each) => Array.from({ length: each.weight }, () => each));
  return pick(world, often) as Step;
}

test.each(SEEDS)(
  "seed %i: random commands and git operations lose no record and touch nothing else",
  async (seed) => {
    const world = await newWorld(seed);
    try {
      await start(world);
      for (let at = 0; at < STEPS; at++) {
        const step = nextStep(world);
        const before = await protectedState(world);
        await step.run(world);
        if (step.changes !== "git") {
          const after = await protectedState(world);
          const changed = Object.keys(before).filter((part) => before[part] !== after[part]);
          expect(step.changes).toEqual(expect.arrayContaining(changed));
        }
        await expectNothingLost(world, at % 8 === 7);
      }
      await expectNothingLost(world, true);
      await world.s.git("fsck", "--strict");
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`seed ${seed}: ${message}\n${world.story.join("\n")}`, { cause: error });
    }
  },
  60_000 + STEPS * 5_000,
);

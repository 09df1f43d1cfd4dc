/** Random actions of people on sessions in several clones: by command, by hand and with git. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  type Clones,
  fileOf,
  folderOf,
  forget,
  type Kind,
  nameOf,
  newText,
  pick,
  remember,
  trySession,
  wordsIn,
} from "./many-clones.ts";
import type { Scratch } from "./scratch.ts";

interface Here {
  readonly s: Scratch;
  readonly id: string;
  readonly branch: string;
}

type Deed = (world: Clones, here: Here) => Promise<unknown>;

/** Runs one random action in one clone, on its checked-out session. */
export async function doRandomAction(world: Clones): Promise<void> {
  const s = pick(world, world.clones);
  const branch = await s.git("branch", "--show-current");
  const id = [...world.sessions].find(([, each]) => each === branch)?.[0] ?? "";
  const weights: readonly (readonly [number, Deed])[] = [
    [3, record],
    [3, change],
    [3, byHand],
    [1, keep],
    [2, git],
    [1, lives],
    [5, talk],
  ];
  const kind = pick(
    world,
    weights.flatMap(([weight, deed]) => new Array<Deed>(weight).fill(deed)),
  );
  await kind(world, { s, id, branch });
}

/** Runs a command. Its text must survive once the command succeeded or the record contains it. */
async function write(
  world: Clones,
  { s, id }: Pick<Here, "s" | "id">,
  kind: Kind,
  text: string,
  args: readonly string[],
  instead = "",
): Promise<void> {
  const ran = await trySession(world, s, args);
  if (ran?.code !== 0) {
    await finish(world, { s, id });
    const files = ["objectives.md", "blockers.md", "context.json", "events.jsonl"];
    const now = files.map((name) => fileOf(s, id, name)).join("\n");
    if (!wordsIn(text).every((word) => wordsIn(now).includes(word))) return;
  }
  forget(world, instead);
  remember(world, kind, id, text);
}

/** Runs a writing command without a change, so that the decision of a killed command is applied. */
async function finish(world: Clones, { s, id }: Pick<Here, "s" | "id">): Promise<void> {
  await trySession(world, s, ["tag", id, "none", "--remove"], true);
}

const record: Deed = async (world, here) => {
  const text = newText(world);
  const [kind, args] = pick<[Kind, string[]]>(world, [
    ["objectives.md", ["objectives", "add", text]],
    ["objectives.md", ["objectives", "add", text]],
    ["blockers.md", ["blockers", "add", text]],
    ["context.json", ["decisions", "add", text, "--rationale", "why not"]],
    ["context.json", ["note", text]],
    ["context.json", ["verify", text, "--result", "passed"]],
  ]);
  await write(world, here, kind, text, args);
};

/** Returns the ids and texts of a file's tasks. */
function tasksOf({ s, id }: Here, name: string): { readonly id: string; readonly text: string }[] {
  const found: { id: string; text: string }[] = [];
  for (const line of fileOf(s, id, name).split("\n")) {
    const [, task, text] = /^- \[.\] (\w+-\d+): (.*)$/.exec(line) ?? [];
    const last = found.at(-1);
    if (task !== undefined && text !== undefined) found.push({ id: task, text });
    else if (line.startsWith(" ") && last) found[found.length - 1] = { ...last, text: last.text + line };
  }
  return found;
}

const change: Deed = async (world, here) => {
  if (world.random() < 0.2) {
    // Of two notes that one clone gives, the second takes the place of the first.
    const open = new Set(
      [...fileOf(here.s, here.id, "blockers.md").matchAll(/^- \[ \] (blk-\d+)/gm)].map((each) => each[1]),
    );
    const blocker = pick(
      world,
      tasksOf(here, "blockers.md").filter((each) => open.has(each.id)),
    );
    const note = newText(world);
    if (!blocker) return;
    return write(world, here, "blockers.md", note, ["blockers", "resolve", blocker.id, "--note", note]);
  }
  const task = pick(world, tasksOf(here, "objectives.md"));
  if (!task) return;
  const verb = pick(world, ["complete", "start", "reopen", "drop", "edit", "edit", "edit"]);
  if (verb !== "edit") return trySession(world, here.s, ["objectives", verb, task.id]);
  const text = newText(world);
  await write(world, here, "objectives.md", text, ["objectives", "edit", task.id, text], task.text);
};

const byHand: Deed = async (world, { s, id }) => {
  const folder = folderOf(s, id);
  const file = path.join(folder ?? "", "objectives.md");
  if (folder === undefined || !existsSync(file)) return;
  const lines = readFileSync(file, "utf8").split("\n");
  const text = newText(world);
  const tasks = lines.flatMap((line, at) =>
    /^- \[.\]/.test(line) && !/^ /.test(lines[at + 1] ?? "") ? [at] : [],
  );
  const at = pick(world, tasks);
  const how = pick(world, ["task", "line", "mark", "text", "delete"]);
  const line = lines[at ?? -1] ?? "";
  world.story.push(
    `${nameOf(world, s)}: by hand in ${file.split("/").slice(-2).join("/")}: ${how} ${line} ${text}`,
  );
  if (how === "task" || at === undefined) lines.splice(at ?? lines.length, 0, `- [ ] ${text}`);
  else if (how === "line") lines.splice(at, 0, text);
  else if (how === "mark")
    lines[at] = line.replace(/^- \[.\]/, pick(world, ["- [x]", "- [>]", "- [ ]", "- [-]"]));
  else if (how === "text") lines[at] = line.replace(/^(- \[.\] (?:\w+-\d+: )?).*/, `$1${text}`);
  else lines.splice(at, 1);
  if (how === "text" || how === "delete") forget(world, line);
  if (how !== "mark" && how !== "delete") remember(world, "objectives.md", id, text);
  writeFileSync(file, lines.join("\n"));
};

/** Changes title, tags, metadata or documents. */
const keep: Deed = async (world, here) => {
  const { s, id } = here;
  const text = newText(world);
  const { tags = [] } = JSON.parse(fileOf(s, id, "context.json") || "{}");
  const how = pick(world, ["tag", "untag", "meta", "title", "document", "undo"]);
  if (how === "tag") return write(world, here, "context.json", text, ["tag", id, text]);
  if (how === "title") return write(world, here, "anywhere", text, ["rename", id, text]);
  if (how === "meta") {
    const args = [
      "meta",
      id,
      pick(world, ["owner", "ticket"]),
      ...(world.random() < 0.8 ? [text] : ["--unset"]),
    ];
    return args.includes(text) ? write(world, here, "anywhere", text, args) : trySession(world, s, args);
  }
  if (how === "document") return document(world, here, text);
  const before = recordOf(here);
  await trySession(
    world,
    s,
    how === "undo" ? ["undo", id] : ["tag", id, pick(world, tags) ?? "none", "--remove"],
  );
  await finish(world, here);
  const after = wordsIn(recordOf(here));
  forget(
    world,
    wordsIn(before)
      .filter((word) => !after.includes(word))
      .join(" "),
  );
};

function recordOf({ s, id }: Here): string {
  return ["objectives.md", "blockers.md", "context.json"].map((name) => fileOf(s, id, name)).join("\n");
}

async function document(world: Clones, here: Here, text: string): Promise<void> {
  const folder = folderOf(here.s, here.id);
  if (folder === undefined) return;
  const name = pick(world, ["plan.md", "notes.md"]);
  const file = path.join(folder, "workspace", name);
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const lines = before.split("\n");
  const at = Math.floor(world.random() * lines.length);
  await here.s.write(
    path.join("..", "doc", name),
    [...lines.slice(0, at), text, ...lines.slice(at)].join("\n"),
  );
  const args = ["workspace", "add", path.join(here.s.root, "../doc", name), "--force"];
  const ran = await trySession(world, here.s, args, true);
  if (ran?.code === 0) remember(world, "document", here.id, text);
}

/** Works on the project: checkpoints, plain commits, git push and git pull. */
const git: Deed = async (world, here) => {
  const { s, branch } = here;
  const text = newText(world);
  const run = (...args: string[]) => {
    world.story.push(`${nameOf(world, s)}: git ${args.join(" ")}`);
    return s.run("git", args);
  };
  const ways = ["checkpoint", "checkpoint", "commit", "push", "pull", "pull", "rebase", "switch", "fetch"];
  const how = pick(world, ways);
  if (how === "checkpoint") {
    await s.write(`${nameOf(world, s)}-${world.count}.txt`, `${text}\n`);
    const args = ["checkpoint", "-A", "-m", `feat: step ${world.count}`];
    return write(world, here, "context.json", text, [...args, "--decision", text]);
  }
  if (how === "commit") {
    await s.write(`${nameOf(world, s)}-${world.count}.txt`, `${text}\n`);
    await run("add", "--all");
    return run("commit", "--quiet", "-m", `fix: step ${world.count}`);
  }
  if (how === "push") return run("push", "--quiet", "origin", branch);
  if (how === "fetch") return run("fetch", "--quiet", "origin", "refs/sessions/*:refs/sessions/*");
  if (how === "switch") return run("switch", "--quiet", pick(world, [...world.sessions.values()]));
  const how2 = how === "pull" ? "--no-rebase" : "--rebase";
  const ran = await run("pull", "--quiet", "--no-edit", how2, "origin", branch);
  if (ran.code !== 0) for (const operation of ["merge", "rebase"]) await s.run("git", [operation, "--abort"]);
};

/** Ends, resumes, archives, deletes or restores a session. */
const lives: Deed = async (world, here) => {
  const { s, id } = here;
  const text = newText(world);
  const how = pick(world, ["end", "resume", "resume", "resume", "archive", "unarchive", "delete", "pause"]);
  if (how === "end") {
    await write(world, here, "anywhere", text, ["end", "--summary", text]);
    if (world.random() < 0.6) await trySession(world, s, ["resume", id]);
    return;
  }
  if (how === "delete") {
    await trySession(world, s, ["delete", id, "--force"]);
    return trySession(world, s, ["restore", id]);
  }
  await trySession(world, s, how === "pause" ? ["pause"] : [how, id]);
};

/** Pushes and pulls: alone, two at once, to another clone, or with a missing remote. */
const talk: Deed = async (world, { s, id }) => {
  const other = pick(
    world,
    world.clones.filter((each) => each !== s),
  );
  const all = [
    ["push"],
    ["push", id],
    ["push", "--all", "--workspace"],
    ["pull"],
    ["pull"],
    ["sync"],
    ["share", id],
    ["push", id, other.root],
    ["push", id, "../nowhere.git"],
  ];
  const first = trySession(world, s, pick(world, all));
  if (world.random() < 0.6) return void (await first);
  world.story.push("  at once with:");
  await Promise.all([first, trySession(world, pick(world, world.clones), pick(world, all))]);
};

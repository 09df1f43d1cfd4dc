import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { About, OptionsOf } from "../cli/command.ts";
import { isGlance, standing } from "../cli/first-screen.ts";
import { ALLOW, also, BRIEF, each, eachMeta, eachTag, KEEP, metaPairs } from "../cli/options.ts";
import { type Resumed, resume } from "../lifecycle/resume.ts";
import { branchFor, type StartRequest } from "../lifecycle/start.ts";
import {
  notAppliedTexts,
  resumeExisting,
  startOrResume,
  withObjectives,
} from "../lifecycle/start-or-resume.ts";
import { missingCommitsText, type StartPoint, startPointText } from "../lifecycle/start-point.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import type { Output } from "../terminal/output.ts";
import { asks, confirm } from "../terminal/prompt.ts";
import { workLines } from "../terminal/screens/stashed-work.ts";
import { defined } from "../text/defined.ts";
import { shellWord } from "../text/shell.ts";
import { briefText } from "../views/brief/brief-text.ts";

export const about: About = {
  name: "start",
  aliases: ["new", "create"],
  group: "Start here",
  order: 20,
  everyday: true,
  summary: "Start a session on a branch, new or existing",
  description:
    "Creates the branch or uses an existing one, starts a session on it and prints the brief (on a terminal, a summary). If the branch already has a session, in its commits or on a remote, that session is resumed. A branch cut from another session inherits its open objectives.",
  examples: [
    ['session start feature/login -o "OAuth login"', "a new branch, one objective"],
    ["session start fix/crash --from main", "start at main"],
    ['session start --title "Fix the crash"', "on branch fix-the-crash"],
    ["session start fix/crash --worktree", "in its own worktree"],
    ["session start fix/crash --template bugfix", "from a template"],
    ["session start feature/login --resume", "start or resume"],
  ],
};

const flags = (command: Command) =>
  command
    .usage("[<branch>] [options]")
    .argument("[branch]", "default: the current branch, or one made from --title")
    .option("-o, --objective <text>", "add an objective (repeatable)", each)
    .option("--title <text>", "set the title (default: made from the branch)")
    .option("--template <template>", "use a template: see session templates")
    .option("--from <ref>", "start a new branch at <ref> (default: start.base)")
    .option("--tag <tag>", "add a tag (repeatable, or comma-separated)", eachTag)
    .option("--meta <key=value>", "set metadata, or a JSON object of it (repeatable)", eachMeta)
    .option("--provider <name>", "set `provider` in the metadata")
    .option("--model <name>", "set `model` in the metadata")
    .option("--no-switch", "leave the current branch checked out")
    .option(...KEEP)
    .option("--worktree [path]", "check it out in a new worktree (default: next to this)")
    .option(...ALLOW)
    .option("--resume", "resume an existing session; without a branch, the last")
    .option(...BRIEF)
    .option("--new", "start a new session even if the branch had one");

type Options = OptionsOf<typeof flags>;

export function define(command: Command): void {
  const started = flags(command);
  also(command, {
    "--name": "--title",
    "--tags": "--tag",
    "--metadata": "--meta",
    "--no-activate": "--no-switch",
  });
  started.does(async ({ cwd, place: open, out }, given, options) => {
    const { objective } = options;
    if (options.resume && given === undefined && options.worktree === undefined) {
      const last = await resume(await open(), undefined);
      return goesOn(out, await withObjectives(last, objective ?? []), false, options);
    }
    const linked = options.worktree !== undefined;
    const place = await open({ bare: linked });
    const here = linked || options.resume ? undefined : await branchFor(place, options.title);
    const { branch, worktree } = placeAsked(cwd, given ?? here, options);
    const resumed = options.resume ? await resumeExisting(place, branch, worktree, objective) : undefined;
    if (resumed) return goesOn(out, resumed, linked, options);
    const stacks = asks(out) ? (begins: StartPoint) => confirm(stackQuestion(begins), true) : undefined;
    const asked = { branch, ...(worktree && { worktree }), ...request(options), ...defined({ stacks }) };
    const done = await startOrResume(place, asked);
    if ("resumed" in done) return goesOn(out, done.resumed, linked, options);
    const { started } = done;
    const { title, id } = started.state.context;
    const folder = worktree === undefined ? "" : ` in ${started.place.repository.root}`;
    const on = `${started.created ? "the new branch " : ""}${branch}${folder}`;
    const from = started.begins === undefined ? "" : `, ${startPointText(started.begins)}`;
    out.say(`Session ${title} (${id}) started on ${on}${from}.`);
    for (const note of started.notes) out.warn(note);
    await tell(out, started, worktree !== undefined, options.brief);
    for (const line of workLines(started)) out.say(line);
    const { begins } = started;
    if (begins?.unasked && begins.ahead?.commits)
      out.hint(`session start <branch> --from ${shellWord(begins.ahead.of)}`);
  });
}

async function goesOn(out: Output, resumed: Resumed, linked: boolean, options: Options): Promise<void> {
  const { branch, root } = resumed.place.repository;
  for (const each of notAppliedTexts(notApplied(options))) out.warn(each);
  for (const warning of resumed.warnings) out.warn(warning);
  out.say(`Session ${resumed.state.context.title} on ${branch} continues${linked ? ` in ${root}` : ""}.`);
  for (const line of workLines(resumed)) out.say(line);
  return tell(out, resumed, linked, options.brief);
}

function stackQuestion({ at, ahead }: StartPoint): string {
  return `Begin at ${at}, with ${missingCommitsText(ahead)}? "No" begins at ${ahead?.of}.`;
}

/** Returns the options that have no effect on an existing session. */
function notApplied({ template, title, from, tag, meta, provider, model }: Options): string[] {
  const given = { "--template": template, "--title": title, "--from": from, "--tag": tag, "--meta": meta };
  Object.assign(given, { "--provider": provider, "--model": model });
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

/** Prints the brief, on a terminal the short screen; for another worktree, the command that leads to it. */
async function tell(
  out: Output,
  { place, state }: { place: Place; state: SessionState },
  linked: boolean,
  brief: boolean | undefined,
) {
  const { context } = state;
  const { root, branch } = place.repository;
  if (linked) return out.data(`cd ${shellWord(root)}`, { session: context, worktree: root });
  if (branch !== branchOf(context)) return out.done("", { session: context }, context.id);
  if (out.quiet && !out.json) return out.data(context.id, undefined);
  if (isGlance(out, brief)) {
    out.data(await standing(out, place), undefined);
    return out.hint("session brief");
  }
  const read = await briefText(place);
  out.data(read.text, { session: context, brief: read.view });
}

/** Returns the branch, also if the optional value of `--worktree` took the branch's place on the line. */
function placeAsked(cwd: string, given: string | undefined, { worktree, switch: switches }: Options) {
  if (worktree !== undefined && !switches)
    throw new Failure("usage", "--worktree and --no-switch cannot be used together");
  const taken = given === undefined && typeof worktree === "string";
  const branch = taken ? worktree : given;
  if (branch === undefined)
    throw new Failure("usage", "missing required argument 'branch'", { hint: "session help start" });
  if (worktree === undefined) return { branch };
  return { branch, worktree: taken || worktree === true ? (true as const) : path.resolve(cwd, worktree) };
}

function request(options: Options): Omit<StartRequest, "branch"> {
  const { provider, model } = options;
  const meta = [...(options.meta ?? []), ...metaPairs({ provider, model })];
  return {
    switch: options.switch,
    ...defined({
      keep: options.keep,
      anew: options.new,
      objectives: options.objective,
      title: options.title,
      template: options.template,
      from: options.from,
      tags: options.tag,
      meta: meta.length === 0 ? undefined : meta,
    }),
  };
}

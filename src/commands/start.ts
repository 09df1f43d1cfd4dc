import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { About, OptionsOf } from "../cli/command.ts";
import { ALLOW, also, each, eachMeta, eachTag, KEEP, metaPairs } from "../cli/options.ts";
import { resumeAgain, startOrResume } from "../lifecycle/again.ts";
import { type Begins, beginsText, notIn } from "../lifecycle/origin.ts";
import { type Resumed, resume } from "../lifecycle/resume.ts";
import { branchFor, type StartRequest } from "../lifecycle/start.ts";
import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { branchOf, type SessionState } from "../session/state.ts";
import type { Output } from "../terminal/output.ts";
import { asks, confirm } from "../terminal/prompt.ts";
import { workLines } from "../terminal/screens/work.ts";
import { defined } from "../text/defined.ts";
import { word } from "../text/shell.ts";
import { briefText } from "../views/texts.ts";

export const about: About = {
  name: "start",
  aliases: ["new", "create"],
  group: "Start here",
  order: 20,
  summary: "Start a session on a branch, new or existing",
  description:
    "Creates the branch, or adopts one that exists, starts a session on it and prints the brief. A session that the branch carries, ended, in its commits or on a remote, is taken up instead; on a branch cut from a session's, the new one inherits what that leaves open.",
  examples: [
    ['session start feature/login -o "OAuth login"', "new branch from here, one objective"],
    ["session start fix/crash --from main", "new branch from there, whatever is checked out"],
    ['session start --title "Fix the crash"', "new branch fix-the-crash"],
    ["session start fix/crash --worktree", "in a folder of its own, beside this one"],
    ["session start fix/crash --template bugfix", "objectives, tags and checklist of a template"],
    ["session start feature/login --resume", "start it, or take it up again"],
  ],
};

const flags = (command: Command) =>
  command
    .usage("[<branch>] [options]")
    .argument("[branch]", "default: the one that is checked out, else made from the title")
    .option("-o, --objective <text>", "what the session is for; repeat it for more", each)
    .option("--title <text>", "title of the session (default: made from the branch)")
    .option("--template <name>", "begin with what .session/templates/sessions/<name>.yaml says")
    .option("--from <ref>", "where a new branch begins (default: see start.base)")
    .option("--tag <tag>", "a tag; repeat it for more, or put commas between", eachTag)
    .option("--meta <key=value>", "a value of your own, or a JSON object of them; repeatable", eachMeta)
    .option("--provider <name>", "whose model works on it, as `provider` in the metadata")
    .option("--model <name>", "which model, as `model` in the metadata")
    .option("--no-switch", "do not check the branch out")
    .option(...KEEP)
    .option("--worktree [path]", "check it out in a new linked worktree (default: beside the main one)")
    .option(...ALLOW)
    .option("--resume", "take the session up if the branch has one; without a branch, the last one")
    .option("--new", "begin another session where the branch carries one that is over");

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
    if (options.resume && given === undefined && options.worktree === undefined)
      return goesOn(out, await resume(await open(), undefined), false);
    const linked = options.worktree !== undefined;
    const place = await open({ bare: linked });
    const here = linked || options.resume ? undefined : await branchFor(place, options.title);
    const { branch, worktree } = placeAsked(cwd, given ?? here, options);
    const resumed = options.resume ? await resumeAgain(place, branch, worktree) : undefined;
    if (resumed) {
      if (options.template !== undefined)
        out.warn(`it is there already: ${options.template} was not applied`);
      return goesOn(out, resumed, linked);
    }
    const stacks = asks(out) ? (begins: Begins) => confirm(stackQuestion(begins), true) : undefined;
    const asked = { branch, ...(worktree && { worktree }), ...request(options), ...defined({ stacks }) };
    const done = await startOrResume(place, asked);
    if ("resumed" in done) {
      for (const each of notApplied(options)) out.warn(`it is there already: ${each} was not applied`);
      return goesOn(out, done.resumed, linked);
    }
    const { started } = done;
    const { title, id } = started.state.context;
    const folder = worktree === undefined ? "" : ` in ${started.place.repository.root}`;
    const on = `${started.created ? "the new branch " : ""}${branch}${folder}`;
    const from = started.begins === undefined ? "" : `, ${beginsText(started.begins)}`;
    out.say(`Session ${title} (${id}) started on ${on}${from}.`);
    for (const note of started.notes) out.warn(note);
    await tell(out, started, worktree !== undefined);
    for (const line of workLines(started)) out.say(line);
    const { begins } = started;
    if (begins?.unasked && begins.ahead?.commits)
      out.say(`hint: session start <branch> --from ${word(begins.ahead.of)}`);
  });
}

async function goesOn(out: Output, resumed: Resumed, linked: boolean): Promise<void> {
  const { branch, root } = resumed.place.repository;
  for (const warning of resumed.warnings) out.warn(warning);
  out.say(`Session ${resumed.state.context.title} on ${branch} goes on${linked ? ` in ${root}` : ""}.`);
  for (const line of workLines(resumed)) out.say(line);
  return tell(out, resumed, linked);
}

function stackQuestion({ at, ahead }: Begins): string {
  return `Begin at ${at}, with ${notIn(ahead)}? No begins at ${ahead?.of}.`;
}

/** Options that say how a session begins, of one that goes on. */
function notApplied({ template, title, tag, meta, provider, model }: Options): string[] {
  const given = { "--template": template, "--title": title, "--tag": tag, "--meta": meta };
  Object.assign(given, { "--provider": provider, "--model": model });
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
}

/** The brief; the way there where it is in another worktree; nothing for a branch that is not checked out. */
async function tell(out: Output, { place, state }: { place: Place; state: SessionState }, linked: boolean) {
  const { context } = state;
  const { root, branch } = place.repository;
  if (linked) return out.data(`cd ${word(root)}`, { session: context, worktree: root });
  if (branch !== branchOf(context)) return out.data("", { session: context });
  const brief = await briefText(place);
  out.data(brief.text, { session: context, brief: brief.view });
}

/** `--worktree` may have taken the word that was meant as the branch: without another one, it is. */
function placeAsked(cwd: string, given: string | undefined, { worktree, switch: switches }: Options) {
  if (worktree !== undefined && !switches)
    throw new Failure("usage", "--worktree checks the branch out, and --no-switch does not");
  const taken = given === undefined && typeof worktree === "string";
  const branch = taken ? worktree : given;
  if (branch === undefined)
    throw new Failure("usage", "missing required argument 'branch'", { hint: "--help shows how" });
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

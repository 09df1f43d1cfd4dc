import type { Command } from "@commander-js/extra-typings";
import { thenCheckpoint } from "../checkpoint/auto-checkpoint.ts";
import type { About, Call } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { currentSession, sessionOfHead } from "../record/find-session.ts";
import { addObjectives, markObjectives, rewordObjective } from "../record/items.ts";
import { findItem } from "../session/edits/items.ts";
import { progress } from "../session/progress.ts";
import type { Objective, ObjectiveMark } from "../session/session.ts";
import { editText } from "../terminal/editor.ts";
import { objectiveLine } from "../terminal/lines.ts";
import { tellSource } from "../terminal/record-source.ts";
import { bold } from "../terminal/style.ts";

export const about: About = {
  name: "objectives",
  aliases: ["objective", "obj"],
  group: "Keep track",
  order: 10,
  everyday: true,
  summary: "List, add and complete objectives",
  description: "Lists the objectives of this session, or changes them. Ids: obj-2 or 2.",
  examples: [
    ['session objectives add "Google login"', "add one"],
    ["session objectives start 2", "mark obj-2 as in progress"],
    ["session objectives complete 2", "mark obj-2 as done"],
    ["session objectives list", "list all objectives"],
    ["session objectives reopen 2", "mark it as open again"],
    ["session objectives drop 3", "give up on obj-3"],
    ['session objectives edit 2 "GitHub login"', "change its text"],
  ],
};

export function define(objectives: Command): void {
  objectives.does(list);
  objectives.command("list", { isDefault: false }).alias("ls").description("List objectives").does(list);
  objectives
    .command("add")
    .description("Add objectives")
    .argument("<text...>", "an objective per quoted text; unquoted words are one")
    .option(...ALLOW)
    .does(async (call, words) => {
      const place = await call.place();
      const texts = words.some((each) => /\s/.test(each)) ? words : [words.join(" ")];
      shown(call, await thenCheckpoint(place, addObjectives(place, texts)));
    });
  mark("complete", ["done"], "done", "Mark as done");
  mark("start", [], "active", "Mark as in progress");
  mark("reopen", [], "open", "Mark as open again");
  mark("drop", [], "dropped", "Give up on objectives; they stay listed");
  objectives
    .command("edit <objective> [text]")
    .description("Change the text, in your editor unless given")
    .option(...ALLOW)
    .does(async (call, id, text) => {
      const place = await call.place();
      const before = findItem((await currentSession(place)).state.objectives, id, "obj", "objective");
      const after = text ?? (await editText(place, before.text));
      shown(call, [await thenCheckpoint(place, rewordObjective(place, before.id, after))]);
    });

  function mark(name: string, aliases: string[], to: ObjectiveMark, what: string): void {
    objectives
      .command(name)
      .aliases(aliases)
      .description(what)
      .argument("<objective...>")
      .does(async (call, ids) => {
        const place = await call.place();
        shown(call, await thenCheckpoint(place, markObjectives(place, ids, to)));
      });
  }
}

async function list({ place: open, out }: Call): Promise<void> {
  const { session, record } = await sessionOfHead(await open());
  const { state } = session;
  tellSource(out, record);
  const { objectives } = state;
  const done = progress(objectives);
  if (done === undefined) return out.none("No objectives yet.", objectives, 'session objectives add "..."');
  const head = out.quiet ? [] : [`${bold("Objectives")}  ${done}`];
  out.screen([...head, ...objectives.map((each) => objectiveLine(each, out.emoji))], objectives);
}

function shown({ out }: Call, changed: readonly Objective[]): void {
  const lines = changed.map((each) => objectiveLine(each, out.emoji));
  const ids = changed.map((each) => each.id).join("\n");
  out.done(lines, changed.length === 1 ? changed[0] : changed, ids);
}

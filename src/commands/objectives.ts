import type { Command } from "@commander-js/extra-typings";
import { thenCheckpoint } from "../checkpoint/auto.ts";
import type { About, Call } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { addObjectives, editorOf, markObjectives, rewordObjective } from "../record/record.ts";
import { currentSession, sessionOfHead } from "../record/session.ts";
import type { Objective, ObjectiveMark } from "../session/session.ts";
import { find, progress } from "../session/state.ts";
import { editText } from "../terminal/editor.ts";
import { objectiveLine } from "../terminal/lines.ts";
import { tellSource } from "../terminal/source.ts";
import { bold, dim } from "../terminal/style.ts";

export const about: About = {
  name: "objectives",
  aliases: ["objective", "obj"],
  group: "Keep track",
  order: 10,
  summary: "List or change what this session is for",
  description: "Lists the objectives of this session, or changes them. An id may be given as obj-2 or 2.",
  examples: [
    ['session objectives add "Google login"', "one more"],
    ["session objectives start 2", "obj-2 is in progress"],
    ["session objectives complete 2", "obj-2 is done"],
  ],
};

export function define(objectives: Command): void {
  objectives.does(list);
  objectives.command("list", { isDefault: false }).alias("ls").description("list them").does(list);
  objectives
    .command("add")
    .description("add objectives")
    .argument("<text...>", "one objective each; several words without quotes are one")
    .option(...ALLOW)
    .does(async (call, words) => {
      const place = await call.place();
      const texts = words.some((each) => /\s/.test(each)) ? words : [words.join(" ")];
      shown(call, await thenCheckpoint(place, addObjectives(place, texts)));
    });
  mark("complete", ["done"], "done", "mark as done");
  mark("start", [], "active", "mark as in progress");
  mark("reopen", [], "open", "mark as open again");
  mark("drop", [], "dropped", "give up on it; it stays listed");
  objectives
    .command("edit <id> [text]")
    .description("change the text; without one, in your editor")
    .option(...ALLOW)
    .does(async (call, id, text) => {
      const place = await call.place();
      const before = find((await currentSession(place)).state.objectives, id, "obj", "objective");
      const after = text ?? (await editText(await editorOf(place), before.text));
      shown(call, [await thenCheckpoint(place, rewordObjective(place, before.id, after))]);
    });

  function mark(name: string, aliases: string[], to: ObjectiveMark, what: string): void {
    objectives
      .command(name)
      .aliases(aliases)
      .description(what)
      .argument("<id...>")
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
  const head =
    done === undefined
      ? dim('No objectives yet: session objectives add "…"')
      : `${bold("Objectives")}  ${done}`;
  out.data([head, ...objectives.map((each) => objectiveLine(each, out.emoji))].join("\n"), objectives);
}

function shown({ out }: Call, changed: readonly Objective[]): void {
  const lines = changed.map((each) => objectiveLine(each, out.emoji));
  out.data(lines.join("\n"), changed.length === 1 ? changed[0] : changed);
}

import type { Command } from "@commander-js/extra-typings";
import { thenCheckpoint } from "../checkpoint/auto.ts";
import type { About, Call } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { recordBlockers, resolveBlockers } from "../record/record.ts";
import { sessionOfHead } from "../record/session.ts";
import type { Blocker } from "../session/session.ts";
import { now } from "../surroundings.ts";
import { blockerLine } from "../terminal/lines.ts";
import { tellSource } from "../terminal/source.ts";
import { bold, dim } from "../terminal/style.ts";
import { age } from "../text/duration.ts";

export const about: About = {
  name: "blockers",
  aliases: ["blocker", "blk"],
  group: "Keep track",
  order: 20,
  everyday: true,
  summary: "List, add or resolve blockers",
  description: "Lists what blocks this session, adds a blocker or resolves one. Ids: blk-1 or 1.",
  examples: [
    ["session blockers list", "every blocker, resolved ones too"],
    ['session blockers add "Waiting on API keys" --link "#42"', "with its issue"],
    ['session blockers resolve 1 --note "keys arrived"', "resolve it"],
  ],
};

export function define(blockers: Command): void {
  blockers.does(list);
  blockers.command("list").alias("ls").description("List blockers, resolved ones too").does(list);
  blockers
    .command("add <text>")
    .description("Add a blocker")
    .option(...ALLOW)
    .option("--link <issue>", "link the issue or address that it waits for")
    .does(async (call, text, options) => {
      const place = await call.place();
      shown(call, await thenCheckpoint(place, recordBlockers(place, [text], options.link)));
    });
  blockers
    .command("resolve <blocker...>")
    .description("Resolve blockers")
    .option(...ALLOW)
    .option("--note <text>", "record how it was resolved")
    .does(async (call, ids, options) => {
      const place = await call.place();
      shown(call, await thenCheckpoint(place, resolveBlockers(place, ids, options.note)));
    });
}

async function list({ place: open, out }: Call): Promise<void> {
  const { session, record } = await sessionOfHead(await open());
  const { state } = session;
  tellSource(out, record);
  const { blockers } = state;
  const open_ = blockers.filter((each) => !each.resolved).length;
  const head =
    blockers.length === 0 ? dim("Nothing blocks this session.") : `${bold("Blockers")}  ${open_} open`;
  const lines = blockers.map(
    (each) =>
      `${blockerLine(each, out.emoji)}${each.resolved || each.added === undefined ? "" : dim(`  ${age(each.added, now())}`)}`,
  );
  out.data([head, ...lines].join("\n"), blockers);
}

function shown({ out }: Call, changed: readonly Blocker[]): void {
  const lines = changed.map((each) => blockerLine(each, out.emoji));
  out.data(lines.join("\n"), changed.length === 1 ? changed[0] : changed);
}

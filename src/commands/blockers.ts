import type { Command, CommandUnknownOpts } from "@commander-js/extra-typings";
import { thenCheckpoint } from "../checkpoint/auto-checkpoint.ts";
import type { About, Call } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import type { Place } from "../place/place.ts";
import { currentSession, sessionOfHead } from "../record/find-session.ts";
import {
  dropBlockers,
  editBlocker,
  recordBlockers,
  reopenBlockers,
  resolveBlockers,
} from "../record/items.ts";
import { findItem } from "../session/edits/items.ts";
import type { Blocker } from "../session/session.ts";
import { now } from "../surroundings.ts";
import { editText } from "../terminal/editor.ts";
import { blockerLine } from "../terminal/lines.ts";
import { tellSource } from "../terminal/record-source.ts";
import { bold, dim } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";
import { age } from "../text/time/duration.ts";

export const about: About = {
  name: "blockers",
  aliases: ["blocker", "blk"],
  group: "Keep track",
  order: 20,
  everyday: true,
  summary: "List, add, change or resolve blockers",
  description: "Lists the blockers of this session, or changes them. Ids: blk-1 or 1.",
  examples: [
    ['session blockers add "Waiting on API keys" --link "#42"', "with its issue"],
    ['session blockers resolve 1 --note "keys arrived"', "resolve it"],
    ["session blockers list --all", "of every session"],
    ['session blockers edit 1 "Waiting on the vendor"', "change its text"],
    ["session blockers drop 1", "give up on it"],
    ["session blockers reopen 1", "open it again"],
  ],
};

export function define(blockers: Command): void {
  blockers.option(...ALL).does(list);
  blockers
    .command("list")
    .alias("ls")
    .description("List blockers, resolved ones too")
    .option(...ALL)
    .does(list);
  blockers
    .command("add <text>")
    .description("Add a blocker")
    .option(...ALLOW)
    .option("--link <issue>", "link the issue or address to wait for")
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
  blockers
    .command("edit <blocker> [text]")
    .description("Change the text or link, in your editor unless given")
    .option("--link <issue>", "link an issue or address; empty removes it")
    .option(...ALLOW)
    .does(async (call, id, text, { link }) => {
      const place = await call.place();
      const before = findItem((await currentSession(place)).state.blockers, id, "blk", "blocker");
      const words = text ?? (link === undefined ? await editText(place, before.text) : undefined);
      const change = editBlocker(place, before.id, defined({ text: words, link }));
      shown(call, [await thenCheckpoint(place, change)]);
    });
  blockers
    .command("drop <blocker...>")
    .description("Give up on a blocker; it stays listed")
    .option(...ALLOW)
    .option("--note <text>", "record why")
    .does(async (call, ids, options) => {
      const place = await call.place();
      shown(call, await thenCheckpoint(place, dropBlockers(place, ids, options.note)));
    });
  blockers
    .command("reopen <blocker...>")
    .description("Mark blockers as open again")
    .does(async (call, ids) => {
      const place = await call.place();
      shown(call, await thenCheckpoint(place, reopenBlockers(place, ids)));
    });
}

const ALL = ["--all", "list open ones of all open sessions"] as const;

async function list(call: Call, _options: unknown, command: CommandUnknownOpts): Promise<void> {
  const { place: open, out } = call;
  const place = await open();
  if (command.optsWithGlobals().all === true) return listAll(place, call);
  const { session, record } = await sessionOfHead(place);
  const { state } = session;
  tellSource(out, record);
  const { blockers } = state;
  if (blockers.length === 0) return out.none("No blockers.", blockers);
  const open_ = blockers.filter((each) => !each.resolved).length;
  const head = out.quiet ? [] : [`${bold("Blockers")}  ${open_} open`];
  const lines = blockers.map(
    (each) =>
      `${blockerLine(each, out.emoji)}${each.resolved || each.added === undefined ? "" : dim(`  ${age(each.added, now())} ago`)}`,
  );
  out.screen([...head, ...lines], blockers);
}

async function listAll(place: Place, { out }: Call): Promise<void> {
  const { openBlockers } = await import("../views/blockers.ts");
  const sessions = await openBlockers(place);
  const lines = sessions.map(({ title, branch, blockers }) =>
    [
      `${bold(title)}  ${dim(branch)}`,
      ...blockers.map(
        (each) =>
          `  ${blockerLine(each, out.emoji)}${each.added === undefined ? "" : dim(`  ${age(each.added, now())} ago`)}`,
      ),
    ].join("\n"),
  );
  if (sessions.length === 0) return out.none("No open blockers in any session.", sessions);
  out.screen(lines.join("\n"), sessions);
}

function shown({ out }: Call, changed: readonly Blocker[]): void {
  const lines = changed.map((each) => blockerLine(each, out.emoji));
  const ids = changed.map((each) => each.id).join("\n");
  out.done(lines, changed.length === 1 ? changed[0] : changed, ids);
}

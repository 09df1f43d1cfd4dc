import type { Command, CommandUnknownOpts } from "@commander-js/extra-typings";
import { thenCheckpoint } from "../checkpoint/auto-checkpoint.ts";
import type { About, Call } from "../cli/command.ts";
import { ALLOW, each } from "../cli/options.ts";
import { currentSession } from "../record/find-session.ts";
import { editDecision, recordDecision, withdrawDecision } from "../record/items.ts";
import { findItem } from "../session/edits/items.ts";
import type { Decision } from "../session/session.ts";
import { editText } from "../terminal/editor.ts";
import { firstLine } from "../terminal/lines.ts";
import { tellSource } from "../terminal/record-source.ts";
import { bold, dim, yellow } from "../terminal/style.ts";
import { HANG } from "../terminal/wrap.ts";
import { defined } from "../text/defined.ts";
import { decisionEndText } from "../trailers/successors.ts";
import {
  allDecisions,
  decisionByKey,
  type FoundDecision,
  namedDecision,
  sessionDecisions,
} from "../views/decisions.ts";

export const about: About = {
  name: "decisions",
  aliases: ["decision", "dec"],
  group: "Keep track",
  order: 30,
  pager: true,
  everyday: true,
  summary: "List, record, replace or withdraw decisions",
  description:
    "Lists decisions, or records one. A decision is pending until a checkpoint commits it; from then on it survives the branch, and a later one can replace or withdraw it.",
  examples: [
    ['session decisions add "Use PKCE" --rationale "no secret on the client"', "record one"],
    ["session decisions list --all", "decisions of deleted branches too"],
    ['session decisions withdraw 2 --reason "the vendor ended it"', "withdraw dec-2"],
    ["session decisions show dec-1", "show it in full"],
    ['session decisions edit 1 "Use PKCE only"', "change its text"],
    ['session decisions supersede 1 "Use device codes"', "replace it"],
    ["session decisions log", "rewrite the decision log"],
  ],
};

export function define(decisions: Command): void {
  decisions.option("--all", "include every session and branch").does(list);
  decisions
    .command("list")
    .alias("ls")
    .description("List decisions")
    .option("--all", "include every session and branch")
    .does(list);
  decisions
    .command("add <text>")
    .description("Record a decision")
    .option(...WHY)
    .option(...REJECTED)
    .option(...ALLOW)
    .option("--supersedes <decision>", "replace an earlier decision")
    .does(async (call, text, options) => {
      const place = await call.place();
      recorded(call, await thenCheckpoint(place, recordDecision(place, { text, ...options })));
    });
  decisions
    .command("edit")
    .description("Change a decision, or replace a committed one")
    .argument("<decision>")
    .argument("[text]", "new text (default: in your editor)")
    .option(...WHY)
    .option(...REJECTED)
    .option(...ALLOW)
    .does(async (call, id, text, { rationale, alternatives }) => {
      const place = await call.place();
      const before = findItem((await currentSession(place)).state.context.decisions, id, "dec", "decision");
      const asks = text === undefined && rationale === undefined && alternatives === undefined;
      const words = asks ? (await editText(place, before.text)).trim() : text;
      const change = editDecision(place, before.id, defined({ text: words, rationale, alternatives }));
      recorded(call, await thenCheckpoint(place, change));
    });
  decisions
    .command("supersede")
    .description("Record a decision that replaces another")
    .argument("<decision>", ANY)
    .argument("<text>")
    .option(...WHY)
    .option(...REJECTED)
    .option(...ALLOW)
    .does(async (call, id, text, options) => {
      const place = await call.place();
      const supersedes = (await namedDecision(place, id)).id;
      recorded(call, await thenCheckpoint(place, recordDecision(place, { text, supersedes, ...options })));
    });
  decisions
    .command("withdraw")
    .description("Withdraw a decision; it stays in history")
    .argument("<decision>", ANY)
    .option("--reason <text>", "record why")
    .option(...ALLOW)
    .does(async (call, id, options) => {
      const place = await call.place();
      const withdrawal = { ...(await namedDecision(place, id)), ...options };
      recorded(call, await thenCheckpoint(place, withdrawDecision(place, withdrawal)));
    });
  decisions
    .command("show")
    .description("Show one decision in full")
    .argument("<decision>", ANY)
    .does(async ({ place: open, out }, id) => {
      const place = await open();
      const decision = id.includes("/")
        ? decisionByKey(await allDecisions(place), id)
        : findItem((await sessionDecisions(place)).decisions, id, "dec", "decision");
      out.screen(inFull(decision), decision);
    });
  decisions
    .command("log")
    .description("Rewrite .session/decision-log.md, complete and in order")
    .does(async ({ place: open, out }) => {
      // Imported only for this subcommand: listing decisions does not read the log.
      const { rewriteDecisionLog } = await import("../record/decision-log.ts");
      const written = await rewriteDecisionLog(await open());
      const { added, carried, changed, path } = written;
      const what = added.length > 0 ? `added ${added.join(", ")}` : "put in order";
      out.done(
        changed
          ? `${path}: ${what}  ${dim(`${carried} carried`)}`
          : `${path} is complete: ${carried} carried`,
        written,
      );
    });
}

const WHY = ["--rationale <text>", "record why"] as const;
const REJECTED = ["--alternatives <text>", "record a rejected alternative (repeatable)", each] as const;
const ANY = "dec-1, or <session>/dec-1 of another session";

function recorded({ out }: Call, decision: Decision): void {
  out.done(
    `${bold(decision.id)} ${HANG}${firstLine(decision.text)}  ${dim("pending: the next checkpoint carries it")}`,
    decision,
    decision.id,
  );
}

async function list({ place: open, out }: Call, _options: unknown, command: CommandUnknownOpts) {
  const place = await open();
  const all = command.optsWithGlobals().all === true;
  const { decisions, record } = all
    ? { decisions: await allDecisions(place), record: undefined }
    : await sessionDecisions(place);
  tellSource(out, record);
  if (decisions.length === 0) {
    out.none("No decisions yet.", decisions, 'session decisions add "..."');
    return all ? undefined : out.hint("session decisions list --all");
  }
  const lines = decisions.map((decision) => line(decision, all));
  out.screen(lines, decisions);
}

function line(decision: FoundDecision, all: boolean): string {
  const id = all && decision.session !== undefined ? `${decision.session}/${decision.id}` : decision.id;
  const where = decision.commit === null ? yellow("pending ") : dim(decision.commit.slice(0, 8));
  const why = decision.rationale === undefined ? "" : dim(`  ${firstLine(decision.rationale)}`);
  const how =
    decision.reverted !== undefined
      ? yellow(`  (reverted by ${decision.reverted.slice(0, 8)})`)
      : decision.found !== undefined
        ? dim(`  (${FOUND[decision.found]})`)
        : decision.was === undefined
          ? ""
          : yellow(`  (pending again: ${decision.was.slice(0, 8)} carried it)`);
  const ended = decisionEndText(decision);
  const by = ended === undefined ? "" : yellow(`  (${ended})`);
  return `${where}  ${bold(id)}  ${HANG}${firstLine(decision.text)}${how}${by}${why}`;
}

const FOUND = {
  tree: "found by its tree: the commit does not name it",
  patch: "found by its changes: the commit does not name it",
} as const;

function inFull(decision: FoundDecision): string {
  const rows: [string, string | undefined][] = [
    ["Rationale", decision.rationale],
    ...decision.alternatives.map((each): [string, string] => ["Rejected", each]),
    ["Replaces", decision.supersedes],
    ["Replaced by", decision.supersededBy],
    ["Withdraws", decision.withdraws],
    ["Withdrawn by", decision.withdrawnBy],
    ["Commit", decision.commit ?? "pending: the next checkpoint carries it"],
    ["Found", decision.found && FOUND[decision.found]],
    ["Formerly in", decision.was],
    ["Reverted by", decision.reverted],
    ["Session", decision.session],
    ["Author", decision.author],
    ["Taken", decision.added],
  ];
  const lines = rows.flatMap(([key, value]) =>
    value === undefined
      ? []
      : [`${dim(`${key}:`.padEnd(14))}${HANG}${value.replace(/\n/g, `\n${" ".repeat(14)}`)}`],
  );
  return [`${bold(decision.id)}  ${decision.text}`, ...lines].join("\n");
}

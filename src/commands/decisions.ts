import type { Command, CommandUnknownOpts } from "@commander-js/extra-typings";
import { thenCheckpoint } from "../checkpoint/auto.ts";
import type { About, Call } from "../cli/command.ts";
import { ALLOW, each } from "../cli/options.ts";
import { recordDecision } from "../record/record.ts";
import { Failure } from "../session/failure.ts";
import { headline } from "../session/session.ts";
import { find } from "../session/state.ts";
import { tellSource } from "../terminal/source.ts";
import { bold, dim, yellow } from "../terminal/style.ts";
import { allDecisions, type FoundDecision, sessionDecisions } from "../views/decisions.ts";

export const about: About = {
  name: "decisions",
  aliases: ["decision", "dec"],
  group: "Keep track",
  order: 30,
  pager: true,
  everyday: true,
  summary: "List decisions, or record one with its reason",
  description:
    "Lists decisions or records one. A decision is pending until a checkpoint commits it; from then on it survives the branch.",
  examples: [
    ['session decisions add "Use PKCE" --rationale "no secret on the client"', "record one"],
    ["session decisions list --all", "also of deleted branches"],
    ["session decisions show dec-1", "one in full"],
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
    .option("--rationale <text>", "record why")
    .option("--alternatives <text>", "record a rejected alternative (repeatable)", each)
    .option(...ALLOW)
    .option("--supersedes <decision>", "replace an earlier decision")
    .does(async ({ place: open, out }, text, options) => {
      const place = await open();
      const decision = await thenCheckpoint(place, recordDecision(place, { text, ...options }));
      out.data(
        `${bold(decision.id)} ${headline(decision.text)}  ${dim("pending: the next checkpoint carries it")}`,
        decision,
      );
    });
  decisions
    .command("show")
    .description("Show one decision in full")
    .argument("<decision>", "dec-1, or <session>/dec-1 of another session")
    .does(async ({ place: open, out }, id) => {
      const place = await open();
      const decision = id.includes("/")
        ? byKey(await allDecisions(place), id)
        : find((await sessionDecisions(place)).decisions, id, "dec", "decision");
      out.data(inFull(decision), decision);
    });
  decisions
    .command("log")
    .description("Rewrite .session/decision-log.md, complete and in order")
    .does(async ({ place: open, out }) => {
      // Loaded for this command only: listing decisions does not read the log.
      const { rewriteDecisionLog } = await import("../record/decision-log.ts");
      const written = await rewriteDecisionLog(await open());
      const { added, carried, changed, path } = written;
      const what = added.length > 0 ? `added ${added.join(", ")}` : "put in order";
      out.data(
        changed
          ? `${path}: ${what}  ${dim(`${carried} carried`)}`
          : `${path} is complete: ${carried} carried`,
        written,
      );
    });
}

async function list({ place: open, out }: Call, _options: unknown, command: CommandUnknownOpts) {
  const place = await open();
  const all = command.optsWithGlobals().all === true;
  const { decisions, record } = all
    ? { decisions: await allDecisions(place), record: undefined }
    : await sessionDecisions(place);
  tellSource(out, record);
  const empty = dim(
    `No decisions yet: session decisions add "…"${all ? "" : ", or --all for those of other sessions"}`,
  );
  out.data(
    decisions.length === 0 ? empty : decisions.map((decision) => line(decision, all)).join("\n"),
    decisions,
  );
}

function line(decision: FoundDecision, all: boolean): string {
  const id = all && decision.session !== undefined ? `${decision.session}/${decision.id}` : decision.id;
  const where = decision.commit === null ? yellow("pending ") : dim(decision.commit.slice(0, 8));
  const why = decision.rationale === undefined ? "" : dim(`  ${headline(decision.rationale)}`);
  const how =
    decision.reverted !== undefined
      ? yellow(`  (reverted by ${decision.reverted.slice(0, 8)})`)
      : decision.found !== undefined
        ? dim(`  (${FOUND[decision.found]})`)
        : decision.was === undefined
          ? ""
          : yellow(`  (pending again: ${decision.was.slice(0, 8)} carried it)`);
  const by = decision.supersededBy === undefined ? "" : yellow(`  (superseded by ${decision.supersededBy})`);
  return `${where}  ${bold(id)}  ${headline(decision.text)}${how}${by}${why}`;
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
    ["Commit", decision.commit ?? "pending: the next checkpoint carries it"],
    ["Found", decision.found && FOUND[decision.found]],
    ["Was in", decision.was],
    ["Reverted by", decision.reverted],
    ["Session", decision.session],
    ["Author", decision.author],
    ["Taken", decision.added],
  ];
  const lines = rows.flatMap(([key, value]) =>
    value === undefined ? [] : [`${dim(`${key}:`.padEnd(13))}${value.replace(/\n/g, `\n${" ".repeat(13)}`)}`],
  );
  return [`${bold(decision.id)}  ${decision.text}`, ...lines].join("\n");
}

function byKey(decisions: readonly FoundDecision[], key: string): FoundDecision {
  const [session = "", id = ""] = key.split("/");
  const found = decisions.filter((decision) => decision.session?.startsWith(session) && decision.id === id);
  if (found.length === 1 && found[0]) return found[0];
  throw new Failure("no-such-item", `there is no decision ${key}`, { hint: "session decisions list --all" });
}

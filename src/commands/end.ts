import type { Command } from "@commander-js/extra-typings";
import type { About, Call } from "../cli/command.ts";
import { endSession } from "../cli/end-session.ts";
import { ALLOW, each, paragraph } from "../cli/options.ts";
import type { MergeKind } from "../lifecycle/check-merge.ts";
import type { Ended } from "../lifecycle/end.ts";
import { incomingText } from "../lifecycle/incoming-commits.ts";
import { leftOpenLines } from "../lifecycle/left-open.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { Failure } from "../session/failure.ts";
import { editText } from "../terminal/editor.ts";
import { changeLine } from "../terminal/lines.ts";
import { eachInTurn } from "../terminal/prompt.ts";
import { linesOf } from "../terminal/screens/metrics.ts";
import { signs } from "../terminal/signs.ts";
import { bold, dim, yellow } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";
import { withHint } from "../text/hint.ts";
import { plural } from "../text/plural.ts";
import { shellWord } from "../text/shell.ts";

export const about: About = {
  name: "end",
  aliases: ["close"],
  group: "Start here",
  order: 50,
  everyday: true,
  summary: "End this session: last checkpoint, handoff, snapshot",
  description:
    "Commits the remaining changes, writes the handoff, takes a snapshot and ends the session of this branch or named ones. With --merge-to it merges first; after a conflict nothing is changed and the session stays active. It asks before it includes uncommitted changes or commits of other sessions; without a terminal it needs --commit or --with.",
  examples: [
    ["session end", "checkpoint, handoff, snapshot"],
    ['session end --summary "login works" --handoff', "and print the handoff"],
    ["session end --merge-to main --squash --delete-branch", "one commit on main"],
    ["session end fix/one fix/two", "several"],
    ["session end fix/crash --merge-to main --remove-worktree", "another session, with its worktree"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[session...]", "id or its start, branch, title, @ or -")
    .option("--handoff", "print the handoff as well as writing it")
    .option("--no-handoff", "write no handoff")
    .option("--summary [text]", "set the summary; without a text, print the numbers")
    .option("--merge-to <branch>", "merge into this branch")
    .option("-m, --message <text>", "set the message of the squash or the last checkpoint", paragraph)
    .option("--edit", "edit the message of the squash")
    .option("--commit", "commit uncommitted changes without asking")
    .option("--with <session>", "merge commits of this session too (repeatable)", each)
    .option("--squash", "merge as one commit that carries every decision")
    .option("--no-ff", "merge with a merge commit")
    .option("--ff-only", "merge only if it is a fast-forward")
    .option("--delete-branch", "delete the branch after the merge")
    .option("--remove-worktree", "remove its worktree, unless files would be lost")
    .option("--strict", "refuse with open objectives, open blockers or failed checks")
    .option("--no-strict", "warn about open items, even with session.strict_end")
    .option("--no-quality", "merge without checking quality and rules")
    .option("--force", "end even if an agent is working on it or a rule is broken")
    .option(...ALLOW)
    .option("--no-verify", "skip the commit hooks")
    .does(async (call, sessions, options, command) => {
      const place = await call.place();
      // Checks all names first: with one unknown name, no session ends.
      if (sessions.length > 1) for (const each of sessions) await resolveSession(place, each);
      const given = (name: string) => command.getOptionValueSource(name) !== "default";
      const said = given("handoff") ? options.handoff : undefined;
      const { summary, mergeTo, message, commit, removeWorktree, quality, verify } = options;
      const request = {
        ...defined({ mergeTo, message, commit, removeWorktree, along: options.with }),
        ...defined({ handoff: said, strict: given("strict") ? options.strict : undefined }),
        ...(typeof summary === "string" ? { summary } : {}),
        ...(options.edit ? { edit: async (text: string) => editText(place, text) } : {}),
        merge: mergeKind(options, command.getOptionValueSource("ff") === "cli"),
        deleteBranch: options.deleteBranch ?? false,
        force: options.force ?? false,
        quality,
        verify,
      };
      const named = sessions.length === 0 ? [undefined] : sessions;
      const done = await eachInTurn(named, async (session) => {
        // The end of the previous session may have checked out another branch.
        const here = session === named[0] ? place : await call.place({ silent: true });
        const { ended, asked } = await endSession(call, here, { ...request, ...defined({ session }) });
        const show = { text: said === true, figures: summary === true, open: !asked };
        const result = shown(call, ended, show);
        if (sessions.length > 1) for (const each of here.notices.splice(0)) call.out.say(each);
        return result;
      });
      const values = done.map((each) => each.value);
      const text = done.map((each) => each.text).filter(Boolean);
      const value = sessions.length > 1 ? values : values[0];
      const ids = done.map((each) => each.value.session.id).join("\n");
      if (text.length > 0) call.out.data(text.join("\n\n"), value);
      else call.out.done("", value, ids);
    });
}

interface Kinds {
  readonly squash?: true;
  readonly ffOnly?: true;
  readonly mergeTo?: string;
}

function mergeKind(options: Kinds, noFf: boolean): MergeKind {
  const kinds: MergeKind[] = [
    ...(options.squash ? ["squash" as const] : []),
    ...(noFf ? ["no-ff" as const] : []),
    ...(options.ffOnly ? ["ff-only" as const] : []),
  ];
  if (kinds.length > 1) throw new Failure("usage", `--${kinds.join(" and --")} cannot be used together`);
  if (kinds.length === 1 && options.mergeTo === undefined)
    throw new Failure("usage", `--${kinds[0]} needs --merge-to`);
  return kinds[0] ?? "default";
}

/** Prints warnings about an ended session. Returns its JSON data and its text. */
function shown(
  { out }: Call,
  ended: Ended,
  show: { readonly text: boolean; readonly figures: boolean; readonly open: boolean },
): { readonly text: string; readonly value: { readonly session: { readonly id: string } } } {
  const { state, checkpoint, handoff, merged, deletedBranch, leftOut, snapshot, open, along } = ended;
  const { context } = state;
  const value = {
    session: context,
    checkpoint: checkpoint?.commit ?? null,
    handoff: handoff?.view ?? null,
    snapshot: `refs/sessions/${context.id}`,
    snapshotCommit: snapshot,
    merged: merged ?? null,
    along,
    children: ended.children,
    deletedBranch,
    removedWorktree: ended.removedWorktree ?? null,
    leftOut,
    open,
    unchecked: open.unchecked,
  };
  for (const warning of ended.warnings) out.warn(warning);
  if (checkpoint?.commit) {
    out.say(`${yellow(checkpoint.commit.slice(0, 8))} ${checkpoint.subject}`);
    for (const each of checkpoint.files.slice(0, 10)) out.say(changeLine(each));
  }
  if (show.open) for (const line of leftOpenLines(open)) out.warn(line);
  if (merged) out.say(mergedText(ended, merged));
  out.say(`Session ${bold(context.title)} ended. ${dim(`Snapshot refs/sessions/${context.id}`)}`);
  if (ended.removedWorktree !== undefined) out.say(`Removed the worktree ${ended.removedWorktree}.`);
  if (ended.goTo !== undefined) out.hint(`cd ${shellWord(ended.goTo)}`);
  for (const each of ended.children) out.say(withHint(`${each.branch} is stacked on it.`, each.command));
  if (merged?.push) out.hint(merged.push);
  if (handoff && !show.text) out.hint(`session handoff ${context.id}`);
  out.hint(`session resume ${deletedBranch ? context.id : shellWord(ended.branch)}`);
  const figures = show.figures && handoff ? figuresOf(handoff.view) : "";
  return { text: [figures, show.text && handoff ? handoff.text : ""].filter(Boolean).join("\n\n"), value };
}

function mergedText({ along, deletedBranch }: Ended, merged: NonNullable<Ended["merged"]>): string {
  const { into, nothing, hasChanges, commit, folder, switched } = merged;
  const has = hasChanges ? "these changes" : "every commit";
  const what = nothing ? `Nothing to merge: ${into} already has ${has}` : `Merged into ${into}`;
  const others = along.length > 0 ? `, with ${along.map((each) => incomingText(each)).join(" and ")}` : "";
  const where = switched
    ? ", which is checked out now"
    : folder === undefined
      ? ""
      : `, which is checked out in ${folder}`;
  return `${what} (${commit.slice(0, 8)})${where}${others}${deletedBranch ? "; the branch is deleted" : ""}.`;
}

function figuresOf(view: NonNullable<Ended["handoff"]>["view"]): string {
  const { numbers } = view;
  return [
    view.summary,
    [
      numbers.time,
      numbers.commits === undefined ? undefined : plural(numbers.commits, "commit"),
      [
        numbers.files === null ? undefined : plural(numbers.files, "file"),
        numbers.added === null ? undefined : linesOf(numbers),
      ]
        .filter(Boolean)
        .join(", "),
    ]
      .filter(Boolean)
      .join(` ${signs().dot} `),
  ].join("\n");
}

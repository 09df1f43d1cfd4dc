import type { Command } from "commander";
import type { About, Act, Call } from "../cli/command.ts";
import { ALLOW } from "../cli/options.ts";
import { type Ended, end } from "../lifecycle/end.ts";
import type { MergeKind } from "../lifecycle/merge.ts";
import { unchecked } from "../session/checklist.ts";
import { Failure } from "../session/failure.ts";
import { bold, cyan, dim, yellow } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";
import { word } from "../text/shell.ts";
import { renderHandoff } from "../views/texts.ts";

interface Options {
  readonly handoff?: boolean;
  readonly summary?: string | boolean;
  readonly mergeTo?: string;
  readonly squash?: boolean;
  readonly ff?: boolean;
  readonly ffOnly?: boolean;
  readonly deleteBranch?: boolean;
  readonly force?: boolean;
  readonly verify: boolean;
}

export const about: About = {
  name: "end",
  aliases: ["close"],
  group: "Start here",
  order: 50,
  summary: "End this session: last checkpoint, handoff, snapshot",
  description:
    "Commits what is left, writes the handoff, keeps a snapshot under refs/sessions/ and ends the session.\nWith --merge-to it merges first; a merge that conflicts is undone whole, and the session goes on.",
  examples: [
    ["session end", "checkpoint, handoff, snapshot"],
    ['session end --summary "login works" --handoff', "and print the handoff"],
    ["session end --merge-to main --squash --delete-branch", "one commit on main, with every decision"],
  ],
};

export function define(command: Command, act: Act): void {
  command
    .option(
      "--handoff",
      "print the handoff (it is written in any case, unless session.handoff_on_end is off)",
    )
    .option("--no-handoff", "write none")
    .option("--summary [text]", "what was achieved, in your words; without a text, print the figures")
    .option("--merge-to <branch>", "merge into this branch and check it out")
    .option("--squash", "merge as one commit that carries every decision")
    .option("--no-ff", "merge with a merge commit")
    .option("--ff-only", "merge only by moving the branch forward")
    .option("--delete-branch", "delete the branch once it is merged")
    .option("--force", "merge although quality is below the thresholds, end although an agent is at work")
    .option(...ALLOW)
    .option("--no-verify", "skip the commit hooks")
    .action(
      act(async (call, options: Options, command: Command) => {
        const place = await call.place();
        const said = command.getOptionValueSource("handoff") === "default" ? undefined : options.handoff;
        const problems: string[] = [];
        const ended = await end(place, {
          ...defined({ handoff: said }),
          ...(typeof options.summary === "string" ? { summary: options.summary } : {}),
          ...defined({ mergeTo: options.mergeTo }),
          merge: mergeKind(options, command),
          deleteBranch: options.deleteBranch ?? false,
          force: options.force ?? false,
          verify: options.verify,
          render: async (where, view) => {
            const rendered = await renderHandoff(where, view);
            problems.push(...rendered.problems);
            return rendered.text;
          },
        });
        for (const problem of problems) call.out.warn(problem);
        shown(call, ended, { text: said === true, figures: options.summary === true });
      }),
    );
}

function mergeKind(options: Options, command: Command): MergeKind {
  const noFf = command.getOptionValueSource("ff") === "cli";
  const kinds: MergeKind[] = [
    ...(options.squash ? ["squash" as const] : []),
    ...(noFf ? ["no-ff" as const] : []),
    ...(options.ffOnly ? ["ff-only" as const] : []),
  ];
  if (kinds.length > 1) throw new Failure("usage", `--${kinds.join(" and --")} exclude each other`);
  if (kinds.length === 1 && options.mergeTo === undefined)
    throw new Failure("usage", `--${kinds[0]} goes with --merge-to`);
  return kinds[0] ?? "default";
}

function shown({ out }: Call, ended: Ended, show: { text: boolean; figures: boolean }): void {
  const { state, checkpoint, handoff, merged, deletedBranch, leftOut, snapshot } = ended;
  const { context } = state;
  const unmet = unchecked(context);
  const value = {
    session: context,
    checkpoint: checkpoint?.commit ?? null,
    handoff: handoff?.view ?? null,
    snapshot: `refs/sessions/${context.id}`,
    snapshotCommit: snapshot,
    merged: merged ?? null,
    deletedBranch,
    leftOut,
    unchecked: unmet,
  };
  if (checkpoint?.commit) out.say(`${yellow(checkpoint.commit.slice(0, 8))} ${checkpoint.subject}`);
  if (unmet.length > 0) out.warn(`not checked: ${unmet.join(", ")}`);
  if (leftOut.length > 0)
    out.warn(
      `not committed: ${leftOut.slice(0, 5).join(", ")}${leftOut.length > 5 ? `, … ${leftOut.length - 5} more` : ""}`,
    );
  if (merged)
    out.say(
      `${merged.nothing ? `Nothing to merge: ${merged.into} has all of it` : `Merged into ${merged.into}`} (${merged.commit.slice(0, 8)}), which is checked out now${deletedBranch ? "; the branch is deleted" : ""}.`,
    );
  out.say(`Session ${bold(context.title)} ended. ${dim(`Snapshot refs/sessions/${context.id}`)}`);
  if (handoff && !show.text) out.say(`Handoff: session handoff ${context.id}`);
  out.say(
    `To take it up again: session resume ${deletedBranch ? context.id : word(ended.place.repository.branch ?? context.id)}`,
  );
  if (merged?.push) out.say(`Next: ${cyan(merged.push)}`);
  const figures = show.figures && handoff ? figuresOf(handoff.view) : "";
  out.data([figures, show.text && handoff ? handoff.text : ""].filter(Boolean).join("\n\n"), value);
}

function figuresOf(view: NonNullable<Ended["handoff"]>["view"]): string {
  const { numbers } = view;
  return [
    view.summary,
    [
      numbers.time,
      `${numbers.commits} commits`,
      `${numbers.files} files, +${numbers.added} -${numbers.removed}`,
    ]
      .filter(Boolean)
      .join(" · "),
  ].join("\n");
}

import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import { type Checkpoint, checkpoint } from "../checkpoint/checkpoint.ts";
import type { About, Call } from "../cli/command.ts";
import { ALLOW, each, paragraph } from "../cli/options.ts";
import { folderOfPaths } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { progress } from "../session/progress.ts";
import { changeLine, firstLine, moreLine } from "../terminal/lines.ts";
import { bold, dim, yellow } from "../terminal/style.ts";
import { HANG } from "../terminal/wrap.ts";
import { shellWord } from "../text/shell.ts";

export const about: About = {
  name: "checkpoint",
  aliases: ["cp"],
  group: "Start here",
  order: 30,
  everyday: true,
  summary: "Commit, with objectives and decisions as trailers",
  description:
    "Commits what is staged, or else all changes to tracked files, with the record of the session as trailers. New files are included with -A or when named. Without -m, the subject is made from the label, the objective in progress and the files.",
  examples: [
    ['session checkpoint -m "feat: Google login" --complete obj-2', "complete an objective"],
    ["session checkpoint -A --label oauth-complete", "include new files"],
    ['session cp -m "fix: Close the socket" src/net.js', "commit one file"],
    ['session checkpoint --decision "Use PKCE" --rationale "no secret"', "record a decision"],
    ["session checkpoint --dry-run", "preview"],
  ],
};

export function define(command: Command): void {
  command
    .argument("[path...]", "commit only these files, as they are in the work tree")
    .option("-m, --message <text>", "set the subject, or the whole message", paragraph)
    .option("--body <text>", "set the body of the message")
    .option("--label <text>", "give this checkpoint a short name")
    .option("--decision <text>", "record a decision (repeatable)", each)
    .option("--rationale <text>", "record why it was taken")
    .option("--alternatives <text>", "record a rejected alternative (repeatable)", each)
    .option("--complete <objective>", "complete an objective (repeatable)", each)
    .option("-A, --all", "include new files")
    .option("--staged", "commit only what is staged")
    .option("--amend", "replace the last commit")
    .option("--allow-empty", "commit even if nothing changed")
    .option("-n, --dry-run", "show the message and the files, and commit nothing")
    .option(...ALLOW)
    .option("--no-verify", "skip the pre-commit and commit-msg hooks")
    .does(async (call, paths, options) => {
      const place = await call.place();
      const from = folderOfPaths(place, call.cwd);
      const named = paths.map((each) =>
        path.relative(place.repository.root, path.resolve(from, each)).split(path.sep).join("/"),
      );
      const { verify, ...rest } = options;
      const made = checkpoint(place, { ...rest, verify, paths: named });
      shown(call, await made.catch(meantAsMessage(paths, options.message)));
    });
}

/** Refuses paths that do not exist and read like a message without `-m`, or like its words without quotes. */
const meantAsMessage = (paths: readonly string[], message: string | undefined) => (error: unknown) => {
  const text = [...(message === undefined ? [] : [message]), ...paths].join(" ");
  const isText = message === undefined ? /\s/.test(text) : !/\n|[./]/.test(text);
  if (!(error instanceof Failure) || error.code !== "no-such-path" || !isText) throw error;
  throw new Failure(error.code, error.message, { hint: `session checkpoint -m ${shellWord(text)}` });
};

function shown({ out }: Call, made: Checkpoint): void {
  for (const warning of made.warnings) out.warn(warning);
  const { commit, subject, message, files, leftOut, decisions, state } = made;
  const value = {
    commit: commit ?? null,
    subject,
    message,
    files,
    leftOut,
    decisions,
    objectives: state.objectives,
  };
  if (commit === undefined) {
    const head = out.quiet ? "" : `${dim("Would commit:")}\n\n`;
    out.data(`${head}${message}\n${files.map(changeLine).join("\n")}`, value);
    return;
  }
  const done = progress(state.objectives);
  const lines = [
    `${yellow(commit.slice(0, 8))} ${bold(subject)}`,
    ...files.slice(0, 10).map(changeLine),
    ...(files.length > 10 ? [moreLine(`${files.length - 10} more`)] : []),
    ...decisions.map((decision) => `  ${decision.id} ${HANG}${firstLine(decision.text)}`),
    ...(done === undefined ? [] : [`Objectives: ${done}`]),
    ...(leftOut.length > 0
      ? [
          dim(
            `Left out: ${leftOut.slice(0, 5).join(", ")}${leftOut.length > 5 ? `, and ${leftOut.length - 5} more` : ""}`,
          ),
        ]
      : []),
  ];
  out.done(lines, value, commit);
  if (files.length > 10) out.hint("git show --stat");
  if (leftOut.length > 5) out.hint("git status");
}

import os from "node:os";
import { inProgress } from "../../git/status.ts";
import { holdingText } from "../../session/holder.ts";
import { hintLine, withHint } from "../../text/hint.ts";
import { plural } from "../../text/plural.ts";
import { age } from "../../text/time/duration.ts";
import type { WorktreesView, WorktreeView } from "../../views/shapes/worktrees.ts";
import { heading, moreLine } from "../lines.ts";
import { facts } from "../signs.ts";
import { bold, cyan, dim, red, yellow } from "../style.ts";

/** Maximum files to show that several worktrees change; the screen shows the number of the others. */
const SHOWN = 10;

/** Returns each worktree in two or three lines, then files that several worktrees change. `now`: ISO 8601. */
export function worktreesScreen(view: WorktreesView, now: string, verbose: boolean): string {
  const sections = [
    view.worktrees.map((each) => worktreeLines(each, now).join("\n")).join("\n"),
    ...(view.shared.length > 0 ? [sharedSection(view, verbose)] : []),
    ...(view.conflicts.length > 0 ? [conflictLine(view.conflicts)] : []),
    ...(view.elsewhere > 0 ? [dim(`${plural(view.elsewhere, "more session")} without a worktree`)] : []),
  ];
  return sections.join("\n\n");
}

/** Returns the commands that show the entries of which the screen shows only the number. */
export function worktreesHints({ shared, conflicts, elsewhere }: WorktreesView, verbose: boolean): string[] {
  return [
    ...(!verbose && shared.length > SHOWN ? ["session status --all --verbose"] : []),
    ...(conflicts.length > 0 ? ["session conflicts"] : []),
    ...(elsewhere > 0 ? ["session list"] : []),
  ];
}

/** Returns text such as `fix/a would conflict with fix/b in src/a.ts and 2 more; 3 more pairs`. */
function conflictLine([first, ...rest]: WorktreesView["conflicts"]): string {
  const { one = "", other = "", files = [] } = first ?? {};
  const [file, ...others] = files;
  const where = file === undefined ? "" : ` in ${oneLine(file)}`;
  const more = others.length > 0 ? ` and ${plural(others.length, "more file")}` : "";
  const pairs = rest.length > 0 ? `; ${plural(rest.length, "more pair")}` : "";
  return `${yellow(`${one} would conflict with ${other}`)}${where}${more}${pairs}`;
}

function worktreeLines(worktree: WorktreeView, now: string): string[] {
  const { here, folder, branch, commit, missing, problem, operation } = worktree;
  const where = branch === undefined ? dim(`detached at ${commit ?? "nothing"}`) : cyan(branch);
  const head = `${here ? bold("@") : " "} ${bold(oneLine(folder))}  ${where}`;
  const below = [standing(worktree)];
  if (missing)
    return [`${head}  ${yellow("missing")}`, ...indented([...below, hintLine("git worktree prune")])];
  if (problem !== undefined) return [head, ...indented([...below, red(problem)])];
  const holder = worktree.holder;
  if (holder) {
    const text = holdingText(holder, { host: os.hostname(), now, worktree: worktree.path });
    below.push(holder.live ? text : dim(text));
  }
  if (worktree.agent) {
    const { agent, state, run, began } = worktree.agent;
    below.push(
      withHint(
        `${agent} is ${state} in the background for ${age(began, now)}`,
        `session background logs ${run}`,
      ),
    );
  }
  if (operation) below.push(withHint(yellow(inProgress(operation)), operation.finish));
  return [head, ...indented(below)];
}

/** Returns a worktree's state, such as `Oauth login · 1 of 3 done · 2 changed files · k3f9qzm2x7ab`. */
function standing({ session, dirty, missing, problem }: WorktreeView): string {
  const changes = dirty === 0 ? [] : [plural(dirty, "changed file")];
  const unread = missing || problem !== undefined;
  if (!session) return facts([dim("no session"), ...changes]);
  const { title, state, progress, id, record } = session;
  return facts([
    title,
    ...(record.words === undefined ? (state === "active" ? [] : [yellow(state)]) : [record.words]),
    ...(progress === undefined ? [] : [progress]),
    ...(unread ? [] : changes),
    ...(id === "" ? [] : [dim(id)]),
  ]);
}

/** Returns a text on one line: paths may hold line ends. */
function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}

function indented(lines: readonly string[]): string[] {
  return lines.flatMap((each) => each.split("\n")).map((each) => `    ${each}`);
}

function sharedSection({ shared, worktrees }: WorktreesView, verbose: boolean): string {
  const names = new Map(worktrees.map((each) => [each.path, each.branch ?? each.folder]));
  const shown = verbose || shared.length <= SHOWN ? shared : shared.slice(0, SHOWN - 1);
  const lines = shown.map(
    (each) =>
      `  ${oneLine(each.path)}  ${dim(each.worktrees.map((one) => names.get(one) ?? one).join(", "))}`,
  );
  const more = shared.length - shown.length;
  return [
    heading("Changed in more than one worktree", plural(shared.length, "file")),
    ...lines,
    ...(more > 0 ? [moreLine(`${more} more`)] : []),
  ].join("\n");
}

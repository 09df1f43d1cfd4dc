/** Formats what `session uninit` removes from a clone. */
import type { Removal } from "../../setup/removal.ts";
import { plural } from "../../text/plural.ts";
import { bold, dim } from "../style.ts";
import { HANG } from "../wrap.ts";

/** Returns the removed parts as lines. */
export function removalLines(removal: Removal): string[] {
  const { hooks, lines, asked, changes, sessions, refs, work, files, tracked, aside } = removal;
  const rows: [string, string][] = [];
  if (hooks.length > 0) rows.push(["git hooks", hooks.join(", ")]);
  if (changes.length > 0) rows.push(["agents", asked.join(", ")]);
  for (const { file } of changes) rows.push(["", file]);
  if (sessions.length > 0) rows.push(["sessions", sessionsText(sessions)]);
  if (refs.length > 0) rows.push(["refs", plural(refs.length, "ref")]);
  for (const { title } of work) rows.push(["stashed work", `of ${title}: moved to git stash`]);
  if (files.length > 0)
    rows.push([
      "files",
      `.session/ (${plural(files.length, "file")}${tracked > 0 ? ", tracked: --keep-files leaves them" : ""})`,
    ]);
  if (removal.state) rows.push(["local state", ".git/sessions/"]);
  return [
    bold("Will remove from this clone:"),
    ...rows.map(([what, which]) => `  ${what.padEnd(15)}${HANG}${which}`),
    bold("Will keep:"),
    "  commits and branches, and what remotes have",
    "  your own settings, and agents that are installed with --user",
    ...(lines === undefined ? [] : [`  the lines that call session: ${lines}`]),
    ...aside.map((each) => `  ${each} ${dim("(uncommitted files)")}`),
  ];
}

function sessionsText(sessions: Removal["sessions"]): string {
  const named = sessions.slice(0, 3).map((each) => each.title);
  const more = sessions.length - named.length;
  return `${sessions.length}: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** Returns the removed parts as data for --json. */
export function removalValue(removal: Removal) {
  const { hooks, asked, changes, sessions, refs, work, files, tracked, aside, state } = removal;
  return {
    hooks,
    agents: asked,
    agentFiles: changes.map(({ file, action }) => ({ file, action })),
    sessions: sessions.map(({ id, title, branch, state: its }) => ({ id, title, branch, state: its })),
    refs: refs.map((each) => each.ref),
    work: work.map(({ ref, oid, title }) => ({ ref, commit: oid, of: title })),
    files,
    tracked,
    aside,
    state,
  };
}

// Writes the manual pages from the same pages as `session help`: git-session(1), one for each everyday command, and session(1).
// package.json names them (test/docs/manual.test.ts).
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";

/** Commands that only hooks and scripts call. */
const HIDDEN = "Plumbing";

const EXITS = [
  ["0", "done"],
  ["1", "could not be done; the message says why"],
  ["2", "wrong usage"],
  ["3", "no such session, or no session on this branch"],
  ["4", "a conflict or an unfinished operation to resolve; nothing was lost"],
  ["130", "interrupted"],
];

/** Writes the pages into a folder. `help`: what `session help --all --json` prints; `version`: of the package. */
export async function writeManual(folder, { commands, pages, topics }, version) {
  await mkdir(folder, { recursive: true });
  const shown = commands.filter((each) => each.group !== HIDDEN);
  const write = (name, text) => writeFile(path.join(folder, `${name}.1`), `${text}\n`);
  await write("git-session", program(shown, pages, topics, version));
  await write("session", ".so man1/git-session.1");
  for (const { name } of shown.filter((each) => each.everyday)) {
    const [page, ...below] = pages.filter((each) => each.name === name || each.name.startsWith(`${name} `));
    await write(`git-session-${name}`, command(page, below, version));
  }
}

function program(shown, pages, topics, version) {
  const groups = [...new Set(shown.map((each) => each.group))];
  return lines(
    head("GIT-SESSION", version),
    section("NAME"),
    "git\\-session, session \\- keep a memory of the work in a git repository",
    section("SYNOPSIS"),
    ".B session",
    "[\\fIcommand\\fR] [\\fIoptions\\fR]",
    ".br",
    ".B git session",
    "[\\fIcommand\\fR] [\\fIoptions\\fR]",
    section("DESCRIPTION"),
    text(
      "A session is a branch with its context: objectives, decisions, blockers, notes and checks. Checkpoints are commits that carry them as trailers; a handoff is what the next person or agent starts from. Without a command, session shows where you are and what is next.",
    ),
    section("COMMANDS"),
    ...groups.flatMap((group) => [
      `.SS ${quoted(group)}`,
      ...terms(
        shown
          .filter((each) => each.group === group)
          .map(({ name, everyday, summary }) => [everyday ? `git-session-${name}(1)` : name, `${summary}.`]),
      ),
    ]),
    ".PP",
    text("session help <command> shows the options of each, with examples."),
    section("GLOBAL OPTIONS"),
    ...terms(pages[0].globals),
    ...topics.flatMap(({ text: whole }) => {
      const [title, ...rest] = whole.split("\n");
      return [section(title.toUpperCase()), ...verbatim(rest.join("\n").trim())];
    }),
    section("EXIT STATUS"),
    ...terms(EXITS),
    section("SEE ALSO"),
    ".BR git (1),",
    ".BR git\\-interpret\\-trailers (1)",
  );
}

function command(page, below, version) {
  const { name, aliases, summary, description, usage, args, options, globals, more } = page;
  const named = `git\\-session\\-${roff(name)}`;
  return lines(
    head(`GIT-SESSION-${name.toUpperCase()}`, version),
    section("NAME"),
    `${named} \\- ${roff(summary[0].toLowerCase() + summary.slice(1))}`,
    section("SYNOPSIS"),
    `.B ${roff(usage)}`,
    section("DESCRIPTION"),
    text(description),
    ...(aliases.length === 0 ? [] : [".PP", text(`Aliases: ${aliases.join(", ")}.`)]),
    ...part("ARGUMENTS", args),
    ...part("OPTIONS", options),
    ...below.flatMap((each, at) => [
      ...(at === 0 ? [section("COMMANDS")] : []),
      `.SS ${quoted(each.usage)}`,
      text(each.description),
      ...terms([...each.args, ...each.options]),
    ]),
    ...more.flatMap(({ title, rows }) => part(title.toUpperCase(), rows)),
    ...part("GLOBAL OPTIONS", globals),
    section("EXAMPLES"),
    ...[page, ...below]
      .flatMap((each) => each.examples)
      .filter(([line], at, all) => all.findIndex(([other]) => other === line) === at)
      .flatMap(([line, what]) => [
        ".PP",
        text(`${what[0].toUpperCase()}${what.slice(1)}:`),
        ...verbatim(line),
      ]),
    section("SEE ALSO"),
    ".BR git\\-session (1)",
  );
}

const head = (title, version) =>
  `.TH ${quoted(title)} 1 "" ${quoted(`session ${version}`)} ${quoted("Session Manual")}`;
const section = (title) => `.SH ${quoted(title)}`;
const part = (title, rows) => (rows.length === 0 ? [] : [section(title), ...terms(rows)]);
const terms = (rows) => rows.flatMap(([term, what]) => [".TP", `.B ${roff(term)}`, text(what)]);
const verbatim = (block) => [".RS 4", ".nf", ...block.split("\n").map(text), ".fi", ".RE"];
const lines = (...all) => all.join("\n");
const quoted = (words) => `"${roff(words).replaceAll('"', "\\(dq")}"`;

/** A line of text. A dot or an apostrophe at its beginning would be a request. */
function text(line) {
  return roff(line).replace(/^(?=[.'])/gm, "\\&");
}

function roff(words) {
  return words.replaceAll("\\", "\\e").replaceAll("-", "\\-");
}

import path from "node:path";
import { type Command, Option } from "@commander-js/extra-typings";
import type { About, OptionsOf, Section } from "../cli/command.ts";
import { idsOf } from "../cli/session-argument.ts";
import type { Place } from "../place/place.ts";
import { oneLine } from "../render/escape-markdown.ts";
import { Failure } from "../session/failure.ts";
import { counted } from "../terminal/progress.ts";
import { facts } from "../terminal/signs.ts";
import { bold, cyan, dim } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";
import { type FromBundle, importBundle } from "../transfer/bundle.ts";
import { type ImportedSession, importSessions } from "../transfer/import.ts";
import { candidateAt, candidatesFromHistory, candidatesIn, isBundle } from "../transfer/import-files.ts";
import { IMPORTERS } from "../transfer/importers.generated.ts";

export const about: About = {
  name: "import",
  group: "Move",
  order: 20,
  summary: "Import sessions from a file, a folder or the history",
  description:
    "Imports sessions from session export or from the tools below. Everything is checked first; after any error nothing is imported.",
  examples: [
    ["session import -i login.json", "an exported session"],
    ["session import -i login.bundle --with-branch", "with its commits"],
    ["session import --dir ~/.amplifier/projects/app/sessions -n", "preview a folder"],
    ["session import --from-history main", "decisions of other tools"],
  ],
};

const flags = (command: Command) =>
  command
    .option("-i, --input <file>", "read JSON, a git bundle, or a folder with metadata.json")
    .option("--dir <folder>", "read every such file and folder in <folder>")
    .addOption(new Option("--from-history [range]", "read records in commit messages (default: HEAD)"))
    .option("--new-id", "import under new ids")
    .option("--title <text>", "set the title")
    .option("--branch <branch>", "continue it on a branch of this clone")
    .option("--with-branch", "import the branches of a bundle too")
    .option("-n, --dry-run", "check everything and change nothing");

type Options = OptionsOf<typeof flags>;

export function define(command: Command): void {
  flags(command).does(async ({ place: open, out, cwd }, options) => {
    const { input, dir, fromHistory, newId = false, title, branch, dryRun = false } = options;
    if ([input, dir, fromHistory].filter((each) => each !== undefined).length !== 1)
      throw new Failure("usage", "nothing to import: pass -i <file>, --dir <folder> or --from-history");
    const place = await open({ bare: true });
    const done = dryRun ? "Would import" : "Imported";
    if (input !== undefined && (await isBundle(path.resolve(cwd, input), input))) {
      if (newId || title !== undefined || branch !== undefined)
        throw new Failure("usage", "--new-id, --title and --branch cannot be used with a bundle");
      const withBranch = options.withBranch ?? false;
      const sessions = await importBundle(place, path.resolve(cwd, input), { withBranch, dryRun });
      return out.done(
        sessions.map((each) => bundleLine(each, done)),
        { dryRun, sessions },
        idsOf(sessions),
      );
    }
    if (options.withBranch) throw new Failure("usage", "--with-branch needs a bundle");
    const sessions = await importSessions(
      place,
      await counted(out.quiet || out.json, "Reading sessions", (progress) =>
        candidates(place, cwd, options, progress),
      ),
      { newId, dryRun, ...defined({ title, branch }) },
    );
    out.done(
      sessions.map((each) => line(each, done)),
      { dryRun, sessions },
      idsOf(sessions),
    );
  });
}

/** Returns the help section that lists the tools whose records can be imported. */
export function more(): Section {
  return { title: "Tools", rows: IMPORTERS.map(({ label, reads }) => [label, reads]) };
}

function candidates(
  place: Place,
  cwd: string,
  { input, dir, fromHistory }: Options,
  progress?: (count: number) => void,
) {
  if (dir !== undefined) return candidatesIn(path.resolve(cwd, dir), dir, progress);
  if (input === undefined)
    return candidatesFromHistory(place, fromHistory === true ? "HEAD" : (fromHistory ?? "HEAD"));
  return candidateAt(path.resolve(cwd, input), input).then((each) => [each]);
}

function line({ id, title, branch, state, from }: ImportedSession, done: string): string {
  return `${done} ${bold(oneLine(title))}  ${dim(facts([branch, state, oneLine(from)]))}  ${cyan(id)}`;
}

function bundleLine(session: FromBundle, done: string): string {
  const { id, title, branch, known, fetched, offered } = session;
  const about = [
    branch,
    ...(fetched ? ["with its branch"] : []),
    ...(offered ? ["--with-branch imports its branch"] : []),
    ...(known ? ["already in this clone, not changed"] : []),
  ];
  return `${done} ${bold(oneLine(title))}  ${dim(facts(about))}  ${cyan(id)}`;
}

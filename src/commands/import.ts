import path from "node:path";
import { type Command, Option } from "@commander-js/extra-typings";
import type { About, OptionsOf } from "../cli/command.ts";
import type { Place } from "../place/place.ts";
import { oneLine } from "../render/inert.ts";
import { Failure } from "../session/failure.ts";
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
    "Takes in what export wrote, and sessions of the tools below. All of it is checked first; where anything is wrong, nothing is imported.",
  examples: [
    ["session import -i login.json", "a session that somebody exported"],
    ["session import -i login.bundle --with-branch", "with its commits"],
    ["session import --dir ~/.amplifier/projects/work/sessions -n", "what would be taken from there"],
    ["session import --from-history main", "decisions that another tool recorded"],
  ],
};

const flags = (command: Command) =>
  command
    .option("-i, --input <file>", "a JSON file, a git bundle, or a folder with a metadata.json")
    .option("--dir <folder>", "every such file and folder in it")
    .addOption(new Option("--from-history [range]", "what tools left in commit messages (default: HEAD)"))
    .option("--new-id", "as other sessions than those that they were")
    .option("--title <text>", "another title")
    .option("--branch <branch>", "go on with it on a branch of this clone")
    .option("--with-branch", "of a bundle: its branches, too")
    .option("-n, --dry-run", "check it, and change nothing")
    .addHelpText("after", toolsText);

type Options = OptionsOf<typeof flags>;

export function define(command: Command): void {
  flags(command).does(async ({ place: open, out, cwd }, options) => {
    const { input, dir, fromHistory, newId = false, title, branch, dryRun = false } = options;
    if ([input, dir, fromHistory].filter((each) => each !== undefined).length !== 1)
      throw new Failure("usage", "name one: -i <file>, --dir <folder> or --from-history");
    const place = await open({ bare: true });
    const done = dryRun ? "Would import" : "Imported";
    if (input !== undefined && (await isBundle(path.resolve(cwd, input), input))) {
      if (newId || title !== undefined || branch !== undefined)
        throw new Failure("usage", "a bundle is taken as it is: no --new-id, --title or --branch");
      const withBranch = options.withBranch ?? false;
      const sessions = await importBundle(place, path.resolve(cwd, input), { withBranch, dryRun });
      return out.data(sessions.map((each) => bundleLine(each, done)).join("\n"), { dryRun, sessions });
    }
    if (options.withBranch) throw new Failure("usage", "--with-branch goes with a bundle");
    const sessions = await importSessions(place, await candidates(place, cwd, options), {
      newId,
      dryRun,
      ...defined({ title, branch }),
    });
    out.data(sessions.map((each) => line(each, done)).join("\n"), { dryRun, sessions });
  });
}

function toolsText(): string {
  return `\nTools:\n${IMPORTERS.map(({ label, reads }) => `  ${label.padEnd(15)}${reads}`).join("\n")}`;
}

function candidates(place: Place, cwd: string, { input, dir, fromHistory }: Options) {
  if (dir !== undefined) return candidatesIn(path.resolve(cwd, dir), dir);
  if (input === undefined)
    return candidatesFromHistory(place, fromHistory === true ? "HEAD" : (fromHistory ?? "HEAD"));
  return candidateAt(path.resolve(cwd, input), input).then((each) => [each]);
}

function line({ id, title, branch, state, from }: ImportedSession, done: string): string {
  const facts = `${branch} · ${state} · ${oneLine(from)}`;
  return `${done} ${cyan(id)}  ${bold(oneLine(title))}  ${dim(facts)}`;
}

function bundleLine(session: FromBundle, done: string): string {
  const { id, title, branch, known, fetched, offered } = session;
  const facts = [
    branch,
    ...(fetched ? ["with its branch"] : []),
    ...(offered ? ["its branch comes with --with-branch"] : []),
    ...(known ? ["this clone has the session already, and that stays as it is"] : []),
  ];
  return `${done} ${cyan(id)}  ${bold(oneLine(title))}  ${dim(facts.join(" · "))}`;
}

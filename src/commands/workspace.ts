import type { Command, CommandUnknownOpts } from "@commander-js/extra-typings";
import { addDocuments, documents, openable, workspacePath } from "../checkpoint/workspace.ts";
import type { About, Call } from "../cli/command.ts";
import { Failure } from "../session/failure.ts";
import { openInEditor } from "../terminal/editor.ts";
import { dim } from "../terminal/style.ts";
import { table } from "../terminal/table.ts";
import { defined } from "../text/defined.ts";
import { byteSize } from "../text/plural.ts";

const SESSION = ["--session <session>", "choose another session, ended ones included"] as const;

export const about: About = {
  name: "workspace",
  aliases: ["ws"],
  group: "Keep track",
  order: 60,
  summary: "Keep documents with this session, outside git",
  description:
    "Keeps analyses, plans and notes that must not be committed, in a folder of this session under .git/sessions.",
  examples: [
    ["session workspace list", "list its files"],
    ["session workspace open plan.md", "edit a file"],
    ["session workspace add plan.md", "copy a file into it"],
    ["git log --stat | session workspace add - --name log.txt", "from standard input"],
    ['cd "$(session workspace path)"', "go to its folder"],
    ["session workspace --session k3f9", "of an ended session"],
  ],
};

export function define(workspace: Command): void {
  workspace.option(...SESSION).does(list);
  workspace
    .command("list")
    .alias("ls")
    .description("List its files with their sizes")
    .option(...SESSION)
    .does(list);
  workspace
    .command("path")
    .description("Print its folder and create it")
    .option(...SESSION)
    .does(async ({ place: open, out }, _options, command) => {
      const session = named(command);
      const folder = await workspacePath(await open({ bare: session !== undefined }), session);
      out.data(folder, { path: folder });
    });
  workspace
    .command("add <file...>")
    .description("Copy files into it (up to 50 MB); - is standard input")
    .option("--name <name>", "set the name of the copy")
    .option("--force", "replace an existing file")
    .does(async ({ cwd, place: open, out }, files, { name, force = false }) => {
      if (name !== undefined && files.length > 1) throw new Failure("usage", "--name needs exactly one file");
      const added = files.map((from) => ({ from, force, ...defined({ name }) }));
      const made = await addDocuments(await open(), cwd, added);
      out.done(
        made.map((each) => `${each.name}  ${dim(byteSize(each.size))}`),
        made,
        made.map((each) => each.name).join("\n"),
      );
    });
  workspace
    .command("open [name]")
    .description("Open it, or a file in it, in your editor")
    .option(...SESSION)
    .does(async ({ place: open, out }, name, _options, command) => {
      const session = named(command);
      const place = await open({ bare: session !== undefined });
      const target = await openable(place, name, session);
      await openInEditor(place, target);
      out.data("", { path: target });
    });
}

/** Returns the option of the command or of its parent: commander gives it to the parent if both have it. */
const named = (command: CommandUnknownOpts) => (command.optsWithGlobals() as { session?: string }).session;

async function list(
  { place: open, out }: Call,
  _options: { session?: string },
  command: CommandUnknownOpts,
): Promise<void> {
  const session = named(command);
  const found = await documents(await open({ bare: session !== undefined }), session);
  if (found.length === 0)
    return out.none("No files in the workspace of this session.", found, "session workspace add <file>");
  const lines = table([
    { title: "File", cells: found.map((each) => each.name), least: 16 },
    { title: "Size", cells: found.map((each) => byteSize(each.size)), paint: dim, right: true },
  ]);
  out.screen(lines, found);
}

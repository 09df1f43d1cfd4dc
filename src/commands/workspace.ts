import type { Command, CommandUnknownOpts } from "@commander-js/extra-typings";
import { addDocuments, documents, openable, workspacePath } from "../checkpoint/workspace.ts";
import type { About, Call } from "../cli/command.ts";
import { editorOf } from "../record/record.ts";
import { Failure } from "../session/failure.ts";
import { openInEditor } from "../terminal/editor.ts";
import { bold, dim } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";
import { byteSize, plural } from "../text/plural.ts";

const SESSION = ["--session <session>", "of another session, an ended one too"] as const;

export const about: About = {
  name: "workspace",
  aliases: ["ws"],
  group: "Keep track",
  order: 60,
  summary: "Keep documents of this session that git never tracks",
  description:
    "Analysis, plans and notes that must not reach the tree: a folder of this session in .git/sessions.",
  examples: [
    ["session workspace add plan.md", "copies a file in"],
    ["git log --stat | session workspace add - --name log.txt", "what comes in"],
    ['cd "$(session workspace path)"', "goes there"],
    ["session workspace --session k3f9", "of one that has ended"],
  ],
};

export function define(workspace: Command): void {
  workspace.option(...SESSION).does(list);
  workspace
    .command("list")
    .alias("ls")
    .description("list its files with their sizes")
    .option(...SESSION)
    .does(list);
  workspace
    .command("path")
    .description("print its folder, which is made")
    .option(...SESSION)
    .does(async ({ place: open, out }, _options, command) => {
      const session = named(command);
      const folder = await workspacePath(await open({ bare: session !== undefined }), session);
      out.data(folder, { path: folder });
    });
  workspace
    .command("add <file...>")
    .description("copy files in, each of at most 50 MB; - is standard input")
    .option("--name <name>", "its name there")
    .option("--force", "replace one of that name")
    .does(async ({ cwd, place: open, out }, files, { name, force = false }) => {
      if (name !== undefined && files.length > 1) throw new Failure("usage", "--name goes with one file");
      const added = files.map((from) => ({ from, force, ...defined({ name }) }));
      const made = await addDocuments(await open(), cwd, added);
      out.data(made.map((each) => `${each.name}  ${dim(byteSize(each.size))}`).join("\n"), made);
    });
  workspace
    .command("open [name]")
    .description("open it, or a file in it, in your editor")
    .option(...SESSION)
    .does(async ({ place: open, out }, name, _options, command) => {
      const session = named(command);
      const place = await open({ bare: session !== undefined });
      const target = await openable(place, name, session);
      await openInEditor(await editorOf(place), target);
      out.data("", { path: target });
    });
}

/** The option belongs to the command and to what stands behind it: commander gives it to the first. */
const named = (command: CommandUnknownOpts) => (command.optsWithGlobals() as { session?: string }).session;

async function list(
  { place: open, out }: Call,
  _options: { session?: string },
  command: CommandUnknownOpts,
): Promise<void> {
  const session = named(command);
  const found = await documents(await open({ bare: session !== undefined }), session);
  const width = Math.max(...found.map((each) => each.name.length), 0);
  const total = found.reduce((sum, each) => sum + each.size, 0);
  const lines = found.map((each) => `  ${each.name.padEnd(width)}  ${dim(byteSize(each.size))}`);
  const head = `${bold("Workspace")}  ${plural(found.length, "file")}, ${byteSize(total)}`;
  const empty = dim("Nothing in the workspace of this session: session workspace add <file>");
  out.data(found.length === 0 ? empty : [head, ...lines].join("\n"), found);
}

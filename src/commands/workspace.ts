import type { Command } from "@commander-js/extra-typings";
import { addDocuments, documents, openable, workspacePath } from "../checkpoint/workspace.ts";
import type { About, Call } from "../cli/command.ts";
import { editorOf } from "../record/record.ts";
import { Failure } from "../session/failure.ts";
import { openInEditor } from "../terminal/editor.ts";
import { bold, dim } from "../terminal/style.ts";
import { defined } from "../text/defined.ts";
import { plural } from "../text/plural.ts";

export const about: About = {
  name: "workspace",
  aliases: ["ws"],
  group: "Keep track",
  order: 60,
  summary: "Keep documents with this session, outside git",
  description:
    "Keeps analyses, plans and notes that must not be committed, in a folder of this session under .git/sessions.",
  examples: [
    ["session workspace list", "see its files"],
    ["session workspace open plan.md", "edit a file"],
    ["session workspace add plan.md", "copy a file into it"],
    ["git log --stat | session workspace add - --name log.txt", "from standard input"],
    ['cd "$(session workspace path)"', "go to its folder"],
  ],
};

export function define(workspace: Command): void {
  workspace.does(list);
  workspace.command("list").alias("ls").description("List its files with their sizes").does(list);
  workspace
    .command("path")
    .description("Print its folder and create it")
    .does(async ({ place: open, out }) => {
      const folder = await workspacePath(await open());
      out.data(folder, { path: folder });
    });
  workspace
    .command("add <file...>")
    .description("Copy files into it (up to 50 MB); - is standard input")
    .option("--name <name>", "set the name of the copy")
    .option("--force", "replace an existing file")
    .does(async ({ cwd, place: open, out }, files, { name, force = false }) => {
      if (name !== undefined && files.length > 1) throw new Failure("usage", "--name goes with one file");
      const added = files.map((from) => ({ from, force, ...defined({ name }) }));
      const made = await addDocuments(await open(), cwd, added);
      out.data(made.map((each) => `${each.name}  ${dim(bytes(each.size))}`).join("\n"), made);
    });
  workspace
    .command("open [name]")
    .description("Open it, or a file in it, in your editor")
    .does(async ({ place: open, out }, name) => {
      const place = await open();
      const target = await openable(place, name);
      await openInEditor(await editorOf(place), target);
      out.data("", { path: target });
    });
}

async function list({ place: open, out }: Call): Promise<void> {
  const found = await documents(await open());
  const width = Math.max(...found.map((each) => each.name.length), 0);
  const total = found.reduce((sum, each) => sum + each.size, 0);
  const lines = found.map((each) => `  ${each.name.padEnd(width)}  ${dim(bytes(each.size))}`);
  const head = `${bold("Workspace")}  ${plural(found.length, "file")}, ${bytes(total)}`;
  const empty = dim("Nothing in the workspace of this session: session workspace add <file>");
  out.data(found.length === 0 ? empty : [head, ...lines].join("\n"), found);
}

/** `1.5 MB`, in thousands. */
function bytes(size: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let value = size;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : Number(value.toPrecision(2))} ${units[unit]}`;
}

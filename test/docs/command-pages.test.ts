/** One page a command in docs/commands/, made from its help: npm run pages makes them anew. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { CommandUnknownOpts, Help } from "@commander-js/extra-typings";
import { expect, test } from "vitest";
import { type About, addCommand, type Entry } from "../../src/cli/command.ts";
import { ThrowingCommand } from "../../src/cli/commander.ts";
import { COMMANDS } from "../../src/cli/commands.generated.ts";

const FOLDER = "docs/commands";
/** Plumbing has its place in docs/commands.md. */
const SHOWN = COMMANDS.filter((each) => each.group !== "Plumbing");

async function pageOf(entry: Entry): Promise<string> {
  const file = await entry.load();
  const program = new ThrowingCommand("session");
  const command = addCommand(program as never, file) as unknown as CommandUnknownOpts;
  const { about } = file;
  return [
    `# session ${about.name}`,
    `${about.summary}.`,
    ...(about.aliases?.length
      ? [`Also: ${about.aliases.map((each) => `\`session ${each}\``).join(", ")}`]
      : []),
    ...body(command, about.description),
    ...command.commands
      .filter((each) => !isHidden(each))
      .flatMap((each) => [`## session ${about.name} ${each.name()}`, ...body(each, each.description())]),
    ...examples(about),
    "Options of every command (`-C`, `--json`, `-q`, …), exit codes and JSON: [commands](../commands.md).",
    "",
  ].join("\n\n");
}

const isHidden = (command: CommandUnknownOpts) =>
  (command as unknown as { _hidden?: boolean })._hidden === true;

function body(command: CommandUnknownOpts, description: string): string[] {
  const help = command.createHelp() as Help;
  const rows = [
    ...help.visibleArguments(command).map((each) => [each.name(), help.argumentDescription(each)] as const),
    ...help
      .visibleOptions(command)
      .filter((each) => each.long !== "--help")
      .map((each) => [help.optionTerm(each), help.optionDescription(each)] as const),
  ];
  return [
    `\`\`\`text\n${help.commandUsage(command)}\n\`\`\``,
    description,
    ...(rows.length === 0
      ? []
      : [
          [
            "| | |",
            "| --- | --- |",
            ...rows.map(([term, what]) => `| \`${cell(term)}\` | ${cell(what).replaceAll("<", "\\<")} |`),
          ].join("\n"),
        ]),
  ].filter((each) => each !== "");
}

const cell = (text: string) => text.replaceAll("|", "\\|").replace(/\s+/g, " ");

function examples({ examples = [] }: About): string[] {
  if (examples.length === 0) return [];
  const width = Math.max(...examples.map(([command]) => command.length));
  const lines = examples.map(([command, what]) =>
    what === "" ? command : `${command.padEnd(width)}  # ${what}`,
  );
  return ["## Examples", `\`\`\`text\n${lines.join("\n")}\n\`\`\``];
}

test.each(SHOWN.map((each) => [each.name, each] as const))(
  "docs/commands/%s.md equals the command's help",
  async (name, entry) => {
    await expect(await pageOf(entry)).toMatchFileSnapshot(path.resolve(FOLDER, `${name}.md`));
  },
);

test("every command page belongs to a command, and every link in the docs resolves", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(SHOWN.map((each) => `${each.name}.md`).sort());
  const pages = ["README.md", "CONTRIBUTING.md", "SECURITY.md"].concat(
    readdirSync("docs", { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => path.join("docs", name)),
  );
  const wrong: string[] = [];
  for (const page of pages)
    for (const [, target = ""] of readFileSync(page, "utf8").matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue;
      const [file = "", anchor] = target.split("#");
      const at = file === "" ? page : path.join(path.dirname(page), file);
      if (!isLeading(at, anchor)) wrong.push(`${page}: ${target}`);
    }
  expect(wrong).toEqual([]);
});

/** Whether a file or folder is there, and a page has a heading of that anchor. */
function isLeading(file: string, anchor: string | undefined): boolean {
  if (!existsSync(file)) return false;
  if (anchor === undefined) return true;
  const titles = [...readFileSync(file, "utf8").matchAll(/^#{1,6} (.+)$/gm)].map(([, title = ""]) => title);
  const anchors = titles.map((title) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replace(/\s/g, "-"),
  );
  return anchors.includes(anchor);
}

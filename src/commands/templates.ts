import type { Command } from "@commander-js/extra-typings";
import type { About, Call } from "../cli/command.ts";
import { type ListedTemplate, saveTemplate, sessionTemplates } from "../lifecycle/session-templates.ts";
import { facts } from "../terminal/signs.ts";
import { bold, dim, yellow } from "../terminal/style.ts";
import { plural } from "../text/plural.ts";

export const about: About = {
  name: "templates",
  aliases: ["template"],
  group: "Set up",
  order: 10,
  summary: "List session templates, or save one from a session",
  description:
    "Lists session templates in .session/templates/sessions/<name>.yaml, or makes one from a session: objectives, tags, checklist and base branch.",
  examples: [
    ["session templates list", "see them"],
    ["session templates save @ bugfix", "save this branch's session"],
    ["session start fix/crash --template bugfix", "use it"],
  ],
};

export function define(templates: Command): void {
  templates.does(list);
  templates.command("list").alias("ls").description("List session templates").does(list);
  templates
    .command("save <session> <name>")
    .description("Save a session as a template, without dropped objectives")
    .option("--force", "replace an existing template")
    .does(async ({ place: open, out }, session, name, options) => {
      const saved = await saveTemplate(await open(), session, name, options.force ?? false);
      out.done(`Saved ${saved.file}: ${contents(saved.template)}.`, saved, saved.file);
    });
}

async function list({ place: open, out }: Call): Promise<void> {
  const found = await sessionTemplates(await open());
  if (found.length === 0)
    return out.none("No templates yet.", found, "session templates save <session> <name>");
  out.screen(found.map(row).join("\n"), found);
}

function row(template: ListedTemplate): string {
  const problems = template.problems.map((each) => `\n  ${yellow("!")} ${each}`);
  return `${bold(template.name)}  ${dim(contents(template))}${problems.join("")}`;
}

function contents({ objectives, tags, checklist, base }: Omit<ListedTemplate, "name" | "file" | "problems">) {
  const parts = [
    plural(objectives.length, "objective"),
    ...(checklist.length > 0 ? [`${checklist.length} to check`] : []),
    ...(tags.length > 0 ? [tags.join(", ")] : []),
    ...(base === undefined ? [] : [`from ${base}`]),
  ];
  return facts(parts);
}

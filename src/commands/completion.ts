import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { complete } from "../cli/completion.ts";
import { SHELLS } from "../cli/completion-words.ts";
import { templatesDir } from "../place/templates.ts";
import { Failure } from "../session/failure.ts";

export const about: About = {
  name: "completion",
  group: "Set up",
  order: 50,
  summary: "Print the completion script for a shell",
  description:
    "Prints a script that completes commands, options, sessions, branches, ids, tags and settings in bash, zsh, fish and PowerShell, for session and for git session.",
  examples: [
    ['eval "$(session completion bash)"', "in ~/.bashrc"],
    ['eval "$(session completion zsh)"', "in ~/.zshrc, after compinit"],
    ["session completion fish | source", "in ~/.config/fish/config.fish"],
    ["session completion powershell | Out-String | Invoke-Expression", "in $PROFILE"],
  ],
};

export function define(command: Command): void {
  command
    .argument("<shell>", SHELLS.join(", "))
    .argument("[words...]", "after `words`: the typed words, the last one unfinished")
    .does(async ({ out, place, commands }, shell, words) => {
      if (shell === "words") {
        const fitting = await complete(commands, words, () => place({ bare: true, silent: true }));
        const lines = fitting.words.map(([word, about]) => `${word}\t${about}`);
        // No candidate begins with a colon: git allows no colon in a name.
        const paths = fitting.paths === undefined ? [] : [`:${fitting.paths}`];
        return out.data([...lines, ...paths].join("\n"), fitting);
      }
      if (!SHELLS.some((each) => each === shell))
        throw new Failure("usage", `there is no completion for "${shell}"`, {
          advice: `supported shells: ${SHELLS.join(", ")}`,
        });
      const script = await readFile(path.join(templatesDir(), "completion", `session.${shell}`), "utf8");
      out.data(script.trimEnd(), { shell, script });
    });
}

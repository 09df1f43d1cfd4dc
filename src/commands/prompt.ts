import { readFile } from "node:fs/promises";
import path from "node:path";
import { Argument, type Command } from "@commander-js/extra-typings";
import type { About } from "../cli/command.ts";
import { templatesDir } from "../place/templates.ts";

const SHELLS = ["bash", "zsh", "fish", "sh"] as const;

export const about: About = {
  name: "prompt",
  group: "Set up",
  order: 55,
  summary: "Print a function that shows the session in a prompt",
  description:
    "Prints a shell function that shows the session of the branch: title, objectives, blockers, whether it is paused. The function starts no program: it reads a file that session keeps up to date. sh is a script for tmux, starship and others.",
  examples: [
    ['eval "$(session prompt bash)"', "in ~/.bashrc; then use $SESSION_PROMPT in PS1"],
    ['eval "$(session prompt zsh)"', "in ~/.zshrc; then use $SESSION_PROMPT in PROMPT"],
    ["session prompt fish | source", "in ~/.config/fish/config.fish; then call session_prompt"],
    ["session prompt sh > prompt.sh", "a script that prints the line"],
  ],
};

export function define(command: Command): void {
  command
    .addArgument(new Argument("<shell>", SHELLS.join(", ")).choices(SHELLS))
    .does(async ({ out }, shell) => {
      const folder = path.join(templatesDir(), "prompt");
      const text = (name: string) => readFile(path.join(folder, name), "utf8");
      const [reader, around] = await Promise.all([text("reader.sh"), text(`session.${shell}`)]);
      const script = around.replace("@reader@", () => reader.trimEnd());
      out.data(script.trimEnd(), { shell, script });
    });
}

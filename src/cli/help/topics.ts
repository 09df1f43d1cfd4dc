/** Reads the help topics that belong to no single command, one text file each in `templates/help/`. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { templatesDir } from "../../place/templates.ts";

export interface Topic {
  readonly name: string;
  /** Title of the topic: the first line of its text. */
  readonly title: string;
  readonly text: string;
}

/** Returns every topic, by name. Reads the files of the package. */
export function topics(): readonly Topic[] {
  const folder = path.join(templatesDir(), "help");
  const files = readdirSync(folder).filter((each) => each.endsWith(".txt"));
  return files.sort().map((file) => {
    const text = readFileSync(path.join(folder, file), "utf8").trimEnd();
    return { name: path.basename(file, ".txt"), title: text.slice(0, text.indexOf("\n")), text };
  });
}

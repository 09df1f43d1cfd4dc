import { readFileSync } from "node:fs";
import path from "node:path";
import { templatesDir } from "../workflows/templates.ts";

/** Version of the package that this program is part of. */
export function version(): string {
  const file = path.join(templatesDir(), "..", "package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

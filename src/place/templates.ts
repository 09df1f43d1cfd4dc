import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { TemplateFolders } from "../render/template.ts";
import { isOwnFolder } from "../store/folders.ts";
import type { Place } from "./place.ts";

/**
 * Returns the folder of the shipped templates: next to `dist/` in the package, next to `src/` in a checkout.
 */
export function templatesDir(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, "templates", "brief.md.hbs"))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error("the templates of the package are missing; install it again");
    folder = parent;
  }
  return path.join(folder, "templates");
}

/** Returns the folders of templates, the project's own first. */
export function templateFolders(place: Place): TemplateFolders {
  const own = path.join(place.projectDir, "templates");
  const partials = path.join(own, "partials");
  // Ignores a linked folder, which could lead anywhere.
  const linked =
    [place.projectDir, own].some((folder) => !isOwnFolder(folder)) ||
    (existsSync(partials) && !isOwnFolder(partials));
  return linked ? { shipped: templatesDir() } : { shipped: templatesDir(), own };
}

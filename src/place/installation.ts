/** Finds the way in which this copy of the program was installed, in order to upgrade or remove it. */
import { existsSync } from "node:fs";
import path from "node:path";
import { templatesDir } from "./templates.ts";

export interface Installation {
  /** Folder of the program's package. */
  readonly folder: string;
  /** Description of the installation, such as "installed with npm for all projects". */
  readonly how: string;
  /** Command that installs a newer version of the program. */
  readonly upgrade: string;
  readonly remove: string;
}

/** Returns the installation of the running program, judging by its folder. */
export function installation(): Installation {
  const folder = path.dirname(templatesDir());
  return { folder, ...kindOf(folder, existsSync(path.join(folder, "src"))) };
}

const TARBALL = "<git-session.tgz>";

/**
 * Returns the kind of installation for a package folder. `isCheckout`: true if the folder contains the
 * sources.
 */
export function kindOf(folder: string, isCheckout: boolean): Omit<Installation, "folder"> {
  const parts = folder.split(/[\\/]/);
  const has = (name: string) => parts.includes(name);
  if (isCheckout)
    return {
      how: "run from a checkout of its sources",
      upgrade: "git pull && npm ci && npm install --global .",
      remove: "npm uninstall --global git-session",
    };
  if (has("_npx")) return { how: "run by npx", upgrade: `npx ${TARBALL}`, remove: "npm cache npx rm" };
  const manager = has("pnpm") || has(".pnpm") ? "pnpm" : has(".bun") ? "bun" : has(".yarn") ? "yarn" : "npm";
  // npm installs global packages in <prefix>/lib/node_modules; on Windows in <prefix>\npm\node_modules.
  const above = parts.at(-3);
  const isGlobal = manager !== "npm" || above === "lib" || above === "npm";
  if (isGlobal) {
    const add = {
      npm: "npm install --global --ignore-scripts",
      pnpm: "pnpm add --global",
      bun: "bun add --global",
      yarn: "yarn global add",
    };
    const take = {
      npm: "npm uninstall --global",
      pnpm: "pnpm remove --global",
      bun: "bun remove --global",
      yarn: "yarn global remove",
    };
    return {
      how: `installed with ${manager} for all projects`,
      upgrade: `${add[manager]} ${TARBALL}`,
      remove: `${take[manager]} git-session`,
    };
  }
  return {
    how: "installed with npm in one project",
    upgrade: `npm install --save-dev ${TARBALL}`,
    remove: "npm uninstall git-session",
  };
}

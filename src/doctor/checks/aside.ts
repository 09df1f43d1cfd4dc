/** Reports files that were kept aside when a later command settled an interrupted one. */
import path from "node:path";
import { plural } from "../../text/plural.ts";
import { shellWord } from "../../text/shell.ts";
import { listAside } from "../../worktree/set-aside-files.ts";
import type { Check } from "../check.ts";

export const check: Check = {
  order: 55,
  examine: async ({ repository: { gitDir, root } }) => {
    const asides = await listAside(gitDir);
    if (asides.length === 0) return [];
    const folder = path.join(gitDir, "session-aside");
    const shown = path.relative(root, folder);
    return {
      name: "kept aside",
      state: "warning",
      says: `${plural(asides.length, "folder")} with uncommitted files, set aside in ${shown}`,
      fix: `take what you need from ${shellWord(shown)}; cleanup deletes it after 30 days\nsession cleanup`,
    };
  },
};

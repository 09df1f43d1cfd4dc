/** Reports an unfinished git operation, such as a merge or rebase. */
import { inProgress, unfinishedOperation, waysOut } from "../../git/status.ts";
import type { Check } from "../check.ts";

export const check: Check = {
  order: 50,
  examine: async ({ repository }) => {
    const found = await unfinishedOperation(repository);
    if (!found) return { name: "work tree", state: "ok", says: "no unfinished operation" };
    return {
      name: "work tree",
      state: "warning",
      says: inProgress(found),
      fix: waysOut(found).join(", or "),
    };
  },
};

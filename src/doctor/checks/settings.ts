/** Reports problems of the settings files. */
import type { Check } from "../check.ts";

export const check: Check = {
  order: 30,
  examine: async ({ configProblems }) => {
    if (configProblems.length === 0) return [{ name: "settings", state: "ok", says: "valid" }];
    return configProblems.map((each) => ({
      name: "settings",
      state: "problem",
      says: `${each.file}:${each.line}:${each.column}: ${each.message}`,
      fix: "correct the file\nsession config validate",
    }));
  },
};

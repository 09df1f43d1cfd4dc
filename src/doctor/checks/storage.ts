/** Checks that the folder of sessions can be written. */
import { access, constants } from "node:fs/promises";
import type { Check } from "../check.ts";

export const check: Check = {
  order: 60,
  examine: async ({ repository }) => {
    const can = await access(repository.commonDir, constants.W_OK).then(
      () => true,
      () => false,
    );
    return can
      ? { name: "storage", state: "ok", says: "writable" }
      : {
          name: "storage",
          state: "problem",
          says: `${repository.commonDir} is not writable`,
          fix: "check owner and permissions",
        };
  },
};

/** The version of the program, and how this copy of it is upgraded. */
import { installation } from "../../place/installation.ts";
import { version } from "../../version.ts";
import type { Check } from "../check.ts";

export const check: Check = {
  order: 5,
  examine: async () => {
    const { how, folder, upgrade } = installation();
    return { name: "session", state: "ok", says: `${version()}, ${how} (${folder}); upgrade: ${upgrade}` };
  },
};

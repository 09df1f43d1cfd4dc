/** Reports the program's version, and how to upgrade this installation. */
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

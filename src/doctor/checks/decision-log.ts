/** Checks that the decision log has every decision that the commits of HEAD carry. */
import path from "node:path";
import { readDecisionLog, rewriteDecisionLog } from "../../record/decision-log.ts";
import { isOwnFolder } from "../../store/folders.ts";
import { plural } from "../../text/plural.ts";
import { DECISION_LOG } from "../../trailers/decision-log.ts";
import type { Check } from "../check.ts";

/** Maximum missing decisions to name; the others are counted. */
const NAMED = 10;

export const check: Check = {
  order: 45,
  examine: async (place) => {
    if (place.repository.bare || !isOwnFolder(place.projectDir)) return [];
    const { carried, missing } = await readDecisionLog(place);
    if (carried.length === 0) return [];
    const name = "decision log";
    if (missing.length === 0) return { name, state: "ok", says: plural(carried.length, "decision") };
    const named = missing.slice(0, NAMED).map((each) => `${each.session}/${each.decision.id}`);
    const more = missing.length > NAMED ? `, and ${missing.length - NAMED} more` : "";
    return {
      name,
      state: "warning",
      says: `${DECISION_LOG} lacks ${missing.length} of ${plural(carried.length, "decision")} that commits carry: ${named.join(", ")}${more}`,
      fix: "session decisions log",
      repair: {
        does: `add the missing decisions to ${DECISION_LOG}`,
        files: [path.join(place.repository.root, DECISION_LOG)],
        run: () => rewriteDecisionLog(place),
      },
    };
  },
};

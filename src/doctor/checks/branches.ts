/** Reports sessions whose branch is gone or is another branch now. */

import { listedSessions } from "../../record/known-sessions.ts";
import { shellWord } from "../../text/shell.ts";
import type { Check, Finding } from "../check.ts";

export const check: Check = {
  order: 80,
  examine: async (place) => {
    const { sessions } = await listedSessions(place);
    return sessions
      .filter((each) => each.gone)
      .map(({ id, branch, renamedTo }): Finding => {
        const [says, fix] =
          renamedTo !== undefined
            ? [`its branch was renamed to ${renamedTo}`, `session resume ${id}`]
            : branch === place.repository.branch
              ? [
                  `the stored session ${id} belongs to an earlier branch of that name`,
                  `session resume ${id}\nsession start ${shellWord(branch)}`,
                ]
              : [`its branch is gone; the session (${id}) is kept`, `session resume ${id}`];
        return { name: `session ${branch}`, state: "warning", says, fix };
      });
  },
};

import * as z from "zod/v4";
import { defined } from "../../text/defined.ts";

import { statusOf } from "../../views/status.ts";
import { otherWorktreeWarnings } from "../../views/warnings.ts";
import { callFor } from "../hints.ts";
import { notes, objective, session } from "../schemas.ts";
import { toolOf } from "../tool.ts";

export const tool = toolOf({
  name: "session_status",
  order: 10,
  title: "Status",
  description: "Shows where this branch's session stands: objectives, open blockers, changes, next steps.",
  does: "looks",
  input: z.strictObject({}),
  output: z.object({
    branch: z.string(),
    session: session.nullable(),
    /** Source of the record, if it is not a session of this branch. */
    record: z.string().optional(),
    objectives: z.array(objective),
    blockers: z.array(z.string()),
    pending: z.array(z.string()).describe("decisions"),
    changed: z.number().describe("files"),
    warnings: z.array(z.string()),
    next: z.array(z.string()),
    notes,
  }),
  call: async (place) => {
    const [status, same] = await Promise.all([statusOf(place), otherWorktreeWarnings(place)]);
    const { id, title, state, branch, record } = status.session;
    return {
      value: {
        branch,
        session: id === "" ? null : { id, title, state },
        ...defined({ record: record.words }),
        objectives: status.objectives.map((each) => ({ id: each.id, mark: each.mark, text: each.text })),
        blockers: status.blockers
          .filter((each) => !each.resolved)
          .map((each) => [`${each.id}: ${each.text}`, each.link].filter(Boolean).join(" ")),
        pending: [...status.pending],
        changed: status.files.length,
        warnings: [...status.warnings, ...same],
        next: status.next.map((each) =>
          each.command === undefined ? each.what : `${each.what}: ${callFor(each.command) ?? each.command}`,
        ),
      },
    };
  },
});

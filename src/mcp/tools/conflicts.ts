import * as z from "zod/v4";
import { conflictsOf } from "../../forecast/conflicts.ts";
import { notes, texts } from "../schemas.ts";
import { toolOf } from "../tool.ts";

export const tool = toolOf({
  name: "session_conflicts",
  order: 48,
  title: "Conflicts",
  description: "Shows which sessions would conflict if merged now, uncommitted changes included.",
  does: "looks",
  input: z.strictObject({}),
  output: z.object({ conflicts: z.array(z.object({ branches: texts, files: texts })), notes }),
  call: async (place) => {
    const { conflicts } = await conflictsOf(place);
    return {
      value: {
        conflicts: conflicts.map(({ one, other, files }) => ({
          branches: [one.branch, other.branch],
          files: files.map((each) => each.path),
        })),
      },
    };
  },
});

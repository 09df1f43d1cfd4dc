import * as z from "zod/v4";
import { checkRules, findingLine, rangeHere } from "../../checkpoint/rules.ts";
import { texts } from "../schemas.ts";
import { toolOf } from "../tool.ts";

export const tool = toolOf({
  name: "session_check",
  order: 110,
  title: "Check",
  description: "Checks this session's added lines against the project's rules.",
  does: "looks",
  input: z.strictObject({}),
  output: z.object({ errors: texts, warnings: texts }),
  call: async (place) => {
    const { findings, problems } = await checkRules(place, await rangeHere(place));
    const of = (severity: string) =>
      findings
        .filter((each) => each.severity === severity)
        .map((each) => `${findingLine(each)}: ${each.text}`);
    return { value: { errors: of("error"), warnings: [...of("warning"), ...problems] } };
  },
});

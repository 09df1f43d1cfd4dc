import * as z from "zod/v4";
import { thenCheckpoint } from "../../checkpoint/auto-checkpoint.ts";
import { noteCheck } from "../../checkpoint/verify.ts";
import { notes } from "../schemas.ts";
import { toolOf } from "../tool.ts";

export const tool = toolOf({
  name: "session_verify",
  order: 110,
  title: "Verification",
  description: "Records a check and its result. Does not run the command.",
  does: "adds",
  input: z.strictObject({
    text: z.string().describe("command, or a check in words"),
    result: z.enum(["passed", "failed"]),
  }),
  output: z.object({ command: z.string(), result: z.string(), commit: z.string().nullable(), notes }),
  call: async (place, { text, result }) => {
    const verified = await thenCheckpoint(place, noteCheck(place, text, result));
    return { value: { command: verified.command, result, commit: verified.commit ?? null } };
  },
});

import path from "node:path";
import * as z from "zod/v4";
import { checkpoint } from "../../checkpoint/checkpoint.ts";
import type { Place } from "../../place/place.ts";
import { defined } from "../../text/defined.ts";
import { notes, some, texts } from "../schemas.ts";
import { type ServerContext, toolOf } from "../tool.ts";

export const tool = toolOf({
  name: "session_checkpoint",
  order: 60,
  title: "Checkpoint",
  description:
    "Commits what is staged, else changes to tracked files, with objectives and pending decisions as trailers.",
  does: "adds",
  input: z.strictObject({
    message: z.string().optional().describe("subject; default: proposed"),
    body: z.string().optional(),
    label: z.string().optional(),
    complete: some.optional().describe("objectives to complete"),
    paths: some.optional().describe("only these files"),
    all: z.boolean().optional().describe("include new files"),
    dry_run: z.boolean().optional(),
  }),
  output: z.object({
    commit: z.string().nullable(),
    subject: z.string(),
    files: texts,
    left_out: texts,
    decisions: texts,
    notes,
  }),
  call: async (place, { dry_run, paths = [], ...asked }, context) => {
    const made = await checkpoint(place, {
      ...defined(asked),
      dryRun: dry_run ?? false,
      paths: paths.map((each) => fromRoot(place, context, each)),
    });
    return {
      value: {
        commit: made.commit ?? null,
        subject: made.subject,
        files: made.files.map((each) => each.path),
        left_out: [...made.leftOut],
        decisions: made.decisions.map((each) => each.id),
      },
      notes: made.warnings,
    };
  },
});

function fromRoot({ repository }: Place, { cwd }: ServerContext, file: string): string {
  return path.relative(repository.root, path.resolve(cwd, file)).split(path.sep).join("/");
}

import * as z from "zod/v4";
import { requireBranch } from "../../git/repository.ts";
import { branchHere, type Started } from "../../lifecycle/start.ts";
import { notAppliedTexts, resumeExisting, startOrResume } from "../../lifecycle/start-or-resume.ts";
import { startPointText } from "../../lifecycle/start-point.ts";
import { Failure } from "../../session/failure.ts";
import { branchOf } from "../../session/state.ts";
import { defined } from "../../text/defined.ts";
import { notes, session, some } from "../schemas.ts";
import { toolOf } from "../tool.ts";

export const tool = toolOf({
  name: "session_start",
  order: 50,
  title: "Start a session",
  description:
    "Starts a session on a branch, or resumes the branch's session. Creates and checks out the branch. Default: the current branch.",
  does: "adds",
  input: z.strictObject({
    branch: z.string().optional(),
    objectives: some.optional(),
    title: z.string().optional(),
    from: z.string().optional().describe("start of a new branch"),
    resume: z.boolean().optional().describe("resume the session of the branch"),
  }),
  output: z.object({ branch: z.string(), session, created: z.boolean(), notes }),
  call: async (place, { resume, branch: named, ...asked }) => {
    const branch = named ?? (await branchHere(place));
    if (branch === undefined) {
      requireBranch(place.repository);
      throw new Failure("usage", "the default branch is checked out: a session needs its own branch", {
        advice: "name one in the argument branch",
      });
    }
    const { objectives, ...others } = asked;
    const again = resume ? await resumeExisting(place, branch, undefined, objectives) : undefined;
    const done = again ? { resumed: again } : await startOrResume(place, { branch, ...defined(asked) });
    if ("resumed" in done) {
      const left = notAppliedTexts(Object.keys(others));
      return { value: started(done.resumed, false), notes: [...done.resumed.warnings, ...left] };
    }
    const { begins, notes } = done.started;
    const from = begins?.ahead?.commits ? [startPointText(begins)] : [];
    return { value: started(done.started, true), notes: [...from, ...notes] };
  },
});

function started({ state: { context } }: Pick<Started, "state">, created: boolean) {
  const { id, title, state } = context;
  return { branch: branchOf(context), session: { id, title, state }, created };
}

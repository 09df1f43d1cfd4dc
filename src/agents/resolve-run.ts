import { currentBranch } from "../git/repository.ts";
import type { Place } from "../place/place.ts";
import { resolveSession } from "../record/resolve-session.ts";
import { currentRuns } from "../record/runs.ts";
import { Failure } from "../session/failure.ts";
import { isLive, type RunRecord, type RunState, runName } from "../session/runs.ts";
import { nearest } from "../text/nearest.ts";

/**
 * Finds a background run by the start of its id, by its whole name, or by its session: running before ended
 * runs, newest first. Without a name: the run of this branch's session, else the only running one.
 * @throws Failure `no-run`, `unknown-session` (exit 3).
 */
export async function findRun(
  place: Place,
  name: string | undefined,
): Promise<{ record: RunRecord; state: RunState }> {
  const all = (await currentRuns(place)).filter(({ record }) => record.background);
  const live = all.filter(({ state }) => isLive(state));
  if (name === undefined) {
    const branch = currentBranch(place.repository);
    const found =
      [...live, ...all].find(({ record }) => record.session.branch === branch) ??
      (live.length === 1 ? live[0] : undefined);
    if (found) return found;
    throw new Failure("no-run", "no agent runs in the background for this branch", {
      hint: live.length > 0 ? "session background" : "session run <agent> --background",
    });
  }
  const byId = all.filter(({ record }) => name.length >= 3 && record.id.startsWith(name));
  const [found] = byId.length === 1 ? byId : [];
  const named = found ?? all.find(({ record }) => runName(record) === name);
  if (named) return named;
  const { id, title } = await resolveSession(place, name).catch((error: unknown) => {
    const ids = all.map(({ record }) => record.id);
    const [close] = nearest(name, ids, 1);
    if (close === undefined || !(error instanceof Failure)) throw error;
    throw new Failure(error.code, error.message, {
      advice: `did you mean the run ${close}?`,
      hint: "session background",
    });
  });
  const ofSession = [...live, ...all].find(({ record }) => record.session.id === id);
  if (ofSession) return ofSession;
  throw new Failure("no-run", `no agent was started in the background for ${title}`, {
    hint: "session background",
  });
}

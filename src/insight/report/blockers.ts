/** Selects the blockers of a period, by age. Pure. */
import type { SessionState } from "../../session/state.ts";
import { type Edges, isWithin } from "./period.ts";
import type { ReportBlocker } from "./report.ts";

const DAY = 86_400_000;

/**
 * Returns the open blockers of open sessions and the blockers resolved in the period; the oldest open blocker
 * comes first.
 */
export function blockersOf(
  sessions: readonly { readonly state: SessionState; readonly live: boolean }[],
  edges: Edges,
  now: string,
): ReportBlocker[] {
  const all = sessions.flatMap(({ state: { context, blockers }, live }) =>
    blockers.flatMap((each): ReportBlocker[] => {
      const { id, text, resolved, link = null, note = null, added = null, finished = null } = each;
      if (resolved ? !isWithin(edges, finished) : !live) return [];
      return [{ id, session: context.id, text, link, resolved, note, added, finished, days: null }];
    }),
  );
  return aged(all, now);
}

/** Returns the blockers with the number of days that each is or was open. */
export function aged(blockers: readonly ReportBlocker[], now: string): ReportBlocker[] {
  const all = blockers.map((each) => {
    const length = Date.parse((each.resolved ? each.finished : now) ?? "") - Date.parse(each.added ?? "");
    const days = Number.isNaN(length) ? null : Math.max(0, Math.round((length / DAY) * 10) / 10);
    return { ...each, days };
  });
  const age = (each: ReportBlocker) => each.days ?? -1;
  return all.sort((one, other) => Number(one.resolved) - Number(other.resolved) || age(other) - age(one));
}

/** Lists ended sessions as a timeline. Active and paused sessions are left to session-rows.ts. */

import { measureRecords } from "../facts/metrics.ts";
import type { Place } from "../place/place.ts";
import { surveySessions } from "./session-rows.ts";
import type { PastSession, SessionRow } from "./shapes/listing.ts";

interface Request {
  readonly count: number;
  readonly metrics: boolean;
  readonly choose: (rows: readonly SessionRow[]) => readonly SessionRow[];
}

/**
 * Returns at most `count` ended sessions, the last ended first, and the number left out. Computes numbers
 * only for the returned sessions.
 */
export async function endedSessions(
  place: Place,
  { count, metrics, choose }: Request,
): Promise<{ sessions: PastSession[]; more: number }> {
  let all = 0;
  const { rows, known } = await surveySessions(place, (every) => {
    const chosen = choose(every);
    all = chosen.length;
    return lastEnded(chosen, count);
  });
  const measured = metrics ? await measureRecords(place, known) : undefined;
  return {
    sessions: rows.map((row) => {
      const found = measured?.get(row.id);
      return found ? { ...row, metrics: found } : row;
    }),
    more: all - rows.length,
  };
}

/**
 * Returns the rows that ended last. Reads only the first rows, because rows are sorted last used first, and
 * no session ends after its last use.
 */
function lastEnded(rows: readonly SessionRow[], count: number): SessionRow[] {
  const when = ({ ended, touched }: SessionRow) => ended ?? touched;
  const least = rows.slice(0, count).map(when).sort()[0] ?? "";
  const after = rows.findIndex((row) => row.touched < least);
  const near = (after < 0 ? [...rows] : rows.slice(0, after)).sort((one, other) =>
    when(one) === when(other) ? 0 : when(one) < when(other) ? 1 : -1,
  );
  return near.slice(0, count);
}

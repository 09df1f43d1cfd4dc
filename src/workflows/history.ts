/** Sessions that ended, as a timeline. */
import type { SessionRow } from "../model/listing.ts";
import type { SessionMetrics } from "../model/metrics.ts";
import { measureRecords } from "./metrics.ts";
import type { Place } from "./place.ts";
import { surveySessions } from "./survey.ts";

export interface PastSession extends SessionRow {
  readonly metrics?: SessionMetrics;
}

interface Request {
  readonly count: number;
  readonly metrics: boolean;
  readonly choose: (rows: readonly SessionRow[]) => readonly SessionRow[];
}

/** The last ended first; only what is shown is measured. */
export async function historyOf(
  place: Place,
  { count, metrics, choose }: Request,
): Promise<{ sessions: PastSession[]; more: number }> {
  const { rows, known } = await surveySessions(place);
  const when = ({ ended, touched }: SessionRow) => ended ?? touched;
  const chosen = [...choose(rows)].sort((one, other) => (when(one) < when(other) ? 1 : -1));
  const shown = chosen.slice(0, count);
  const ids = new Set(shown.map((each) => each.id));
  const measured = metrics
    ? await measureRecords(
        place,
        known.filter((each) => ids.has(each.id)),
      )
    : undefined;
  return {
    sessions: shown.map((row) => {
      const found = measured?.get(row.id);
      return found ? { ...row, metrics: found } : row;
    }),
    more: chosen.length - shown.length,
  };
}

/** Records the times of a user's visits to the overview, so that the next visit can mark new events. */

import type { Place } from "../place/place.ts";
import { Failure } from "../session/failure.ts";
import { readLastLook, writeLastLook } from "../store/last-seen.ts";
import { clock, now } from "../surroundings.ts";

/** Maximum milliseconds after which a returning user continues the last visit. */
const SAME_VISIT = 5 * 60_000;

/** A visit to the overview. Events recorded after the previous visit ended are new. */
export class Visit {
  private constructor(
    private readonly place: Place,
    /** Time after which events are new, in ISO 8601; undefined on the first visit to this clone. */
    public since: string | undefined,
  ) {}

  /** Begins a visit, or continues the last one if it ended less than five minutes ago. */
  static async begin(place: Place): Promise<Visit> {
    const last = await readLastLook(place.sessionsDir);
    const isSame = last !== undefined && clock() - Date.parse(last.left) < SAME_VISIT;
    return new Visit(place, isSame ? last.since : last?.left);
  }

  /** Stores the end of the visit. If the file cannot be written, the next visit shows more events as new. */
  async leave(): Promise<void> {
    const left = now();
    await writeLastLook(this.place.sessionsDir, { since: this.since ?? left, left }).catch(
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error;
      },
    );
  }

  /** Marks all events as seen, and stores the visit. */
  async markSeen(): Promise<void> {
    this.since = now();
    await this.leave();
  }
}

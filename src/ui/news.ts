/** What is new since somebody last looked at all sessions, and when that was. */

import type { Place } from "../place/place.ts";
import type { KnownSession } from "../record/resolve-session.ts";
import { eventRow, typeOf, wordsShown } from "../session/events.ts";
import { Failure } from "../session/failure.ts";
import { readLastLook, writeLastLook } from "../store/last-seen.ts";
import { clock, now } from "../surroundings.ts";

/** Whoever comes back within this time goes on with the same look, in milliseconds. */
const SAME = 5 * 60_000;

/** News that are shown. */
const MOST = 30;

/** Something that was recorded. `at`: ISO 8601. */
export interface News {
  readonly at: string;
  readonly session: string;
  readonly title: string;
  /** `objective.completed` */
  readonly type: string;
  readonly words: string;
}

/** A look at all sessions: it begins where the one before ended. */
export class SessionsLook {
  private constructor(
    private readonly place: Place,
    /** ISO 8601; undefined for the first look of all. */
    public since: string | undefined,
  ) {}

  /** Begins a look, or goes on with the last one. */
  static async begin(place: Place): Promise<SessionsLook> {
    const last = await readLastLook(place.sessionsDir);
    const isSame = last !== undefined && clock() - Date.parse(last.left) < SAME;
    return new SessionsLook(place, isSame ? last.since : last?.left);
  }

  /** Notes that nobody looks now; what comes later is new. Where nothing can be written, the next look shows more. */
  async leave(): Promise<void> {
    const left = now();
    await writeLastLook(this.place.sessionsDir, { since: this.since ?? left, left }).catch(
      (error: unknown) => {
        if (!(error instanceof Failure)) throw error;
      },
    );
  }

  /** Notes that all of it was seen. */
  async seen(): Promise<void> {
    this.since = now();
    await this.leave();
  }
}

/** What was recorded after a moment, the newest first, and how much more there is. */
export function newsOf(
  known: readonly KnownSession[],
  since: string | undefined,
): { readonly news: readonly News[]; readonly more: number } {
  if (since === undefined) return { news: [], more: 0 };
  const all = known.flatMap(({ id, title, loaded, touched, state }): News[] => {
    const of = { session: id, title };
    if (!loaded) return touched > since ? [{ ...of, at: touched, type: state, words: "" }] : [];
    return loaded.events
      .filter((each) => each.at > since && isNews(each))
      .map((each) => ({ ...of, at: each.at, type: typeOf(each), words: wordsShown(each).join(" ") }));
  });
  all.sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
  return { news: all.slice(0, MOST), more: Math.max(0, all.length - MOST) };
}

/** What agents tell of each of their steps is left out. */
function isNews(event: Parameters<typeof eventRow>[0]): boolean {
  const row = eventRow(event);
  return row === undefined ? event.type === "unknown" : !row.agent && row.shows !== undefined;
}

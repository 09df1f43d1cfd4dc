/** Collects the issues that a session names. */
import type { Place } from "../place/place.ts";
import { withoutBlocks } from "../trailers/parse/split-message.ts";
import type { Issue, IssueSource } from "./formats/issues.ts";
import type { Gathered } from "./gather.ts";

/** Maximum number of newest commits to search. MAX_TEXT limits the characters of their messages. */
const MAX_COMMITS = 500;
const MAX_TEXT = 500_000;

/**
 * Matches texts that may name an issue. Most texts do not match, which saves a git process for the remotes.
 */
const LIKELY = /[#!]\d|GH-\d|[A-Z\d]-\d|https?:\/\//;

/** Returns the issues that the session's objectives, blockers, decisions, commits and branch name. */
export async function issuesOf(place: Place, gathered: Gathered): Promise<Issue[]> {
  const { state, branch } = gathered;
  const { blockers, objectives, context } = state;
  let read = 0;
  const sources: IssueSource[] = [
    ...objectives.map(({ id, text }) => ({ name: id, text })),
    ...blockers.map(({ id, text, link, note }) => ({
      name: id,
      text: [text, link, note].filter(Boolean).join("\n"),
    })),
    ...context.decisions.map(({ id, text, rationale }) => ({
      name: id,
      text: `${text}\n${rationale ?? ""}`,
    })),
    // Leaves out commit trailers, which repeat the recorded decisions.
    ...gathered.commits.slice(0, MAX_COMMITS).flatMap(({ commit }) => {
      if (read > MAX_TEXT || !LIKELY.test(commit.message)) return [];
      read += commit.message.length;
      return [{ name: commit.oid.slice(0, 8), text: withoutBlocks(commit.message), isCommit: true }];
    }),
  ].filter(({ text }) => LIKELY.test(text));
  const keys = place.config.tracking.issue_url;
  if (sources.length === 0 && !LIKELY.test(branch)) return [];
  const [{ issuesIn }, { forgeHere }] = await Promise.all([
    import("./formats/issues.ts"),
    import("./forge.ts"),
  ]);
  return issuesIn(branch, sources, { forge: await forgeHere(place, gathered), keys });
}

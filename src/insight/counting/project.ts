/** Scores the health of a repository, from its sessions together and the changes of its code. Pure. */

import type { Blocker } from "../../session/session.ts";
import { plural } from "../../text/plural.ts";
import { blockersPart, type Health, type HealthPart, partOf, scored, testsPart } from "./health.ts";
import type { FixesAfter } from "./patterns.ts";

export interface ProjectFacts {
  /** Current time, in ISO 8601. */
  readonly now: string;
  /** Active sessions of this clone. */
  readonly sessions: readonly {
    readonly branch: string;
    readonly touched: string;
    readonly blockers: readonly Blocker[];
  }[];
  /** Number of lines that changed in the last days, in code and in tests. */
  readonly days: number;
  readonly codeLines: number;
  readonly testLines: number;
  readonly fixes: FixesAfter;
}

const REST_DAYS = 14;

/** Scores the health of a repository from its active sessions, its tests and its recent changes. */
export function projectHealth(facts: ProjectFacts): Health {
  const { sessions, now } = facts;
  const blockers = sessions.flatMap(({ branch, blockers: some }) =>
    some.map((each) => ({ ...each, id: `${each.id} of ${branch}` })),
  );
  const blocked = blockersPart(blockers, now);
  const open = blockers.some((each) => !each.resolved);
  const tests = testsPart({ ...facts, ended: false });
  return scored([
    open
      ? {
          ...blocked,
          advice: { what: "review the open blockers, and ask for help", command: "session list" },
        }
      : blocked,
    restPart(facts),
    { ...tests, found: `${tests.found} in ${facts.days} days` },
    fixesPart(facts.fixes),
  ]);
}

function restPart({ sessions, now }: ProjectFacts): HealthPart {
  const part = partOf("Idle sessions", 2);
  if (sessions.length === 0) return part(null, "no session is open");
  const days = (touched: string) => (Date.parse(now) - Date.parse(touched)) / 86_400_000;
  const rest = sessions.filter((each) => days(each.touched) > REST_DAYS);
  if (rest.length === 0) return part(100, `${plural(sessions.length, "session")}, all touched lately`);
  const found = `${rest.length} of ${plural(sessions.length, "session")} not touched for ${REST_DAYS} days: ${rest[0]?.branch}${rest.length > 1 ? ", ..." : ""}`;
  const advice = { what: "end, pause or resume them", command: "session list --sort date --reverse" };
  return part(100 - (100 * rest.length) / sessions.length, found, advice);
}

/** Scores how often features need a fix soon after: one feature in five is normal. */
function fixesPart({ features, fixed, days, files }: FixesAfter): HealthPart {
  const part = partOf("Stable features", 2);
  if (features < 5) return part(null, `not enough data: ${plural(features, "commit")} of type feat`);
  const share = fixed / features;
  const score = 100 - Math.max(0, share - 0.2) * 125;
  const found = `${fixed} of ${features} features had a fix to their files within ${days} days`;
  const most = files[0] === undefined ? "" : `, most of all for ${files[0].path}`;
  return part(score, found, score < 80 ? { what: `test features before merging them${most}` } : undefined);
}

/**
 * Finds commits whose messages seem to contain a secret: made by hand, or before the program scanned
 * messages.
 */
import { allRefs, log } from "../../git/commits.ts";
import { scanTexts } from "../../secrets/scan.ts";
import { mayHoldSecrets } from "../../text/secrets.ts";
import type { Check, Finding } from "../check.ts";

/** Maximum number of commits to name. */
const SHOWN = 5;

export const check: Check = {
  order: 110,
  examine: async (place) => {
    const commits = await log(place.repository.root, allRefs(), { grep: ["Session-Id:"] });
    const texts = commits
      .filter((each) => mayHoldSecrets(each.message))
      .map(({ oid, message }) => ({ name: oid.slice(0, 8), text: message }));
    const findings = await scanTexts(place, texts);
    if (findings.length === 0)
      return [{ name: "secrets", state: "ok", says: "no secrets in the messages of sessions' commits" }];
    const checks = findings
      .slice(0, SHOWN)
      .map(
        ({ id, name, line, rule, masked }): Finding => ({
          name: "secrets",
          state: "problem",
          says: `commit ${name}, line ${line} of its message: ${rule}, ${id}: ${masked}`,
          fix: `revoke the secret, then reword the commit; or accept a false positive\ngit rebase -i ${name}^\nsession doctor --allow ${id}`,
        }),
      );
    const more = findings.length - SHOWN;
    return more > 0
      ? [...checks, { name: "secrets", state: "problem", says: `and ${more} more like these` }]
      : checks;
  },
};

/**
 * Imports the commits that Entire linked to its sessions and checkpoints. Does not read the branches on which
 * Entire keeps their contents.
 */

import { type ReadCommit, sessionOf } from "../portable/history.ts";
import type { Importer } from "../portable/importer.ts";

export const importer: Importer = {
  order: 60,
  kind: "commits",
  label: "Entire",
  reads: "trailers of commits: a session for each that Entire names, with its commits in the log",
  keys: ["Entire-Checkpoint:", "Entire-Session:"],
  sessions: (commits, idFor) => {
    const groups = new Map<string, ReadCommit[]>();
    for (const read of commits) {
      const checkpoints = read.trailers.get("entire-checkpoint") ?? [];
      const [session] = read.trailers.get("entire-session") ?? [];
      if (
        session === undefined &&
        !checkpoints.some((each) => /^([0-9a-f]{12}|[0-9A-HJKMNP-TV-Z]{26})$/.test(each))
      )
        continue;
      const key = session ?? "";
      groups.set(key, [...(groups.get(key) ?? []), read]);
    }
    return [...groups].map(([name, reads]) => {
      const first = name === "" ? (reads[0]?.commit.oid ?? "") : name;
      const agents = new Set(reads.flatMap(({ trailers }) => trailers.get("entire-agent") ?? []));
      return sessionOf("entire", first, reads, idFor, {
        branchName: first.slice(0, 12),
        labelKey: "entire-checkpoint",
        title: name === "" ? "Checkpoints from Entire" : `Entire session ${name.slice(0, 100)}`,
        more: {
          ...(agents.size === 0 ? {} : { agent: [...agents].join(", ").slice(0, 1000) }),
          checkpoints: String(reads.length),
        },
      });
    });
  },
};

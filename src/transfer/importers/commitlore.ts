/** Imports the decisions that CommitLore records in commit trailers. */
import { sessionOfDecisions, type Vocabulary } from "../portable/history.ts";
import type { Importer } from "../portable/importer.ts";

const WORDS: Vocabulary = {
  source: "commitlore",
  idKey: "record-id",
  id: /^r-[a-z0-9]{6,64}$/,
  rejected: "ruled-out",
  verified: "verified",
  supersedes: "supersedes",
  because: {
    limit: "Limit",
    blast: "Blast",
    undo: "Undo",
    certainty: "Certainty",
    follows: "Follows",
    expires: "Expires",
    evidence: "Evidence",
    provenance: "Provenance",
  },
  notes: { warn: "Warning", unverified: "Not verified" },
};

export const importer: Importer = {
  order: 50,
  kind: "commits",
  label: "CommitLore",
  reads: "trailers of commits: one session, with a decision for each record",
  keys: ["Record-Id:"],
  sessions: (commits, idFor) => sessionOfDecisions(commits, WORDS, idFor),
};

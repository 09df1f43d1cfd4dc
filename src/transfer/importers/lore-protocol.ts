/** Imports the decisions that lore-protocol records in commit trailers. */
import { sessionOfDecisions, type Vocabulary } from "../portable/history.ts";
import type { Importer } from "../portable/importer.ts";

const WORDS: Vocabulary = {
  source: "lore-protocol",
  idKey: "lore-id",
  id: /^[0-9a-f]{8}$/,
  rejected: "rejected",
  verified: "tested",
  supersedes: "supersedes",
  because: {
    constraint: "Constraint",
    confidence: "Confidence",
    "scope-risk": "Scope of risk",
    reversibility: "Reversibility",
    "depends-on": "Depends on",
    related: "Related to",
  },
  notes: { directive: "Directive", "not-tested": "Not tested" },
};

export const importer: Importer = {
  order: 40,
  kind: "commits",
  label: "lore-protocol",
  reads: "trailers of commits: one session, with a decision for each record",
  keys: ["Lore-id:"],
  sessions: (commits, idFor) => sessionOfDecisions(commits, WORDS, idFor),
};

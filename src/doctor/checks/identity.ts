/** Checks that git knows the name and address of the committer. */
import { ask } from "../../git/read.ts";
import type { Check } from "../check.ts";

export const check: Check = {
  order: 20,
  examine: async ({ repository }) => {
    const answer = await ask(repository.root, ["var", "GIT_COMMITTER_IDENT"]);
    if (answer.code === 0)
      return { name: "identity", state: "ok", says: answer.stdout.replace(/ \d+ [+-]\d+\s*$/, "") };
    return {
      name: "identity",
      state: "problem",
      says: "git does not know who you are, so it makes no commits",
      fix: 'git config user.name "Your Name" && git config user.email you@example.com',
    };
  },
};

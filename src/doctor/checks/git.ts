/** Reports the version of git. */
import { ask } from "../../git/read.ts";
import type { Check } from "../check.ts";

export const check: Check = {
  order: 10,
  examine: async ({ repository }) => {
    const text = (await ask(repository.root, ["version"])).stdout.trim();
    const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(text)?.map(Number) ?? [];
    const old = major < 2 || (major === 2 && minor < 30);
    return old
      ? { name: "git", state: "problem", says: `${text} is too old`, fix: "install git 2.30 or newer" }
      : { name: "git", state: "ok", says: text.replace("git version ", "") };
  },
};

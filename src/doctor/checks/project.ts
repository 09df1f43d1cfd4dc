/** Reports on the repository's .session/ folder. */
import { readdir } from "node:fs/promises";
import { isIgnored } from "../../git/status.ts";
import type { Check, Finding } from "../check.ts";

export const check: Check = {
  order: 40,
  examine: async (place) => {
    const there = await readdir(place.projectDir).catch(() => undefined);
    if (!there)
      return warning(
        "this repository has no .session/ folder; sessions work, but share no settings and keep no decision log",
        "session init",
      );
    const ignored = await isIgnored(place.repository.root, ".session/config.yaml");
    if (ignored)
      return warning(".session is ignored by git, so it is not shared", "remove it from .gitignore");
    const old = there.filter((name) => /\.old(-\d+)?\.\w+$/.test(name));
    if (old.length > 0)
      return warning(`set aside by init --force: ${old.join(", ")}`, "copy what you need, then remove them");
    return { name: ".session", state: "ok", says: "there" };
  },
};

function warning(says: string, fix: string): Finding {
  return { name: ".session", state: "warning", says, fix };
}

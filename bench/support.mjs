// What the benches share: a scratch folder as a home of its own, medians, ids.
import { mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";

export const cli = path.resolve("dist/cli.js");

export function scratchFolder() {
  return mkdtempSync(path.join(os.tmpdir(), "session-bench-"));
}

/** Neither the machine's nor the user's settings. */
export function environment(base) {
  return {
    PATH: process.env.PATH,
    HOME: base,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: path.join(base, "gitconfig"),
    LC_ALL: "C",
  };
}

export function median(numbers) {
  return [...numbers].sort((one, other) => one - other)[numbers.length >> 1];
}

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** Session ids that differ in their first characters, as random ones do. */
export function idOf(n) {
  let left = Math.imul(n + 1, 2654435761) >>> 0;
  let id = "";
  for (let at = 0; at < 12; at++) {
    id += ALPHABET[left % 32];
    left = at === 5 ? n : Math.floor(left / 32);
  }
  return id;
}

// What the benches share: a scratch folder as a home of its own, whole processes timed, medians.
import { spawnSync } from "node:child_process";
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

/** Milliseconds that a program took from start to end. */
export function timeOf(program, args, { cwd, env }) {
  const begin = process.hrtime.bigint();
  const { status, stderr } = spawnSync(program, args, { cwd, env, stdio: ["ignore", "ignore", "pipe"] });
  const spent = Number(process.hrtime.bigint() - begin) / 1e6;
  if (status !== 0)
    throw new Error(`${program} ${args.slice(0, 4).join(" ")} ended with ${status}: ${stderr}`);
  return spent;
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

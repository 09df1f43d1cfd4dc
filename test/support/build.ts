import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { globbySync } from "globby";
import type { TestProject } from "vitest/node";

/** Sources of the built program. */
const SOURCES = ["src/**", "templates/**", "scripts/*", "package-lock.json"];

/** Builds the program if one of its sources changed, because tests run the built program. */
export default function setup({ config }: TestProject): void {
  const state = stateOfSources();
  if (builtFrom() !== state) {
    execFileSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
    writeFileSync("dist/.built-from", stateOfSources());
  }
  if (config.env?.SESSION_TEST_ALL !== "0") return;
  console.log(
    `Kill points and seeds are sampled: SESSION_TEST_SEED=${config.env.SESSION_TEST_SEED} runs the same.`,
  );
}

function builtFrom(): string | undefined {
  try {
    return readFileSync("dist/.built-from", "utf8");
  } catch {
    return undefined;
  }
}

/** Returns a hash of Node's version and of every file that the program is made of. */
function stateOfSources(): string {
  const hash = createHash("sha256").update(process.version);
  for (const file of globbySync(SOURCES).sort()) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

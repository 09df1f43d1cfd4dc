import { execFileSync } from "node:child_process";
import type { TestProject } from "vitest/node";

/** Tests drive the built program, so it is built from what is in the tree right now. */
export default function setup({ config }: TestProject): void {
  execFileSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
  if (config.env?.SESSION_TEST_ALL !== "0") return;
  console.log(
    `Kill points and seeds are sampled: SESSION_TEST_SEED=${config.env.SESSION_TEST_SEED} runs the same.`,
  );
}

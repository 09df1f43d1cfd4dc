import { execFileSync } from "node:child_process";

/** Tests drive the built program, so it is built from what is in the tree right now. */
export default function setup(): void {
  execFileSync(process.execPath, ["scripts/build.mjs"], { stdio: "inherit" });
}

// Runs the tests with other versions of Node, which npm fetches: npm run test:node [-- <test files>]
import { spawnSync } from "node:child_process";

const VERSIONS = ["22", "24"];
const args = process.argv.slice(2);
for (const version of VERSIONS) {
  console.log(`\nNode ${version}`);
  const vitest = ["node", "node_modules/vitest/vitest.mjs", "run", ...args];
  const { status } = spawnSync("npm", ["exec", "--yes", `--package=node@${version}`, "--", ...vitest], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exitCode = status ?? 1;
}

// Runs tests with other versions of Node, which npm fetches: npm run test:node [-- <test files>]. Without files, a sample
// that touches every room and starts the built program, some minutes a version; `-- test/` runs everything.
import { spawnSync } from "node:child_process";

const VERSIONS = ["22", "24"];
const E2E = ["start", "checkpoint", "hooks-commit", "push", "mcp", "loaded-files", "prompt"];
const SAMPLE = ["test/model/", "test/store/", ...E2E.map((name) => `test/e2e/${name}.test.ts`)];

const given = process.argv.slice(2);
const files = given.length > 0 ? given : SAMPLE;
for (const version of VERSIONS) {
  console.log(`\nNode ${version}`);
  const vitest = ["node", "node_modules/vitest/vitest.mjs", "run", ...files];
  const { status } = spawnSync("npm", ["exec", "--yes", `--package=node@${version}`, "--", ...vitest], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0) process.exitCode = status ?? 1;
}

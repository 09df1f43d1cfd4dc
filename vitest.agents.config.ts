import { defineConfig } from "vitest/config";

/** The real agents, installed from npm outside of the package: `npm run test:agents`, not part of `npm test`. */
export default defineConfig({
  test: {
    include: ["test/agents/**/*.test.ts"],
    // Sandboxes of agents have a /dev of their own, and may write to /tmp.
    env: { SESSION_TEST_FOLDER: "/var/tmp" },
    globalSetup: "test/support/build.ts",
    testTimeout: 1_800_000,
    hookTimeout: 600_000,
    // Each is a large program: one at a time, with patience for a busy machine.
    maxWorkers: 1,
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => ({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/agents/**"],
    globalSetup: "test/support/build.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    env: {
      // Runs of the program in this process have it, and no process can change it once it runs.
      TZ: "UTC",
      SESSION_TEST_ALL: mode === "all" ? "1" : "0",
      SESSION_TEST_SEED: process.env.SESSION_TEST_SEED ?? String(Math.floor(Math.random() * 10_000)),
    },
    // Tests wait for the programs that they start; by default one core of two would stay idle.
    maxWorkers: "100%",
    // A process for each file would cost half a second each.
    isolate: false,
  },
}));

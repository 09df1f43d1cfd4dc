import os from "node:os";
import { defineConfig } from "vitest/config";

const UNIT = ["test/{browser,docs,model,render,store,terminal}/**/*.test.ts"];

// The same for all projects: each of them reads the settings again.
process.env.SESSION_TEST_SEED ??= String(Math.floor(Math.random() * 10_000));

// A worker starts thousands of processes, and each costs by the memory of the worker: one heap instead of one a thread.
process.env.MALLOC_ARENA_MAX ??= "1";

export default defineConfig(() => ({
  test: {
    globalSetup: "test/support/build.ts",
    testTimeout: process.env.SESSION_TEST_ALL === "1" ? 3_600_000 : 60_000,
    hookTimeout: 60_000,
    env: {
      // Runs of the program in this process have it, and no process can change it once it runs.
      TZ: "UTC",
      SESSION_TEST_ALL: process.env.SESSION_TEST_ALL ?? "0",
      SESSION_TEST_SEED: process.env.SESSION_TEST_SEED ?? "1",
    },
    // Tests wait for the programs that they start: with one worker a core, a third of the time no core has work.
    maxWorkers: 2 * os.availableParallelism(),
    projects: [
      // A process for each file would cost more than the tests in it.
      { extends: true as const, test: { name: "unit", include: UNIT, isolate: false } },
      // Starting git costs by the memory of who starts it, so these do not share the process of the others.
      { extends: true as const, test: { name: "e2e", include: ["test/e2e/**/*.test.ts"] } },
    ],
  },
}));

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/agents/**"],
    globalSetup: "test/support/build.ts",
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // What runs of the program in this process see, and no process can change once it runs.
    env: { TZ: "UTC" },
    // Tests wait for the programs that they start; by default one core of two would stay idle.
    maxWorkers: "100%",
  },
});

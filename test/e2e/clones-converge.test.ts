import { afterAll, expect, test } from "vitest";
import { expectConverged, makeClones, removeTemplates, syncAll } from "../support/many-clones.ts";
import { doRandomAction } from "../support/random-actions.ts";
import { sampledSeeds } from "../support/sampling.ts";

/** SESSION_FUZZ_SEED and SESSION_FUZZ_STEPS run others, and longer. Every third has three clones, every fifth git daemon. */
const SEEDS = sampledSeeds([2, 15]);
const STEPS = Number(process.env.SESSION_FUZZ_STEPS ?? 10);

afterAll(removeTemplates);

test.each(SEEDS)(
  "seed %i: clones that edit, push, pull and crash in any order converge without losing a text",
  async (seed) => {
    const world = await makeClones(seed, seed % 3 === 0 ? 3 : 2, seed % 5 === 0);
    try {
      for (let step = 0; step < STEPS; step++) await doRandomAction(world);
      await syncAll(world);
      await expectConverged(world);
      expect(world.written.size).toBeGreaterThan(0);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`seed ${seed}: ${message}\n${world.story.join("\n")}`, { cause: error });
    }
  },
  120_000 + STEPS * 10_000,
);

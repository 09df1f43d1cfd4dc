import { afterAll, expect, test } from "vitest";
import { cloned, removeMade, settle, verify } from "../support/many-clones.ts";
import { doSomething } from "../support/random-actions.ts";
import { seeds } from "../support/sampling.ts";

/** SESSION_FUZZ_SEED and SESSION_FUZZ_STEPS run others, and longer. Every third has three clones, every fifth git daemon. */
const SEEDS = seeds([2, 15]);
const STEPS = Number(process.env.SESSION_FUZZ_STEPS ?? 10);

afterAll(removeMade);

test.each(SEEDS)(
  "seed %i: clones that edit, push, pull and crash in any order come to the same, and no text is gone",
  async (seed) => {
    const world = await cloned(seed, seed % 3 === 0 ? 3 : 2, seed % 5 === 0);
    try {
      for (let step = 0; step < STEPS; step++) await doSomething(world);
      await settle(world);
      await verify(world);
      expect(world.written.size).toBeGreaterThan(0);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`seed ${seed}: ${message}\n${world.story.join("\n")}`, { cause: error });
    }
  },
  120_000 + STEPS * 10_000,
);

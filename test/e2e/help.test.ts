import { expect, test } from "vitest";
import { ENTRIES } from "../../src/commands/registry.ts";
import { scratch } from "../support/scratch.ts";

test("every command has help, and says nothing beside it", async () => {
  const s = await scratch();
  for (const { name } of ENTRIES) {
    const { code, stdout, stderr } = await s.session("help", name);
    expect([code, stderr], name).toEqual([0, ""]);
    expect(stdout, name).toContain(`Usage: session ${name}`);
  }
  const status = await s.session("status");
  expect([status.code, status.stderr]).toEqual([0, ""]);
});

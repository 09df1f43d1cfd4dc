import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.generated.ts";
import { scratch } from "../support/scratch.ts";

test("every command has help, and says nothing beside it", async () => {
  const s = await scratch();
  for (const { name } of COMMANDS) {
    const { code, stdout, stderr } = await s.session("help", name);
    expect([code, stderr], name).toEqual([0, ""]);
    expect(stdout, name).toContain(`Usage: session ${name}`);
  }
  const status = await s.session("status");
  expect([status.code, status.stderr]).toEqual([0, ""]);
});

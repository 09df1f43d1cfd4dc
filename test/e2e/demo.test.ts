import { rm } from "node:fs/promises";
import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";

test("the demo shows the main job without an identity and without touching the user's home", async () => {
  const s = await scratch({ repository: false, identity: false });
  const { code, stdout, stderr } = await s.run(process.execPath, [`${process.cwd()}/scripts/demo.mjs`], {
    cwd: process.cwd(),
  });
  expect(code, stderr).toBe(0);
  for (const shown of [
    "$ session init",
    "$ session start",
    "$ session checkpoint",
    "Session-Objectives:",
    "$ session brief",
    "# Handoff: Greeting",
    "refs/sessions/",
  ])
    expect(stdout).toContain(shown);
  expect((await s.run("ls", ["-A", s.home])).stdout).toBe("gitconfig\n");
  const folder = /Look around: cd (\S+)\/project/.exec(stdout)?.[1];
  expect(folder).toContain("session-demo-");
  if (folder) await rm(folder, { recursive: true, force: true });
});

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { CLI, type Scratch, scratch } from "../support/scratch.ts";

const shell = (s: Scratch, script: string) =>
  s.run("bash", ["-c", `session() { "${process.execPath}" "${CLI}" "$@"; }; ${script}`]);

test.each(["--help", "--version", "help start", "status", "status --json", "export x"])(
  "`session %s` ends quietly if its reader stops early",
  async (command) => {
    const s = await scratch();
    await s.ok("start", "x", "-o", "One");
    const { stderr } = await shell(s, `session ${command} | true; session ${command} | head -c 1`);
    expect(stderr).toBe("");
  },
);

test.runIf(existsSync("/dev/full"))("a full standard output gives one line and exit code 1", async () => {
  const s = await scratch();
  await s.ok("start", "x", "-o", "One");
  for (const command of ["--help", "--version", "help start", "status", "status --json", "export x"]) {
    const { code, stderr } = await shell(s, `session ${command} >/dev/full`);
    expect([code, stderr], command).toEqual([
      1,
      "error: cannot write to standard output: the disk is full\n",
    ]);
  }
  // Exit codes of other failures stay as they are.
  expect((await shell(s, "session nonsense --json >/dev/full")).code).toBe(2);
});

test.runIf(existsSync("/dev/full"))("a full standard error gives exit code 1", async () => {
  const s = await scratch();
  await s.ok("start", "x", "-o", "One");
  await s.write(".session/config.yaml", "nonsense: true\n");
  const { code, stdout } = await shell(s, "session status 2>/dev/full");
  expect([code, stdout]).toEqual([1, expect.stringContaining("x")]);
});

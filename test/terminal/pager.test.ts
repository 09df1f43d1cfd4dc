/** Long output at a terminal goes through the pager that git would use; what is short or piped does not. */
import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";
import { runAtTerminal } from "../support/terminal.ts";

const HEAD = /A memory of the work/;

test("help --all is paged by core.pager before PAGER, and --no-pager prints it", async () => {
  const s = await scratch();
  const env = { PAGER: "sed s/^/paged:/", LESS: undefined };
  const shown = (...args: string[]) => runAtTerminal(s, { keys: "enter", until: "", env }, ...args);
  expect((await shown("help", "--all")).stdout).toMatch(/^paged:.*A memory/m);
  await s.git("config", "core.pager", "sed s/^/core:/");
  const all = (await shown("help", "--all")).stdout;
  expect(all).toMatch(/^core:.*A memory/m);
  expect(all).toMatch(/core:session help <command>/);
  expect((await shown("help", "--all", "--no-pager")).stdout).not.toContain("core:");
  expect((await shown("help", "storage", "--json")).stdout).not.toContain("core:");
  // A pager that cannot be started takes nothing away.
  await s.git("config", "core.pager", "no-such-pager");
  expect((await shown("help", "--all")).stdout).toMatch(HEAD);
  expect(await s.ok("help", "--all")).toMatch(HEAD);
});

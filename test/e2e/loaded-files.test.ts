import { statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { CLI, fixture, initRepository, type Scratch } from "../support/scratch.ts";

const ALWAYS = ["cli.js", "main.js", "rolldown-runtime", "surroundings", "early", "core"];

/**
 * What everyday commands load, and how many kilobytes of it at most. A new file on the list costs each of them a
 * millisecond: load what only some runs need with `import()` where it is used.
 */
const LOADED: readonly (readonly [command: string, files: readonly string[], kilobytes: number])[] = [
  ["status", [...ALWAYS, "looking"], 299],
  ["log", [...ALWAYS, "looking", "inert", "telling"], 307],
  ["objectives add Three", [...ALWAYS, "adding"], 301],
  [
    "checkpoint --allow-empty --message Two",
    [...ALWAYS, "looking", "adding", "committing", "dist", "src"],
    467,
  ],
];

const inSession = () =>
  fixture("loads", async (s) => {
    await initRepository(s, { session: ["work", "-o", "One"] });
    await s.write("README.md", "one\n");
    await s.ok("checkpoint", "--message", "One");
    await s.write("README.md", "two\n");
  });

test.each(LOADED)("%s loads no more files and bytes than its budget", async (command, files, kilobytes) => {
  const s = await inSession();
  const names = await loadedBy(s, command.split(" "));
  expect(names.map((each) => each.replace(/-[\w-]{8}\.js$/, "")).sort()).toEqual([...files].sort());
  const bytes = names.map((each) => statSync(path.join(path.dirname(CLI), each)).size);
  expect(bytes.reduce((sum, each) => sum + each, 0) / 1000).toBeLessThan(kilobytes);
});

test("Node's own compile cache is kept beside the program, and Node's loader is left alone", async () => {
  const s = await inSession();
  const hook = path.resolve(import.meta.dirname ?? __dirname, "../support/print-compile-cache.cjs");
  const ran = await s.run(process.execPath, ["--require", hook, CLI, "--version"]);
  expect(ran.code).toBe(0);
  expect(ran.stderr).toContain(`compiled: ${path.join(path.dirname(CLI), "compiled")}`);
  expect(ran.stderr).toContain("loader: as it was");
});

/** The files of the program that a command loads, by their names in dist/. */
async function loadedBy(s: Scratch, args: readonly string[]): Promise<string[]> {
  const hook = path.resolve(import.meta.dirname ?? __dirname, "../support/print-loaded-files.cjs");
  const ran = await s.run(process.execPath, ["--require", hook, CLI, ...args]);
  expect(ran.code).toBe(0);
  const names = /^loaded: (.*)$/m.exec(ran.stderr)?.[1]?.split(" ") ?? [];
  return names.filter((each) => each !== path.basename(hook));
}

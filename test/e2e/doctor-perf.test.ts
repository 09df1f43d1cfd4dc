/** `doctor --perf` times everyday commands beside git's own, and names what slows a repository down. */
import { chmod } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";

/** Milliseconds: each test starts some sixty processes. */
const MANY_PROCESSES = 600_000;

test(
  "doctor --perf prints ratios, git processes and memory of each command, and what costs time, with hints",
  async () => {
    const s = await scratch({ session: ["work", "-o", "One"] });
    await s.run("sh", ["-c", "mkdir -p new && cd new && for n in $(seq 1000); do : > $n; done"]);
    const zero = "0".repeat(40);
    const head = await s.git("rev-parse", "HEAD");
    const refs = Array.from({ length: 2000 }, (_, n) => `update refs/heads/team/${n} ${head} ${zero}\n`);
    await s.run("git", ["update-ref", "--stdin"], { input: refs.join("") });
    await s.write(".git/hooks/pre-commit", "#!/bin/sh\n");
    await chmod(path.join(s.root, ".git/hooks/pre-commit"), 0o755);
    const before = await s.git("for-each-ref");
    const status = await s.git("status", "--porcelain");

    const found = await s.json("doctor", "--perf");
    expect(found.commands.map((each: { command: string }) => each.command)).toEqual([
      ...["status", "log", "brief", "list", "search session", "stats"],
    ]);
    for (const each of found.commands) {
      expect(each.ratio.min, each.command).toBeGreaterThan(0);
      expect(each.ratio.min).toBeLessThanOrEqual(each.ratio.median);
      expect(each.ratio.median).toBeLessThanOrEqual(each.ratio.max);
      expect(each.processes, each.command).toBeGreaterThan(0);
      expect(each.memory, each.command).toBeGreaterThan(10);
      expect(each.floor[0]).toMatch(/^git /);
    }
    const facts = Object.fromEntries(found.facts.map((each: { name: string }) => [each.name, each]));
    expect(facts["untracked files"]).toMatchObject({ hint: "git config core.untrackedCache true" });
    expect(facts.branches.says).toContain("2,00");
    expect(facts["loose refs"]).toMatchObject({ hint: "git pack-refs --all" });
    expect(facts.hooks.says).toContain("pre-commit");
    expect(facts["commit graph"]).toBeUndefined();
    // It changes nothing.
    expect(await s.git("for-each-ref")).toBe(before);
    expect(await s.git("status", "--porcelain")).toBe(status);
  },
  MANY_PROCESSES,
);

test(
  "doctor --perf prints a table with the minimum cost of each command, and reports when no cost stands out",
  async () => {
    const s = await scratch();
    const { stdout } = await s.session("doctor", "--perf");
    expect(stdout).toMatch(/^status\t\d+\t\d+\t[\d.]+\t.*\tnode \+ git status$/m);
    expect(stdout).toContain("Nothing in this repository costs more time than usual.");
  },
  MANY_PROCESSES,
);

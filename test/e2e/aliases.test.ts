import { mkdir, rename } from "node:fs/promises";
import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";

test("the command names of other tools work as aliases", async () => {
  const s = await scratch();
  await s.write(".session/templates/sessions/bugfix.yaml", "objectives: [Reproduce it]\n");
  await s.ok("new", "fix/crash", "--template", "bugfix");
  expect(await s.json("obj")).toMatchObject([{ text: "Reproduce it" }]);
  expect(await s.json("sessions")).toMatchObject([{ branch: "fix/crash", state: "active" }]);
  expect(await s.json("ls")).toEqual(await s.json("sessions"));
  await s.ok("notes", "One");
  expect((await s.json("ws", "path")).path).toBe(`${s.root}/.git/sessions/fix/crash/workspace`);
  await s.ok("close", "--no-handoff");
  expect(await s.json("list")).toMatchObject([{ branch: "fix/crash", state: "ended" }]);
});

test("a moved repository keeps its sessions, also from a subfolder", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await rename(s.root, `${s.root}-a`);
  const moved = s.at("../work-a");
  await mkdir(`${moved.root}/below`);
  const below = moved.at("below");
  expect((await below.json("resume")).session).toMatchObject({ ref: "refs/heads/work" });
  expect(await below.json("objectives")).toMatchObject([{ text: "One" }]);
  expect(JSON.parse(await s.at("..").ok("-C", "work-a/below", "objectives", "--json"))).toHaveLength(1);
});

test("two projects with similar paths share no sessions", async () => {
  const s = await scratch({ session: ["work"] });
  await s.run("git", ["clone", "--quiet", ".", "../a-b"]);
  await s.run("git", ["clone", "--quiet", ".", "../a/b"]);
  await s.at("../a-b").ok("start", "one");
  expect(await s.at("../a/b").json("list")).toEqual([]);
  expect(await s.at("../a-b").json("list")).toMatchObject([{ branch: "one" }]);
});

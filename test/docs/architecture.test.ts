import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const { FLOORS } = (await import(path.resolve("scripts/floors.mjs"))) as { FLOORS: readonly string[] };
const TEXT = readFileSync(".session/architecture.md", "utf8");

/** Paragraphs that begin with the name of a room, by that name. */
const PARAGRAPHS = new Map(
  TEXT.split("\n\n").flatMap((text) => {
    const name = /^\*\*([a-z/]+)\*\*/.exec(text)?.[1];
    return name === undefined ? [] : [[name, text] as const];
  }),
);

test("every room has a paragraph in architecture.md", () => {
  const rooms = FLOORS.filter((room) => !room.includes("/"));
  expect(rooms.filter((room) => !PARAGRAPHS.has(room))).toEqual([]);
  expect([...PARAGRAPHS.keys()].filter((name) => !FLOORS.includes(name))).toEqual([]);
  expect(FLOORS.filter((room) => !TEXT.split("<!-- /rooms -->")[1]?.includes(room))).toEqual([]);
});

test("every file named in architecture.md exists", () => {
  for (const [room, text] of [...PARAGRAPHS, ["", TEXT.split("<!-- /rooms -->")[1] ?? ""] as const])
    for (const [, file = ""] of text.matchAll(/`([\w/.-]+\.(?:ts|mjs|cjs))`/g)) {
      if (room === "" && !file.includes("/")) continue;
      expect(existsSync(file) || existsSync(path.join("src", room, file)), `${room}: ${file}`).toBe(true);
    }
});

import path from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";
import { inTerminal } from "../support/terminal.ts";

const CLI = path.resolve("dist/cli.js");

test("notes are listed, the oldest first, and appear in brief and handoff", async () => {
  const s = await scratch({ session: ["work"] });
  expect((await s.session("note", "list")).stderr).toContain("No notes yet");
  expect(await s.json("notes", "list")).toEqual([]);
  expect(await s.json("note", "The staging token expires on Friday")).toEqual({
    note: "The staging token expires on Friday",
  });
  await s.ok("note", "two\nlines");
  expect(await s.ok("note", "list")).toBe(
    "1. The staging token expires on Friday  less than a minute ago\n2. two …  less than a minute ago\n",
  );
  expect((await s.json("note", "list")).map((each: { text: string }) => each.text)).toEqual([
    "The staging token expires on Friday",
    "two\nlines",
  ]);
  for (const text of ["brief", "handoff"]) expect(await s.ok(text)).toContain("The staging token expires");
});

test("note without a text and a terminal is a usage error", async () => {
  const s = await scratch({ session: ["work"] });
  const ran = await s.run(process.execPath, [CLI, "note"], { env: { EDITOR: "sh -c 'echo x > $1'" } });
  expect(ran).toMatchObject({ code: 2, stdout: "" });
  expect(ran.stderr).toContain("no text was given, and there is no terminal for an editor");
  expect((await s.session("note", "")).code).toBe(2);
  expect(await s.json("note", "list")).toEqual([]);
});

test.skipIf(process.platform !== "linux")("note without a text opens the editor on a terminal", async () => {
  const s = await scratch({ session: ["work"] });
  const typed = (editor: string) => inTerminal(s, { VISUAL: editor }, "note");
  await s.write("../home/editor", 'printf "from the editor\\n" > "$1"\n');
  expect((await typed(`sh ${s.home}/editor`)).code).toBe(0);
  expect(await s.json("note", "list")).toMatchObject([{ text: "from the editor" }]);
  expect((await typed("false")).stdout).toContain("nothing was changed");
  expect((await typed("true")).stdout).toContain("a note needs some text");
  expect(await s.json("note", "list")).toHaveLength(1);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isOurs } from "../../src/agents/shapes/agent.ts";
import { addBlock, hasAnyBlock, removeBlock } from "../../src/agents/shapes/block.ts";
import { addPieces, hasPieces, type Piece, removePieces, Unfit } from "../../src/agents/shapes/json.ts";
import { addTables, removeTables } from "../../src/agents/shapes/toml.ts";

const OURS = { matcher: "*", hooks: [{ type: "command", command: "x && session hook claude Stop || true" }] };
const PIECES: Piece[] = [
  { kind: "item", path: ["hooks", "SessionStart"], value: OURS },
  { kind: "item", path: ["hooks", "Stop"], value: OURS },
  { kind: "value", path: ["mcpServers", "session"], value: { command: "session", args: ["mcp"] } },
];
const add = (text: string | undefined) => addPieces(text, PIECES, isOurs);
const remove = (text: string) => removePieces(text, PIECES, isOurs);

describe("settings in JSON", () => {
  test.each([
    ["plain", '{\n  "model": "opus",\n  "env": { "A": "1" }\n}\n'],
    [
      "with comments",
      '// mine\n{\n  // why\n  "model": "opus", // really\n  /* all */\n  "env": {} // end\n  // last words\n}\n',
    ],
    [
      "trailing commas",
      '{\n  "model": "opus",\n  "hooks": {\n    "Stop": [\n      { "hooks": [] },\n    ],\n  },\n}\n',
    ],
    ["tabs", '{\n\t"a": {\n\t\t"b": [1, 2]\n\t}\n}'],
    ["four spaces", '{\n    "a": 1\n}\n'],
    ["CRLF", '{\r\n  "a": 1,\r\n  "hooks": {\r\n    "PreToolUse": []\r\n  }\r\n}\r\n'],
    ["BOM", '\ufeff{\n  "a": 1\n}\n'],
    ["one line", '{"a":1,"hooks":{"Stop":[{"hooks":[{"command":"mine"}]}]}}'],
    ["spaced out", '{ "a": 1 }\n\n'],
    ["other servers", '{\n  "mcpServers": {\n    "other": { "command": "x", "args": [] }\n  }\n}\n'],
    ["a comma before a comment", '{\n  "a": 1, // one\n}\n'],
  ])("%s: our entry is added, and removed byte for byte", (_name, text) => {
    const after = add(text);
    expect(hasPieces(after, PIECES, isOurs)).toBe(true);
    expect(add(after)).toBe(after);
    expect(remove(after)).toBe(text);
    // Every line of theirs is still there, in order.
    const words = (each: string) => each.replace(/[,\s]|[\]}]+$/gm, "");
    let at = 0;
    for (const line of text.split("\n").map(words)) {
      at = words(after).indexOf(line, at);
      expect(at, line).toBeGreaterThanOrEqual(0);
    }
  });

  test("our entry is added at the end, in the style of the file", () => {
    const after = add('{\n\t"model": "opus" // mine\n}\n');
    expect(after).toContain('{\n\t"model": "opus", // mine\n\t"hooks": {\n\t\t"SessionStart": [\n');
    expect(after.endsWith('\t\t\t"args": [\n\t\t\t\t"mcp"\n\t\t\t]\n\t\t}\n\t}\n}\n')).toBe(true);
  });

  test("adding and removing keeps the values of any JSON, and adding twice changes nothing more", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constantFrom(undefined, 1, 2, 4, "\t"),
        fc.boolean(),
        (settings, indent, crlf) => {
          const { hooks: _hooks, mcpServers: _servers, ...rest } = settings;
          fc.pre(!Object.hasOwn(rest, "__proto__"));
          const text = JSON.stringify(rest, null, indent).replace(/\n/g, crlf ? "\r\n" : "\n");
          const after = add(text);
          expect(add(after)).toBe(after);
          const { hooks, mcpServers, ...others } = JSON.parse(after);
          expect(others).toEqual(JSON.parse(text));
          expect(hooks.Stop).toEqual([OURS]);
          expect(mcpServers.session.args).toEqual(["mcp"]);
          if (Object.keys(rest).length > 0) expect(remove(after)).toBe(text);
        },
      ),
    );
  });

  test("a handler that the user added to our group is kept", () => {
    const mine = { type: "command", command: "mine" };
    const after = JSON.parse(add("{}"));
    after.hooks.Stop[0].hooks.push(mine);
    expect(JSON.parse(remove(JSON.stringify(after, null, 2)) ?? "")).toEqual({
      hooks: { Stop: [{ matcher: "*", hooks: [mine] }] },
    });
  });

  test("an older version of our entry is replaced, not duplicated", () => {
    const old =
      '{\n  "hooks": {\n    "Stop": [\n      { "hooks": [{ "command": "session hook claude Stop" }] }\n    ]\n  }\n}\n';
    expect(JSON.parse(add(old)).hooks.Stop).toEqual([OURS]);
  });

  test.each([
    ['{\n  "a": 1\n  "b": 2\n}\n', 3],
    ['{\n  "hooks": []\n}\n', 2],
    ["[]\n", 1],
    ['{\n  "mcpServers": {\n    "session": { "command": "another" }\n  }\n}\n', 3],
  ])("an unexpected shape is refused by line: %j", (text, line) => {
    try {
      add(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Unfit);
      expect((error as Unfit).line).toBe(line);
    }
  });
});

describe("settings in TOML", () => {
  const TABLES = '[mcp_servers.session]\ncommand = "session"\nargs = ["mcp"]\n';
  test.each([
    '# mine\nmodel = "o" # really\n\n[mcp_servers.other]\ncommand = "x"\n',
    "a = 1\r\n[b]\r\nc = 2\r\n",
    "\ufeffa = 1\n",
  ])("%j: our block is added at the end and removed", (text) => {
    const after = addTables(text, TABLES);
    expect(addTables(after, TABLES)).toBe(after);
    expect(after.startsWith(text)).toBe(true);
    expect(removeTables(after)).toBe(text);
  });

  test("a line above our block stays a line of its own after a removal", () => {
    const text = `a = 1\n${addTables(undefined, TABLES)}[b]\nc = 2\n`;
    expect(removeTables(text)).toBe("a = 1\n[b]\nc = 2\n");
    expect(removeTables(`\ufeff${addTables(undefined, TABLES)}`)).toBeUndefined();
  });

  test("invalid TOML, before or after the change, is refused by line", () => {
    for (const [text, line] of [
      ["a = 1\nb = = 2\n", 2],
      ['[mcp_servers.session]\ncommand = "mine"\n', 1],
      ["# git-session:begin\na = 1\n", 1],
    ] as const) {
      try {
        addTables(text, TABLES);
        expect.unreachable(text);
      } catch (error) {
        expect(error, text).toBeInstanceOf(Unfit);
        expect((error as Unfit).line, text).toBe(line);
      }
    }
  });
});

describe("a marked block", () => {
  test.each(["# Rules\n\nBe kind.\n", "# Rules\r\n\r\nBe kind.\r\n", "\ufeff# Rules\n"])(
    "%j: is added at the end and removed",
    (text) => {
      const after = addBlock(text, "one\ntwo\n");
      expect(addBlock(after, "one\ntwo\n")).toBe(after);
      expect(after.startsWith(text)).toBe(true);
      expect(removeBlock(after)).toBe(text);
      expect(removeBlock(addBlock(after, "three\n"))).toBe(text);
    },
  );

  test("stays between the text above it and text added below it", () => {
    const after = `${addBlock("above\n", "ours\n")}below\n`;
    expect(addBlock(after, "new\n")).toContain("above\n\n<!-- git-session:begin -->\nnew\n");
    expect(removeBlock(after)).toBe("above\nbelow\n");
    expect(removeBlock(`above\n${addBlock(undefined, "ours\n")}below\n`)).toBe("above\nbelow\n");
    expect(removeBlock(addBlock("\ufeff", "ours\n"))).toBeUndefined();
  });

  test("marks within a sentence are text of the user", () => {
    const text = "Leave `<!-- git-session:begin -->` and `<!-- git-session:end -->` alone.\n";
    expect(hasAnyBlock(text)).toBe(false);
    expect(removeBlock(addBlock(text, "ours\n"))).toBe(text);
  });

  test.each([
    "<!-- git-session:begin -->\nopen\n",
    "<!-- git-session:end -->\n<!-- git-session:begin -->\n",
    "<!-- git-session:begin -->\na\n<!-- git-session:end -->\n<!-- git-session:begin -->\nb\n<!-- git-session:end -->\n",
  ])("torn or forged marks are refused: %j", (text) => {
    expect(() => addBlock(text, "ours\n")).toThrow(Unfit);
    expect(() => removeBlock(text)).toThrow(Unfit);
  });
});

import { execFile } from "node:child_process";
import { lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { toJsonSchema } from "@valibot/to-json-schema";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Failure } from "../../src/session/failure.ts";
import { CONFIG_KEYS, configValue, configWith } from "../../src/settings/config.ts";
import { configSchema } from "../../src/settings/schema.ts";
import {
  type ConfigSources,
  defaultConfigYaml,
  loadConfig,
  rememberConfig,
  setConfig,
  unsetConfig,
} from "../../src/store/settings/config.ts";

const run = promisify(execFile);

/** A project's file and a user's, in a folder of their own; either is missing where no text is given. */
async function files(project?: string | Buffer, user?: string): Promise<ConfigSources & { folder: string }> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "session-config-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const projectFile = path.join(folder, "work", ".session", "config.yaml");
  const userFile = path.join(folder, "home", "session", "config.yaml");
  for (const [file, text] of [
    [projectFile, project],
    [userFile, user],
  ] as const) {
    await mkdir(path.dirname(file), { recursive: true });
    if (text !== undefined) await writeFile(file, text);
  }
  return { folder, projectFile, userFile, env: {} };
}

/** Problems as `line:column: message`. */
async function problemsOf(text: string): Promise<string[]> {
  const { problems } = await loadConfig(await files(text));
  return problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

async function failureOf(action: Promise<unknown>): Promise<Failure> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw new Error(`no Failure: ${String(error)}`);
  return error;
}

describe("loading settings", () => {
  test("the environment wins over the project, the user and the defaults, each with its origin", async () => {
    const sources = await files(
      "display:\n  emoji: false\n  color: false\n",
      "display:\n  color: true\n  verbose: true\nquality:\n  coverage_threshold: 70\n",
    );
    const env = { SESSION_DISPLAY_EMOJI: "true", SESSION_TRACKING_ANNOTATIONS: "TODO:, HACK:" };
    const { config, origins, problems } = await loadConfig({ ...sources, env });
    expect(problems).toEqual([]);
    expect(config.display).toMatchObject({ emoji: true, color: false, verbose: true });
    expect(config.quality.coverage_threshold).toBe(70);
    expect(config.tracking.annotations).toEqual(["TODO:", "HACK:"]);
    expect(Object.fromEntries(origins)).toMatchObject({
      "display.emoji": "environment",
      "tracking.annotations": "environment",
      "display.color": "project",
      "display.verbose": "user",
      "quality.coverage_threshold": "user",
      "quality.require_tests": "default",
    });
  });

  test("without a file or variable uses the defaults, and loads neither YAML nor the rules", async () => {
    const loaded: string[] = [];
    vi.resetModules();
    for (const name of ["yaml", "valibot"]) {
      vi.doMock(name, (original) => {
        loaded.push(name);
        return original();
      });
    }
    onTestFinished(() => {
      vi.doUnmock("yaml");
      vi.doUnmock("valibot");
      vi.resetModules();
    });
    const fresh = await import("../../src/store/settings/config.ts");
    const sources = await files();
    const { config, origins, problems } = await fresh.loadConfig(sources);
    expect(loaded).toEqual([]);
    expect(config).toEqual(configWith([]));
    expect(config.context.architecture).toBeUndefined();
    expect(problems).toEqual([]);
    expect([...origins.keys()]).toEqual(CONFIG_KEYS);
    await writeFile(sources.projectFile, "display:\n  emoji: false\n");
    await fresh.loadConfig(sources);
    expect(new Set(loaded)).toEqual(new Set(["valibot", "yaml"]));
  });

  test("names unknown keys and wrong values with their place, and applies the rest", async () => {
    const text = [
      "session:",
      "  auto_track: no",
      "  archive_after_days: 1.5",
      "tracking:",
      "  idle_timout: 5m",
      "  idle_timeout: 30",
      "  annotations: [A, 1]",
      "quality:",
      "  coverage_threshold: high",
      "  new_code_coverage_threshold: 101",
      "  require_tests: false",
      "",
    ].join("\n");
    const sources = await files(text);
    const { config, problems } = await loadConfig(sources);
    expect(problems.every((each) => each.file === sources.projectFile && !each.fatal)).toBe(true);
    expect(problems.map(({ line, column, message }) => `${line}:${column}: ${message}`)).toEqual([
      '2:3: session.auto_track must be true or false, not "no"',
      "3:3: session.archive_after_days must be a whole number, 0 or more, not 1.5",
      '5:3: unknown key "tracking.idle_timout"; did you mean "tracking.idle_timeout"?',
      "6:3: tracking.idle_timeout must be a length of time such as 30m or 1h, not 30",
      "7:3: tracking.annotations must be a list of at most 200 plain texts of 1 to 500 characters, but it holds 1",
      '9:3: quality.coverage_threshold must be a number from 0 to 100, not "high"',
      "10:3: quality.new_code_coverage_threshold must be a number from 0 to 100, not 101",
    ]);
    expect(config.quality.require_tests).toBe(false);
    expect(config.tracking.idle_timeout).toBe("30m");
  });

  test.each([
    ["sesion:\n  auto_track: true\n", '1:1: unknown key "sesion"; did you mean "session"?'],
    ["idle_timeout: 30m\n", '1:1: unknown key "idle_timeout"; did you mean "tracking.idle_timeout"?'],
    [
      "tracking.idle_timeout: 30m\n",
      '1:1: "tracking.idle_timeout" is written as "idle_timeout:" below "tracking:"',
    ],
    ["display: 5\n", "1:1: display is a section: its keys go below it, indented"],
    ["zzz: 1\n", '1:1: unknown key "zzz"'],
    ["display:\n  ? [a]\n  : 1\n", '2:5: unknown key "display.?"'],
  ])("%j: suggests the correct form", async (text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  test("an empty section or key keeps the lower layer", async () => {
    const { config, problems } = await loadConfig(
      await files("display:\nquality:\n  coverage_threshold:\n  require_tests: ~\n"),
    );
    expect(problems).toEqual([]);
    expect(config).toEqual(configWith([]));
  });

  test("names wrong variables; SESSION_VERBOSE applies, and an empty variable does not", async () => {
    const sources = await files();
    const wrong = await loadConfig({ ...sources, env: { SESSION_QUALITY_COVERAGE_THRESHOLD: "high" } });
    expect(wrong.problems).toMatchObject([
      {
        file: "SESSION_QUALITY_COVERAGE_THRESHOLD",
        message: 'quality.coverage_threshold must be a number from 0 to 100, not "high"',
      },
    ]);
    for (const [env, verbose] of [
      [{ SESSION_VERBOSE: "1" }, true],
      [{ SESSION_VERBOSE: "0", SESSION_DISPLAY_VERBOSE: "1" }, false],
      [{ SESSION_VERBOSE: "", SESSION_DISPLAY_VERBOSE: "yes" }, true],
    ] as const) {
      expect((await loadConfig({ ...sources, env })).config.display.verbose).toBe(verbose);
    }
  });

  test("a missing file named by SESSION_CONFIG is a problem", async () => {
    const sources = await files();
    const { config, problems } = await loadConfig({
      ...sources,
      env: { SESSION_CONFIG: sources.projectFile },
    });
    expect(problems).toMatchObject([
      { file: sources.projectFile, message: "the file that SESSION_CONFIG names does not exist" },
    ]);
    expect(config).toEqual(configWith([]));
  });

  test("expands nothing in a file", async () => {
    const { config } = await loadConfig(await files("context:\n  architecture: ${HOME} $(id) !!str\n"));
    expect(config.context.architecture).toBe("${HOME} $(id) !!str");
  });

  test("uses the cache only while the file is unchanged byte for byte", async () => {
    const sources = await files("display:\n  emoji: false\n");
    const cacheFile = path.join(sources.folder, "cache.json");
    const { parsed } = await loadConfig({ ...sources, cacheFile });
    if (!parsed) throw new Error("nothing to remember");
    await rememberConfig(cacheFile, parsed);
    const again = await loadConfig({ ...sources, cacheFile });
    expect(again.parsed).toBeUndefined();
    expect(again.config.display.emoji).toBe(false);
    await writeFile(sources.projectFile, "display:\n  emoji: true \n");
    expect((await loadConfig({ ...sources, cacheFile })).config.display.emoji).toBe(true);
    await writeFile(cacheFile, "{ broken");
    expect((await loadConfig({ ...sources, cacheFile })).config.display.emoji).toBe(true);
  });
});

describe("hostile settings files", () => {
  const flood = (count: number, line: (n: number) => string) =>
    Array.from({ length: count }, (_, n) => line(n)).join("\n");
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"]
    .map((name, n) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[n]}`).join(",")}]`)
    .join("\n")}\ntracking:\n  watch_patterns: *i\ndisplay:\n  emoji: false\n`;

  test.each([
    ["brackets without an end", "[".repeat(250_000), /nested too deeply|too long/],
    ["ten thousand brackets", "[".repeat(10_000), /nested too deeply/],
    ["maps in maps", `session: ${"{a: ".repeat(2000)}`, /nested too deeply/],
    ["lists in lists", "- ".repeat(9000), /nested too deeply/],
    ["keys in keys", "? ".repeat(9000), /nested too deeply/],
    ["brackets that text seems to close", '["]",'.repeat(3000), /nested too deeply/],
    ["one line deeper each", flood(200, (n) => `${" ".repeat(n)}a:`), /nested too deeply/],
    ["25,000 keys", flood(25_000, (n) => `k${n}: 1`), /too long/],
    ["100,000 wrong escapes", `display:\n  date_format: "${"\\x".repeat(100_000)}"`, /too long/],
    ["200,000 digits", `tracking:\n  idle_timeout: "${"1".repeat(200_000)}"`, /too long/],
    ["more than 256 kB", `# ${"x".repeat(300_000)}`, /bytes/],
    ["a key twice", "display:\n  emoji: true\n  emoji: false\n", /^3:3: Map keys must be unique$/],
    ["tabs", "display:\n\temoji: true\n", /^2:1: Tabs/],
    ["two documents", "display:\n  emoji: false\n---\na: 1\n", /^3:1: a second YAML document/],
    ["a list", "- a\n- b\n", /^1:1: sections/],
    ["a text", "hello\n", /^1:1: sections/],
    ["a list that does not end", "session:\n  auto_track: [true\n", /^\d:\d+: Flow sequence/],
    [
      "conflict markers",
      "display:\n<<<<<<< HEAD\n  emoji: true\n=======\n  emoji: false\n>>>>>>> other\n",
      /^2:1: an unresolved merge conflict$/,
    ],
  ])("%s: gives the defaults and one problem with its place", async (_what, text, problem) => {
    const { config, problems } = await loadConfig(await files(text));
    expect(problems).toHaveLength(1);
    expect(problems[0]?.fatal).toBe(true);
    expect(`${problems[0]?.line}:${problems[0]?.column}: ${problems[0]?.message}`).toMatch(problem);
    expect(problems[0]?.message).not.toContain("\n");
    expect(config).toEqual(configWith([]));
  });

  test("with invalid bytes, or a tag that names a function, have wrong values only", async () => {
    expect((await loadConfig(await files(Buffer.from([0, 1, 2, 255, 254])))).problems).toHaveLength(1);
    expect(await problemsOf("session:\n  auto_track: !!js/function 'function(){}'\n")).toEqual([
      '2:3: session.auto_track must be true or false, not "function(){}"',
    ]);
  });

  test("with multiplying aliases lose only that value", async () => {
    const { config, problems } = await loadConfig(await files(bomb));
    expect(config.display.emoji).toBe(false);
    expect(config.tracking.watch_patterns).toEqual([]);
    expect(problems.at(-1)?.message).toMatch(/^tracking\.watch_patterns must be a list/);
    expect(await problemsOf("context:\n  patterns: &a [*a]\n")).toEqual([
      expect.stringMatching(/^2:3: context\.patterns must be a list/),
    ]);
  });

  test("cannot set a prototype", async () => {
    const text =
      "__proto__:\n  polluted: true\nconstructor:\n  prototype: {polluted: true}\nsession:\n  __proto__: {polluted: true}\n  toString: 1\n";
    const { config, problems } = await loadConfig(await files(text));
    expect(problems.map((each) => each.message)).toEqual([
      'unknown key "__proto__"',
      'unknown key "constructor"',
      'unknown key "session.__proto__"',
      'unknown key "session.toString"',
    ]);
    expect(config).toEqual(configWith([]));
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("give twenty problems and a note about more", async () => {
    const { problems } = await loadConfig(
      await files(`display:\n  emoji: false\n${flood(500, (n) => `k${n}: 1`)}`),
    );
    expect(problems).toHaveLength(21);
    expect(problems.at(-1)?.message).toBe("and more problems from here on");
  });

  test("cannot put a control character into a value or message", async () => {
    const text = '"\\e[31mred\\n":\n  a: 1\ndisplay:\n  date_format: "\\e]0;title\\a"\n  color: "\\e[2J"\n';
    const { config, problems } = await loadConfig(await files(text));
    expect(problems).toHaveLength(3);
    for (const each of problems) expect(each.message).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
    expect(config).toEqual(configWith([]));
  });

  test("may have a byte order mark, CRLF, or no content", async () => {
    const { config, problems } = await loadConfig(await files("\ufeffdisplay:\r\n  emoji: false\r\n", ""));
    expect(problems).toEqual([]);
    expect(config.display.emoji).toBe(false);
  });

  test("of a project are refused if they are links, but the user's own file may be a link", async () => {
    const linked = await files(undefined, undefined);
    const elsewhere = path.join(linked.folder, "elsewhere.yaml");
    await writeFile(elsewhere, "display:\n  emoji: false\n");
    await symlink(elsewhere, linked.projectFile);
    await symlink(elsewhere, linked.userFile);
    const { origins, problems } = await loadConfig(linked);
    expect(origins.get("display.emoji")).toBe("user");
    expect(problems).toMatchObject([{ file: linked.projectFile, fatal: true }]);

    const folder = path.join(linked.folder, "clone", ".session");
    await mkdir(path.dirname(folder));
    await symlink(path.dirname(elsewhere), folder);
    const through = { ...linked, userFile: "/nowhere", projectFile: path.join(folder, "elsewhere.yaml") };
    expect((await loadConfig(through)).problems).toMatchObject(
      [{ fatal: true, message: /is a link/ }].map((each) => ({
        ...each,
        message: expect.stringMatching(each.message),
      })),
    );
    expect((await failureOf(setConfig(through.projectFile, "display.emoji", ["true"]))).code).toBe(
      "unsafe-file",
    );
    expect(await readFile(elsewhere, "utf8")).toBe("display:\n  emoji: false\n");
  });

  test("that are a FIFO, a device, a folder or a dangling link give the defaults and a problem", async () => {
    const sources = await files();
    const place = (name: string) => path.join(sources.folder, name);
    await run("mkfifo", [place("fifo")]);
    await symlink("/dev/zero", place("zero"));
    await symlink(place("fifo"), place("to-fifo"));
    await symlink(place("nothing"), place("dangling"));
    await mkdir(place("folder"));
    for (const name of ["fifo", "zero", "to-fifo", "dangling", "folder"]) {
      const { config, problems } = await loadConfig({
        ...sources,
        projectFile: place(name),
        userFile: place(name),
      });
      expect([name, problems.length]).toEqual([name, 2]);
      expect(config).toEqual(configWith([]));
    }
    await writeFile(place("file"), "");
    const below = { ...sources, projectFile: path.join(place("file"), "config.yaml") };
    expect((await loadConfig(below)).config).toEqual(configWith([]));
  });

  test("with any bytes give settings, and each problem is one line with a place", async () => {
    const sources = await files();
    const bit = fc.oneof(
      fc.constantFrom(...CONFIG_KEYS.flatMap((key) => key.split("."))),
      fc.constantFrom(
        ": ",
        "\n",
        "\n  ",
        "\n    ",
        "- ",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a",
        "*a",
        "!!x ",
        "'",
        '"',
        "#",
      ),
      fc.constantFrom(
        "|\n",
        ">\n",
        "---\n",
        "...\n",
        "%YAML 1.1\n",
        "? ",
        "\t",
        "\r\n",
        "<<",
        "true",
        "30m",
        "~",
        "0o7",
      ),
      fc.string({ unit: "binary", maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(bit, { maxLength: 40 }), async (bits) => {
        await writeFile(sources.projectFile, bits.join(""));
        const { config, problems } = await loadConfig(sources);
        expect(Object.keys(config)).toEqual(Object.keys(configWith([])));
        for (const { line, column, message } of problems) {
          expect(Math.min(line, column)).toBeGreaterThanOrEqual(1);
          expect(message).not.toContain("\n");
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("the settings file that init writes", () => {
  test("loads without a problem, names every key, and equals the defaults", async () => {
    const text = defaultConfigYaml();
    const { config, origins, problems } = await loadConfig(await files(text));
    expect(problems).toEqual([]);
    expect(config).toEqual(configWith([]));
    expect([...origins].filter(([, origin]) => origin === "default")).toEqual([
      ["start.base", "default"],
      ["context.architecture", "default"],
      ["tracking.issue_url", "default"],
    ]);
    expect(text).toContain("  # architecture: hexagonal\n");
    expect(text).toContain('  # issue_url: "https://tracker.example.com/browse/{id}"\n');
  });
});

describe("setting a key", () => {
  const BEFORE = [
    "# Ours",
    "",
    "session:",
    "    auto_track:   true      # keep it",
    "",
    "",
    "    checkpoint_interval: '30m'   # often",
    "display: {emoji: true,   color: true}  # flow",
    "tracking:",
    "    annotations: [ 'A', \"B\" ]   # marks",
    '    idle_timeout: "1h"',
    "",
  ].join("\n");

  test.each([
    ["session.auto_track", ["false"], "auto_track:   true ", "auto_track:   false "],
    ["session.checkpoint_interval", ["1h 30m"], "'30m'", "'1h 30m'"],
    ["display.emoji", ["off"], "{emoji: true,", "{emoji: false,"],
    ["tracking.annotations", ["X:", "it's"], "[ 'A', \"B\" ]", '["X:", "it\'s"]'],
    ["tracking.idle_timeout", ["45m"], '"1h"', '"45m"'],
  ])("%s: changes only the value", async (key, values, from, to) => {
    const { projectFile } = await files(BEFORE);
    await setConfig(projectFile, key, values);
    expect(await readFile(projectFile, "utf8")).toBe(BEFORE.replace(from, to));
  });

  test("that is new keeps comments, order, quotes, indentation and line endings", async () => {
    const { projectFile } = await files(
      "# Ours\r\ndisplay:\r\n    # colours\r\n    color: true # yes\r\n    date_format: '%Y'\r\n",
    );
    await setConfig(projectFile, "display.emoji", ["false"]);
    await setConfig(projectFile, "context.patterns", ["a,b", "c"]);
    expect(await readFile(projectFile, "utf8")).toBe(
      "# Ours\r\ndisplay:\r\n    # colours\r\n    color: true # yes\r\n    date_format: '%Y'\r\n    emoji: false\r\ncontext:\r\n    patterns:\r\n        - a\r\n        - b\r\n        - c\r\n",
    );
  });

  test("creates the file and its folder", async () => {
    const { folder } = await files();
    const file = path.join(folder, "new", "session", "config.yaml");
    await setConfig(file, "quality.coverage_threshold", ["90"]);
    expect(await readFile(file, "utf8")).toBe("quality:\n  coverage_threshold: 90\n");
    expect((await stat(file)).mode & 0o777 & ~0o022).toBe(0o644);
  });

  test.each([
    ["empty", ""],
    ["only comments", "# hello\n"],
    ["an empty section", "display:\n"],
    ["an empty section with a comment", "display:\n  # emoji: true\n"],
    ["an empty key", "display:\n  emoji:\n"],
    ["an alias", "x: &a true\ndisplay:\n  emoji: *a\n"],
    ["a tag", "display:\n  emoji: !!bool true\n"],
    ["a list of lines", "display:\n  emoji:\n    - 1\n"],
    ["a block of text", "display:\n  emoji: |\n    a\n"],
    ["no line end", "display: {}"],
  ])("works in a file with %s", async (_what, text) => {
    const sources = await files(text);
    await setConfig(sources.projectFile, "display.emoji", ["false"]);
    const after = await readFile(sources.projectFile, "utf8");
    for (const comment of text.match(/#.*/g) ?? []) expect(after).toContain(comment);
    expect((await loadConfig(sources)).config.display.emoji).toBe(false);
  });

  test("keeps a comma inside the braces of a glob", async () => {
    const sources = await files();
    await setConfig(sources.projectFile, "tracking.watch_patterns", [
      "src/**/*.{ts,tsx}, test/**",
      "docs/**",
    ]);
    const { config } = await loadConfig(sources);
    expect(config.tracking.watch_patterns).toEqual(["src/**/*.{ts,tsx}", "test/**", "docs/**"]);
  });

  test("reads back any value, and keeps every other key", async () => {
    const sources = await files();
    const word = fc
      .string({ unit: "binary", minLength: 1, maxLength: 60 })
      .filter((text) => !/[\x00-\x08\x0b-\x1f\x7f-\x9f]/.test(text) && !/\p{Surrogate}/u.test(text));
    const item = word.filter((text) => !text.includes(",") && text.trim() === text && text !== "");
    const change = fc.oneof(
      fc.tuple(fc.constantFrom("context.architecture", "display.date_format"), fc.tuple(word)),
      fc.tuple(fc.constantFrom("context.patterns", "tracking.annotations"), fc.array(item, { maxLength: 4 })),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("", BEFORE, defaultConfigYaml()),
        fc.array(change, { maxLength: 4 }),
        async (text, changes) => {
          await writeFile(sources.projectFile, text);
          const before = await loadConfig(sources);
          for (const [key, values] of changes) await setConfig(sources.projectFile, key, values);
          const after = await loadConfig(sources);
          expect(after.problems).toEqual([]);
          const wanted = new Map<string, unknown>(
            changes.map(([key, values]) => [
              key,
              key.startsWith("context.a") || key.startsWith("display") ? values[0] : values,
            ]),
          );
          for (const key of CONFIG_KEYS) {
            expect(configValue(after.config, key)).toEqual(
              wanted.has(key) ? wanted.get(key) : configValue(before.config, key),
            );
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test.each([
    ["quality.coverage_treshold", "90", "unknown-key", 'did you mean "quality.coverage_threshold"?'],
    ["__proto__.polluted", "1", "unknown-key", "unknown key"],
    ["display", "1", "unknown-key", "unknown key"],
    ["quality.coverage_threshold", "high", "bad-value", 'must be a number from 0 to 100, not "high"'],
    ["quality.coverage_threshold", "", "bad-value", "must be a number"],
    ["display.emoji", "perhaps", "bad-value", "must be true or false"],
    ["tracking.idle_timeout", "30", "bad-value", "a length of time such as 30m"],
    ["tracking.idle_timeout", "0m", "bad-value", "a length of time"],
    ["display.date_format", "\u001b[2J", "bad-value", "a plain text"],
    ["context.architecture", "x".repeat(501), "bad-value", "a plain text"],
    ["context.patterns", Array(201).fill("x").join(","), "bad-value", "not a list of 201"],
  ])("refuses %s = %s", async (key, value, code, words) => {
    const { projectFile } = await files(BEFORE);
    const failure = await failureOf(setConfig(projectFile, key, [value]));
    expect(failure).toMatchObject({ code, exit: 2 });
    expect(failure.message).toContain(words);
    expect(await readFile(projectFile, "utf8")).toBe(BEFORE);
  });

  test.each([
    ["does not parse", "display:\n  color: [true\n", /config\.yaml:3:1: /],
    ["is a list", "- a\n", /config\.yaml:1:1: sections/],
    ["has a text for the section", "display: 5\n", /display is a section/],
    [
      "repeats the value elsewhere",
      "display:\n  date_format: &a x\n  emoji: &b true\n  color: *b\n",
      /display\.emoji has an anchor/,
    ],
    ["repeats what is not there", "display:\n  color: *nothing\n", /Unresolved alias/],
    ["is nested without an end", "[".repeat(10_000), /nested too deeply/],
  ])("does not touch a file that %s", async (_what, text, words) => {
    const { projectFile } = await files(text);
    const failure = await failureOf(setConfig(projectFile, "display.emoji", ["false"]));
    expect(failure.code).toBe("bad-config");
    expect(`${failure.message} (${failure.hint})`).toMatch(words);
    expect(await readFile(projectFile, "utf8")).toBe(text);
  });

  test("names the blocking path if the folder cannot be made", async () => {
    const { folder } = await files();
    await writeFile(path.join(folder, "session"), "");
    const failure = await failureOf(
      setConfig(path.join(folder, "session", "config.yaml"), "display.emoji", ["no"]),
    );
    expect([failure.code, failure.message]).toEqual([
      "cannot-make",
      `cannot make ${path.join(folder, "session")}: a file is in its place`,
    ]);
  });

  test("keeps a linked user's file a link, with its mode", async () => {
    const { folder, userFile } = await files();
    const dotfile = path.join(folder, "dotfile.yaml");
    await writeFile(dotfile, "display:\n  emoji: true\n", { mode: 0o600 });
    await symlink(dotfile, userFile);
    await setConfig(userFile, "display.emoji", ["false"]);
    expect((await lstat(userFile)).isSymbolicLink()).toBe(true);
    expect(await readFile(dotfile, "utf8")).toBe("display:\n  emoji: false\n");
    expect((await stat(dotfile)).mode & 0o777).toBe(0o600);
  });
});

describe("unsetting a key", () => {
  test("removes it, and the lower layer applies again", async () => {
    const sources = await files(
      "# Ours\ndisplay:\n  color: false # off\n  emoji: false\n",
      "display:\n  emoji: true\n",
    );
    await unsetConfig(sources.projectFile, "display.emoji");
    expect(await readFile(sources.projectFile, "utf8")).toBe("# Ours\ndisplay:\n  color: false # off\n");
    expect((await loadConfig(sources)).origins.get("display.emoji")).toBe("user");
  });

  test.each(["", "# hello\n", "display:\n", "display: 5\n", "session:\n    auto_track:   true\n"])(
    "that is not set changes nothing: %j",
    async (text) => {
      const { projectFile } = await files(text);
      await unsetConfig(projectFile, "display.emoji");
      expect(await readFile(projectFile, "utf8")).toBe(text);
    },
  );

  test("that is unknown is refused, creates no file, and touches no broken one", async () => {
    const { projectFile } = await files();
    expect((await failureOf(unsetConfig(projectFile, "display.emojis"))).code).toBe("unknown-key");
    await unsetConfig(projectFile, "display.emoji");
    await expect(stat(projectFile)).rejects.toThrow("ENOENT");
    await writeFile(projectFile, "[");
    expect((await failureOf(unsetConfig(projectFile, "display.emoji"))).code).toBe("bad-config");
  });
});

test("the published schema equals the one that the program uses: run `npm run schema`", async () => {
  const published = JSON.parse(await readFile("schemas/config.schema.json", "utf8"));
  expect(published).toEqual({
    title: published.title,
    ...toJsonSchema(configSchema(), { errorMode: "ignore" }),
  });
  for (const key of CONFIG_KEYS) expect(JSON.stringify(published)).toContain(`"${key.split(".")[1]}"`);
});

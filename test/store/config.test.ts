import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { toJsonSchema } from "@valibot/to-json-schema";
import { describe, expect, onTestFinished, test } from "vitest";
import { CONFIG_KEYS, configWith } from "../../src/model/config.ts";
import { configSchema } from "../../src/model/schema.ts";
import { defaultConfigYaml, loadConfig, setConfig, unsetConfig } from "../../src/store/config.ts";

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(os.tmpdir(), "session-config-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function load(text: string | Buffer, env: Record<string, string> = {}) {
  const dir = await folder();
  await writeFile(path.join(dir, "config.yaml"), text);
  return loadConfig({
    projectFile: path.join(dir, "config.yaml"),
    userFile: path.join(dir, "user.yaml"),
    env,
  });
}

test("the file that init writes is valid, and says what the defaults say", async () => {
  const { config, problems } = await load(defaultConfigYaml());
  expect(problems).toEqual([]);
  expect(config).toEqual(configWith([]));
  for (const key of CONFIG_KEYS) expect(defaultConfigYaml()).toContain(`${key.split(".")[1]}: `);
});

test("project over user over defaults, and the environment over all", async () => {
  const dir = await folder();
  await writeFile(path.join(dir, "user.yaml"), "display:\n  emoji: false\n  verbose: true\n");
  await writeFile(
    path.join(dir, "project.yaml"),
    "display:\n  verbose: false\ntracking:\n  idle_timeout: 10m\n",
  );
  const sources = { projectFile: path.join(dir, "project.yaml"), userFile: path.join(dir, "user.yaml") };
  const { config, origins } = await loadConfig({
    ...sources,
    env: { SESSION_TRACKING_IDLE_TIMEOUT: "45m", SESSION_CONTEXT_PATTERNS: "a, b" },
  });
  expect(config.display).toMatchObject({ emoji: false, verbose: false });
  expect(config.tracking.idle_timeout).toBe("45m");
  expect(config.context.patterns).toEqual(["a", "b"]);
  expect(
    ["display.emoji", "display.verbose", "tracking.idle_timeout", "session.auto_track"].map((key) =>
      origins.get(key),
    ),
  ).toEqual(["user", "project", "environment", "default"]);
  expect((await loadConfig({ ...sources, env: { SESSION_VERBOSE: "true" } })).config.display.verbose).toBe(
    true,
  );
});

describe("hostile files are a problem with a place, never a throw", () => {
  test.each<[string, string | Buffer]>([
    [
      "an alias bomb",
      `a: &a [x,x,x,x,x,x,x,x,x]\n${[..."bcdefghi"].map((name, n) => `${name}: &${name} [${Array(9).fill(`*${"abcdefghi"[n]}`).join(",")}]`).join("\n")}\ncontext:\n  patterns: *i\n`,
    ],
    ["deep nesting", "[".repeat(10_000)],
    ["a function", "session:\n  auto_track: !!js/function 'function(){}'\n"],
    [
      "prototype keys",
      "__proto__:\n  polluted: true\nconstructor:\n  prototype: 1\nsession:\n  __proto__: 1\n",
    ],
    ["duplicate keys", "session:\n  auto_track: true\n  auto_track: false\n"],
    ["tabs", "session:\n\tauto_track: true\n"],
    ["conflict markers", "<<<<<<< HEAD\nsession:\n=======\n>>>>>>> x\n"],
    ["two documents", "session: {}\n---\nsession: {}\n"],
    ["a list", "- a\n"],
    ["a number for a section", "session: 3\n"],
    ["binary", Buffer.from([0, 1, 2, 255, 254])],
    ["300 kB", `# ${"x".repeat(300_000)}\n`],
  ])("%s", async (_name, text) => {
    const { config, problems } = await load(text);
    expect(problems.length).toBeGreaterThan(0);
    for (const each of problems) expect(each.message).toMatch(/^[^\n]+$/);
    expect(config.session.handoff_on_end).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test("BOM, CRLF and an empty file are fine", async () => {
    expect((await load("\ufeffsession:\r\n  auto_track: false\r\n")).config.session.auto_track).toBe(false);
    expect((await load("")).problems).toEqual([]);
    expect((await load("session:\n")).problems).toEqual([]);
  });

  test("a link, a folder and a FIFO in its place are not read", async () => {
    const dir = await folder();
    await symlink("/dev/zero", path.join(dir, "link"));
    await mkdir(path.join(dir, "folder"));
    execFileSync("mkfifo", [path.join(dir, "fifo")]);
    for (const name of ["link", "folder", "fifo"]) {
      const { problems } = await loadConfig({
        projectFile: path.join(dir, name),
        userFile: "/nowhere",
        env: {},
      });
      expect(problems[0]?.message).toContain("not a plain file");
    }
  });
});

test("set keeps comments, order and line ends; unset takes a key out; bad values change nothing", async () => {
  const file = path.join(await folder(), "config.yaml");
  const before = "# ours\r\ndisplay:\r\n  emoji: true # symbols\r\nquality:\r\n  coverage_threshold: 85\r\n";
  await writeFile(file, before);
  await setConfig(file, "quality.coverage_threshold", ["90"]);
  await setConfig(file, "tracking.annotations", ["TODO:", "HACK:"]);
  expect(await readFile(file, "utf8")).toBe(
    '# ours\r\ndisplay:\r\n  emoji: true # symbols\r\nquality:\r\n  coverage_threshold: 90\r\ntracking:\r\n  annotations:\r\n    - "TODO:"\r\n    - "HACK:"\r\n',
  );
  await unsetConfig(file, "quality.coverage_threshold");
  expect(await readFile(file, "utf8")).not.toContain("coverage_threshold");
  const now = await readFile(file, "utf8");
  await expect(setConfig(file, "quality.coverage_treshold", ["90"])).rejects.toThrow(
    /unknown key.*did you mean "quality.coverage_threshold"/,
  );
  await expect(setConfig(file, "quality.coverage_threshold", ["high"])).rejects.toThrow(
    /must be a number from 0 to 100, not "high"/,
  );
  await expect(setConfig(file, "a.__proto__.b", ["1"])).rejects.toThrow(/unknown key/);
  expect(await readFile(file, "utf8")).toBe(now);
});

test("a parsed file is remembered, and only while it is the same to the letter", async () => {
  const dir = await folder();
  const projectFile = path.join(dir, "config.yaml");
  const sources = {
    projectFile,
    userFile: path.join(dir, "user.yaml"),
    env: {},
    cacheFile: path.join(dir, "cache.json"),
  };
  await writeFile(projectFile, "display:\n  emoji: false\n");
  const { parsed } = await loadConfig(sources);
  await writeFile(
    sources.cacheFile,
    JSON.stringify({
      ...parsed,
      values: [
        ["display.emoji", false],
        ["display.verbose", true],
      ],
    }),
  );
  expect((await loadConfig(sources)).config.display).toMatchObject({ emoji: false, verbose: true });
  await writeFile(projectFile, "display:\n  emoji: false \n");
  expect((await loadConfig(sources)).config.display).toMatchObject({ emoji: false, verbose: false });
});

test("the published schema is the one that the program checks by", async () => {
  const published = JSON.parse(await readFile("schemas/config.schema.json", "utf8"));
  expect(published).toEqual({
    title: published.title,
    ...toJsonSchema(configSchema(), { errorMode: "ignore" }),
  });
});

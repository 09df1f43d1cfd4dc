import { expect, test } from "vitest";
import { fixture, initRepository, type Scratch } from "../support/scratch.ts";

function started(): Promise<Scratch> {
  return fixture("settings", async (s) => {
    await initRepository(s, { session: ["work", "-o", "One"] });
    await s.ok("objectives", "start", "1");
  });
}

test("every documented setting is listed with its origin, and an unknown one is refused", async () => {
  const s = await started();
  await s.ok("config", "set", "display.date_format", "%d.%m.%Y");
  const list = await s.ok("config", "list");
  for (const key of [
    ...[
      "session.auto_track",
      "session.auto_checkpoint",
      "session.checkpoint_interval",
      "session.handoff_on_end",
      "session.archive_after_days",
    ],
    ...["context.architecture", "context.patterns", "context.conventions"],
    ...[
      "tracking.watch_patterns",
      "tracking.ignore_patterns",
      "tracking.annotations",
      "tracking.idle_timeout",
    ],
    ...[
      "quality.coverage_threshold",
      "quality.new_code_coverage_threshold",
      "quality.require_tests",
      "quality.block_merge_on_quality",
    ],
    ...["display.color", "display.verbose", "display.emoji", "display.date_format"],
  ])
    expect(list).toContain(key);
  expect(list).toMatch(/display\.date_format\t%d\.%m\.%Y\tproject/);
  const ran = await s.session("config", "get", "display.colour");
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('did you mean "display.color"?');
});

test("tracking settings choose the counted files, the tags and the idle timeout", async () => {
  const s = await started();
  await s.write("src/a.ts", "// HACK: one\n// TODO: two\n");
  await s.write("dist/b.ts", "// TODO: three\n");
  await s.git("add", "--all");
  await s.git("commit", "--quiet", "-m", "feat: a");
  const brief = async () => {
    const view = await s.json("brief");
    return {
      files: view.files.map((each: { path: string }) => each.path),
      marks: view.annotations.map((each: { text: string }) => each.text),
    };
  };
  expect(await brief()).toEqual({
    files: ["dist/b.ts", "src/a.ts"].sort((a, b) => (a === "src/a.ts" ? -1 : b === "src/a.ts" ? 1 : 0)),
    marks: ["three", "two"],
  });
  await s.ok("config", "set", "tracking.ignore_patterns", "**/dist/**", "dist/**");
  expect(await brief()).toEqual({ files: ["src/a.ts"], marks: ["two"] });
  await s.ok("config", "set", "tracking.annotations", "HACK:");
  expect((await brief()).marks).toEqual(["one"]);
  await s.ok("config", "set", "tracking.watch_patterns", "test/**");
  expect(await brief()).toEqual({ files: ["src/a.ts"], marks: ["one"] });

  const log = ".git/sessions/work/events.jsonl";
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
  await s.write(
    log,
    [
      `{"at":"${at(100)}","type":"note"}`,
      `{"at":"${at(90)}","type":"note"}`,
      `{"at":"${at(50)}","type":"note"}`,
      "",
    ].join("\n"),
  );
  expect((await s.json("status")).session.time).toBe("10m");
  await s.ok("config", "set", "tracking.idle_timeout", "45m");
  expect((await s.json("status")).session.time).toBe("50m");
});

test("the brief shows the context setting", async () => {
  const s = await started();
  await s.ok("config", "set", "context.architecture", "hexagonal");
  await s.ok("config", "set", "context.patterns", "ports-and-adapters,cqrs");
  await s.ok("config", "set", "context.conventions", "docstrings-required");
  const brief = await s.ok("brief");
  expect(brief).toContain("Architecture: `hexagonal`");
  expect(brief).toContain("Patterns: `ports-and-adapters`, `cqrs`");
  expect(brief).toContain("Conventions: `docstrings-required`");
});

test("display settings choose symbols, dates, colors and verbosity", async () => {
  const s = await started();
  expect(await s.ok("objectives")).toContain("▶ obj-1");
  await s.ok("config", "set", "display.emoji", "false");
  expect(await s.ok("objectives")).toContain("[>] obj-1");
  await s.ok("config", "set", "display.date_format", "%d.%m.%Y");
  expect(await s.ok("brief")).toMatch(/started \d\d\.\d\d\.\d{4}\b/);
  const coloured = (...args: string[]) =>
    s.run(process.execPath, [`${process.cwd()}/dist/cli.js`, "status", ...args], {
      env: { FORCE_COLOR: "1", NO_COLOR: undefined },
    });
  expect((await coloured()).stdout).toContain("\x1b[");
  expect((await coloured("--no-color")).stdout).not.toContain("\x1b[");
  expect(
    (
      await s.run(process.execPath, [`${process.cwd()}/dist/cli.js`, "status"], {
        env: { FORCE_COLOR: "1", NO_COLOR: "1" },
      })
    ).stdout,
  ).not.toContain("\x1b[");
  await s.ok("config", "set", "display.color", "false");
  expect((await coloured()).stdout).not.toContain("\x1b[");
  await s.ok("decisions", "add", "Kept");
  await s.ok("checkpoint", "--allow-empty", "-m", "docs: x");
  expect(await s.ok("status")).not.toContain("Kept");
  await s.ok("config", "set", "display.verbose", "true");
  expect(await s.ok("status")).toContain("Kept");
});

test("a session that ended long ago is archived: hidden from the list but kept", async () => {
  const s = await started();
  await s.ok("end");
  expect(await s.json("list")).toHaveLength(1);
  await s.ok("config", "set", "session.archive_after_days", "0");
  expect(await s.json("list")).toEqual([]);
  expect((await s.json("list", "--all"))[0]).toMatchObject({ branch: "work", state: "archived" });
});

test("auto_track logs the file names of a checkpoint", async () => {
  const s = await started();
  const tracked = async () =>
    JSON.parse((await s.read(".git/sessions/work/events.jsonl")).trim().split("\n").at(-1) ?? "").files;
  await s.write("README.md", "x\n");
  await s.ok("checkpoint", "-m", "docs: x");
  expect(await tracked()).toEqual(["README.md"]);
  await s.ok("config", "set", "session.auto_track", "false");
  await s.write("README.md", "y\n");
  await s.ok("checkpoint", "-m", "docs: y");
  expect(await tracked()).toBeUndefined();
});

test("the project's settings win over the user's", async () => {
  const s = await started();
  await s.ok("config", "set", "display.emoji", "false", "--user");
  expect(s.exists(`${s.home}/.config/session/config.yaml`)).toBe(true);
  expect(await s.ok("objectives")).toContain("[>]");
  await s.ok("config", "set", "display.emoji", "true");
  expect(await s.ok("objectives")).toContain("▶");
  await s.ok("config", "unset", "display.emoji");
  expect(await s.ok("objectives")).toContain("[>]");
});

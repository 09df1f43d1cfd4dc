import { readFile } from "node:fs/promises";
import { toJsonSchema } from "@valibot/to-json-schema";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildOf, buildOfGh, buildOfGlab } from "../../src/facts/formats/build.ts";
import { CI_SCHEMA } from "../../src/facts/formats/ci-schema.ts";
import { stalenessOf } from "../../src/facts/formats/freshness.ts";

const SHA = "a".repeat(40);
const OLD = "b".repeat(40);

const run = (more: object) => ({
  ...{ headSha: SHA, status: "completed", conclusion: "success", workflowName: "CI", name: "CI" },
  ...{ url: "https://github.com/acme/shop/actions/runs/1", createdAt: "2024-05-01T10:00:00Z" },
  ...{ updatedAt: "2024-05-01T10:05:00Z", ...more },
});
const gh = (...runs: object[]) => buildOfGh(JSON.stringify(runs), SHA);

describe("gh run list", () => {
  test("reads one workflow", () => {
    expect(gh(run({}))).toEqual({
      ...{ source: "gh", status: "passed", commit: SHA, name: "CI", time: "2024-05-01T10:05:00Z" },
      url: "https://github.com/acme/shop/actions/runs/1",
      jobs: [{ name: "CI", status: "passed", url: "https://github.com/acme/shop/actions/runs/1" }],
    });
  });

  test("uses the worst of several workflows, with its address", () => {
    const lint = run({
      workflowName: "Lint",
      conclusion: "failure",
      url: "https://github.com/acme/shop/actions/runs/2",
    });
    const slow = run({ workflowName: "Slow", status: "in_progress", conclusion: "" });
    expect(gh(run({}), lint, slow)).toMatchObject({ status: "failed", url: lint.url });
    expect(gh(run({}), slow)).toMatchObject({ status: "running" });
    expect(gh(run({}), run({ workflowName: "Docs", conclusion: "skipped" }))).toMatchObject({
      status: "passed",
    });
  });

  test("uses the last run of a repeated workflow", () => {
    const again = run({ conclusion: "failure", updatedAt: "2024-05-01T09:00:00Z" });
    expect(gh(again, run({}))).toMatchObject({ status: "passed" });
    expect(gh(run({}), again)).toMatchObject({ status: "passed" });
  });

  test("without a run of this commit uses the newest commit that has one", () => {
    expect(gh(run({ headSha: OLD, conclusion: "failure" }))).toMatchObject({ commit: OLD, status: "failed" });
    expect(gh(run({ headSha: OLD, conclusion: "failure" }), run({}))).toMatchObject({
      commit: SHA,
      status: "passed",
    });
    expect(gh()).toBeUndefined();
  });

  test.each([
    ["success", "passed"],
    ["neutral", "passed"],
    ["skipped", "skipped"],
    ["cancelled", "cancelled"],
    ["stale", "cancelled"],
    ["failure", "failed"],
    ["timed_out", "failed"],
    ["startup_failure", "failed"],
    ["action_required", "running"],
  ])("maps %s to %s", (conclusion, status) => expect(gh(run({ conclusion }))?.status).toBe(status));
});

describe("glab ci get", () => {
  const glab = (more: object) =>
    buildOfGlab(
      JSON.stringify({
        id: 9,
        sha: SHA,
        ref: "work",
        status: "success",
        web_url: "https://gitlab.com/g/shop/-/pipelines/9",
        updated_at: "2024-05-01T10:05:00.000Z",
        finished_at: null,
        ...more,
      }),
    );

  test("reads a pipeline with its jobs, and ignores a job that may fail", () => {
    const jobs = [
      { name: "test", status: "failed", web_url: "https://gitlab.com/g/shop/-/jobs/1" },
      { name: "lint", status: "failed", allow_failure: true },
      { name: "build", status: "success" },
    ];
    expect(glab({ status: "failed", jobs })).toEqual({
      ...{ source: "glab", status: "failed", commit: SHA, time: "2024-05-01T10:05:00.000Z" },
      url: "https://gitlab.com/g/shop/-/pipelines/9",
      jobs: [
        { name: "test", status: "failed", url: "https://gitlab.com/g/shop/-/jobs/1" },
        { name: "build", status: "passed" },
      ],
    });
  });

  test.each([
    ["success", "passed"],
    ["failed", "failed"],
    ["canceled", "cancelled"],
    ["skipped", "skipped"],
    ["created", "running"],
    ["manual", "running"],
    ["waiting_for_resource", "running"],
  ])("maps %s to %s", (said, status) => expect(glab({ status: said })?.status).toBe(status));
});

describe(".session/ci.json", () => {
  const least = { version: 1, commit: SHA, status: "passed" };
  const wrong = async (more: object) => buildOf(JSON.stringify({ ...least, ...more }));

  test("reads the minimal form, and ignores unknown fields", async () => {
    expect(await buildOf(JSON.stringify(least))).toEqual({
      build: { source: "ci.json", commit: SHA, status: "passed" },
      ignored: [],
    });
    const full = {
      ...least,
      name: "CI",
      url: "https://ci.example.com/9",
      time: "2024-05-01T10:00:00Z",
      coverage: 84.2,
      tests: { passed: 9, failed: 0 },
      jobs: [{ name: "lint", status: "skipped" }],
    };
    expect(await buildOf(JSON.stringify({ ...full, $schema: "x", other: 1 }))).toMatchObject({
      build: { coverage: 84.2, jobs: [{ name: "lint" }] },
    });
  });

  test("reports errors by name", async () => {
    expect(await buildOf("{")).toEqual({ wrong: "is not JSON" });
    expect(await buildOf("[]")).toHaveProperty("wrong");
    expect(await wrong({ status: "green" })).toEqual({ wrong: "status does not match its schema" });
    expect(await wrong({ commit: "--upload-pack=x" })).toEqual({ wrong: "commit does not match its schema" });
    expect(await wrong({ version: 2, url: "x" })).toEqual({ wrong: "version does not match its schema" });
  });

  test.each([
    ["url", { url: "javascript:alert(1)" }],
    ["url", { url: "https://me:pw@ci.example.com/" }],
    ["jobs.0.name", { jobs: [{ name: "" }, { name: "" }] }],
    ["coverage", { coverage: 101 }],
    ["url, tests.failed, time", { url: 1, tests: { passed: 3, failed: -1 }, time: "yesterday" }],
  ])("ignores %s if invalid, and keeps the status", async (names, more) => {
    const read = await wrong({ ...more, name: "CI" });
    expect(read).toMatchObject({ build: { source: "ci.json", commit: SHA, status: "passed", name: "CI" } });
    expect(read).toHaveProperty("ignored", expect.arrayContaining(names.split(", ")));
    expect(Object.keys("build" in read ? read.build : {})).toHaveLength(4);
  });

  test("has a published schema that equals the one in use", async () => {
    const published = JSON.parse(await readFile("schemas/ci.schema.json", "utf8"));
    const { title: _title, ...schema } = published;
    expect(schema).toEqual(JSON.parse(JSON.stringify(toJsonSchema(CI_SCHEMA, { errorMode: "ignore" }))));
  });
});

test("no answer of a CI program throws, and no address has credentials", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.json(), fc.string(), fc.constant("[null,1,[]]"), fc.constant(`[{"headSha":1}]`)),
      (text) => {
        for (const build of [buildOfGh(text, SHA), buildOfGlab(text)])
          if (build) expect(build.url ?? "").not.toContain("@");
      },
    ),
  );
  expect(gh(run({ url: "https://me:pw@github.com/x" }))?.url).toBeUndefined();
});

describe("the validity of a result", () => {
  const at = (minutes: number) => 1_700_000_000_000 + minutes * 60_000;
  const files = (...times: number[]) => times.map((minutes, n) => ({ path: `f${n}`, time: at(minutes) }));

  test("ends when a file of the session is written later, whatever was committed", () => {
    expect(stalenessOf({ written: at(5), files: files(1, 5), committed: at(9) })).toBeUndefined();
    expect(stalenessOf({ written: at(5), files: files(1, 6), committed: at(9) })).toBe(
      "\x0ef1\x0f changed since",
    );
    expect(stalenessOf({ written: at(5), files: files(7, 6) })).toBe("2 files changed since");
  });

  test("follows the last commit if the session has no files", () => {
    expect(stalenessOf({ written: at(5), files: [], committed: at(5) })).toBeUndefined();
    expect(stalenessOf({ written: at(5), files: [], committed: at(10) })).toBe(
      "5 minutes before the last commit",
    );
    expect(stalenessOf({ written: at(5), files: [], committed: at(185) })).toBe(
      "3 hours before the last commit",
    );
    expect(stalenessOf({ written: at(0), files: [], committed: at(1440 * 3) })).toBe(
      "3 days before the last commit",
    );
    expect(stalenessOf({ written: at(5), files: [] })).toBeUndefined();
  });
});

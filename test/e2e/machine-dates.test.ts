/** Dates for machines: ISO 8601 with an offset in every JSON document, whatever `display.date_format` says. */
import { expect, test } from "vitest";
import { connectClient } from "../support/mcp-client.ts";
import { scratch } from "../support/scratch.ts";

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
/** Names of calendar days, which are no moments. */
const CALENDAR = /\.(from|to|day)$/;

/** Texts of a JSON value that are dates in another form than ISO 8601 with an offset, each with its path. */
function otherDates(value: unknown, at = ""): string[] {
  if (typeof value === "string") {
    const isDate = /^DAY \d|^(since )?\d{4}-\d\d-\d\d/.test(value);
    return isDate && !ISO.test(value) && !CALENDAR.test(at) ? [`${at} = ${value}`] : [];
  }
  if (Array.isArray(value)) return value.flatMap((each) => otherDates(each, `${at}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => otherDates(each, `${at}.${key}`));
}

async function recorded() {
  const repo = await scratch();
  await repo.ok("init");
  await repo.ok("config", "set", "display.date_format", "DAY %d");
  await repo.ok("start", "feature/login", "-o", "Log in");
  await repo.ok("blockers", "add", "Waiting for keys");
  await repo.ok("decisions", "add", "Use PKCE");
  await repo.ok("note", "Keys are in the vault");
  await repo.write("login.txt", "login\n");
  await repo.git("add", "login.txt");
  await repo.ok("checkpoint", "-m", "feat: log in");
  await repo.ok("verify", "npm test", "--result", "passed");
  await repo.write("junit.xml", '<testsuite tests="1"><testcase name="logs in"/></testsuite>');
  await repo.write(".session/ci.json", '{"version":1,"status":"passed","time":"2026-11-01T10:00:00Z"}');
  return repo;
}

test("JSON has every date as ISO 8601 with an offset, and output for people is formatted", async () => {
  const repo = await recorded();
  const asked = [
    ...["brief", "handoff", "status", "show", "list", "log --events", "history", "stats", "report"],
    ...["report --project", "analyze", "decisions", "search PKCE", "pr", "export", "status --all"],
  ];
  for (const each of asked) {
    const answer = await repo.json(...each.split(" "));
    expect(answer.error, each).toBeUndefined();
    expect(otherDates(answer), each).toEqual([]);
  }
  const brief = await repo.json("brief");
  expect(brief.session.started).toMatch(ISO);
  expect(brief.work[0].when).toMatch(ISO);
  expect(brief.notes[0].when).toMatch(ISO);
  expect(brief.blockers[0].since).toMatch(ISO);
  expect(brief.results.tests.when).toMatch(ISO);
  expect(await repo.ok("brief")).toMatch(/started DAY \d\d/);
  expect(await repo.ok("brief")).toMatch(/Blocked, blk-1: Waiting for keys, since DAY \d\d/);
  expect(await repo.ok("brief", "--format", "xml")).toMatch(/<started>DAY \d\d<\/started>/);
  expect(await repo.ok("handoff")).toMatch(/Keys are in the vault \(DAY \d\d\)/);
  expect(await repo.ok("status")).toMatch(/Last checkpoint.*DAY \d\d/);
});

test("MCP gives an agent the same dates", async () => {
  const repo = await recorded();
  const { call } = await connectClient(repo);
  for (const name of ["session_brief", "session_handoff", "session_status"]) {
    const { value } = await call(name);
    expect(value, name).toBeDefined();
    expect(otherDates(value), name).toEqual([]);
  }
});

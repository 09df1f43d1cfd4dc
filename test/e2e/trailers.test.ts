import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { trailersByGit } from "../support/git-trailers.ts";
import { scratch } from "../support/scratch.ts";

const CLI = `${process.cwd()}/dist/cli.js`;

test("trailers --stdin -z reads 3,000 real messages as git does, and prints one JSON object a line", async () => {
  const s = await scratch({ repository: false });
  const lines = gunzipSync(readFileSync("test/fixtures/commit-messages.jsonl.gz"))
    .toString("utf8")
    .trim()
    .split("\n");
  const messages = lines.map((line) => (JSON.parse(line) as { message: string }).message);
  const ran = await s.run(process.execPath, [CLI, "trailers", "--stdin", "-z"], {
    input: messages.map((each) => `${each}\0`).join(""),
  });
  const read = ran.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(read).toHaveLength(messages.length);
  const git = trailersByGit(messages);
  const different = read.filter(
    (each, at) => JSON.stringify(each.trailers) !== JSON.stringify(git[at]?.trailers),
  );
  expect(different).toEqual([]);
  for (const each of read) expect(Object.keys(each)).toEqual(["trailers", "session", "recovered"]);
});

test("trailers reads HEAD, a named commit, and one message from standard input", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  await s.write("README.md", "x\n");
  await s.ok("checkpoint", "-m", "docs: x", "--label", "half");
  expect(JSON.parse(await s.ok("trailers")).session).toMatchObject({
    label: "half",
    objectives: [{ id: "obj-1", mark: "open", text: "One" }],
  });
  expect(JSON.parse(await s.ok("trailers", "HEAD~1"))).toEqual({
    trailers: [],
    session: null,
    recovered: false,
  });
  const ran = await s.run(process.execPath, [CLI, "trailers", "--stdin"], {
    input: "x\n\nSigned-off-by: A <a@example.com>\n",
  });
  expect(JSON.parse(ran.stdout).trailers).toEqual([{ key: "Signed-off-by", value: "A <a@example.com>" }]);
  expect((await s.session("trailers", "nowhere")).stderr).toContain('not a commit: "nowhere"');
});

test("a title that differs from the branch name is a trailer of every checkpoint", async () => {
  const s = await scratch();
  const titleByGit = () => s.git("log", "-1", "--format=%(trailers:key=Session-Title,valueonly)");
  await s.ok("start", "feature/oauth-login", "--title", "Größe: OAuth ✓ (#1)", "-o", "One");
  expect(await s.read(".git/sessions/feature/oauth-login/trailers")).toContain(
    "Session-Title: Größe: OAuth ✓ (#1)\nSession-Id: ",
  );
  await s.ok("checkpoint", "--allow-empty", "-m", "docs: x");
  expect((await titleByGit()).trim()).toBe("Größe: OAuth ✓ (#1)");
  await s.ok("start", "plain-name", "-o", "One");
  expect(await s.read(".git/sessions/plain-name/trailers")).not.toContain("Session-Title");
  await s.ok("checkpoint", "--allow-empty", "-m", "docs: y");
  expect(await titleByGit()).toBe("");
});

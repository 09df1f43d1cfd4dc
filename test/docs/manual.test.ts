/** Manual pages: made by the build from the pages of help, and named in package.json. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.generated.ts";
import { scratch } from "../support/scratch.ts";

const FOLDER = "dist/man";

test("package.json lists a manual page for session, git-session and each everyday command", () => {
  const { man } = JSON.parse(readFileSync("package.json", "utf8"));
  const everyday = COMMANDS.filter((each) => each.everyday).map((each) => `git-session-${each.name}`);
  const names = ["session", "git-session", ...everyday].map((each) => `${FOLDER}/${each}.1`);
  expect([...man].sort()).toEqual(names.sort());
  expect(
    readdirSync(FOLDER)
      .map((each) => `${FOLDER}/${each}`)
      .sort(),
  ).toEqual(names);
});

test("a manual page has the options and examples of help, and man renders it without warnings", async () => {
  const s = await scratch();
  const { page } = await s.json("help", "start");
  const source = readFileSync(`${FOLDER}/git-session-start.1`, "utf8").replaceAll("\\-", "-");
  for (const [flags, text] of page.options) expect(source).toContain(`.B ${flags}\n${text}`);
  for (const [line] of page.examples) expect(source).toContain(line);
  if ((await s.run("sh", ["-c", "command -v man groff"])).code !== 0) return;
  for (const name of readdirSync(FOLDER).filter((each) => each !== "session.1")) {
    const env = { MANWIDTH: "80", LC_ALL: "C.UTF-8", MAN_KEEP_STDERR: "1" };
    const shown = await s.run("man", ["--warnings", "-l", `${process.cwd()}/${FOLDER}/${name}`], { env });
    expect([shown.code, shown.stderr], name).toEqual([0, ""]);
    for (const heading of ["NAME", "SYNOPSIS", "DESCRIPTION", "GLOBAL OPTIONS"])
      expect(shown.stdout, name).toMatch(new RegExp(`^${heading}$`, "m"));
  }
});

/** Help screens: what fits where, and what every line of them has to be. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { COMMANDS } from "../../src/cli/commands.generated.ts";
import { CLI, scratch } from "../support/scratch.ts";

/** First words of help lines. A line that begins with another word is an imperative to add, or none. */
const VERBS = new Set(
  `accept acknowledge add analyze archive answer ask attach bundle carry change check choose commit compare edit hide
  complete continue copy create delete end export filter find follow give group import include install keep kill
  leave limit link list listen make mark merge name open pause print pull push read record redo refuse remove rename
  repair replace report resolve restore resume reverse rewrite run save search select serve set share show skip sort
  start stash stop sum switch tag undo uninstall update use wait warn withdraw write analyze bundle get`.split(
    /\s+/,
  ),
);

interface Page {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly options: readonly (readonly [string, string])[];
  readonly commands: readonly (readonly [string, string])[];
  readonly examples: readonly (readonly [string, string])[];
}

const lines = (text: string) => text.trimEnd().split("\n");

test("the first help screens fit into 80 columns and 24 lines", async () => {
  const s = await scratch({
    session: [
      "feature/login",
      ...Array(9)
        .fill(["-o", "x".repeat(90)])
        .flat(),
    ],
  });
  const outside = await scratch({ repository: false });
  const topics = (await s.json("help")).topics.map((each: { name: string }) => each.name);
  expect(topics).toEqual(expect.arrayContaining(["commits", "storage", "templates", "agents", "sharing"]));
  const files = topics.map((each: string) => readFileSync(`templates/help/${each}.txt`, "utf8"));
  const screens = [await s.ok(), await s.ok("help"), await s.ok("--help"), await outside.ok(), ...files];
  for (const screen of screens) {
    expect(lines(screen).length, screen).toBeLessThan(24);
    for (const line of lines(screen)) expect(line.length, line).toBeLessThanOrEqual(80);
  }
  expect(lines(await s.ok()).length).toBeLessThanOrEqual(10);
  const help = await s.ok("help");
  expect(help.match(/^ {2}[a-z]/gm)).toHaveLength(15);
});

test("session without arguments shows the current state, or introduces itself", async () => {
  const s = await scratch({ session: ["feature/login", "-o", "OAuth"] });
  const { stdout: inside, stderr } = await s.session();
  expect(inside).toMatch(/^Login\nfeature\/login · active/);
  expect(inside).toContain("session objectives start obj-1");
  expect(stderr).toBe("hint: session help\n");
  expect(await s.json()).toMatchObject({ session: { branch: "feature/login" } });
  const outside = await (await scratch({ repository: false })).session();
  expect(outside).toMatchObject({ code: 0, stderr: "hint: session help\n" });
  expect(outside.stdout).toContain("not in a git repository");
  expect(outside.stdout.match(/^ {2}session \w+/gm)).toHaveLength(5);
});

test("a locale without UTF-8 gets ASCII symbols", async () => {
  const s = await scratch({ session: ["work", "-o", "One"] });
  const objectives = (locale: string) =>
    s.run(process.execPath, [CLI, "objectives"], { env: { LC_ALL: locale } });
  expect((await objectives("C")).stdout).toContain("[ ] obj-1 One");
  expect((await objectives("en_US.utf8")).stdout).toContain("○ obj-1 One");
  expect((await s.session("version")).stdout).toBe((await s.session("--version")).stdout);
});

test("help --all lists every command for people and no internal one", async () => {
  const s = await scratch();
  const all = await s.ok("help", "--all");
  for (const { name, group } of COMMANDS)
    expect(new RegExp(`^ {2}${name} +[A-Z]`, "m").test(all), name).toBe(group !== "Plumbing");
  expect(all).toContain("-C <folder>");
  expect(all).toMatch(/^ {2}commits +What a checkpoint adds/m);
});

test("each topic, command, subcommand and alias has a help page, and an unknown word gets a hint", async () => {
  const s = await scratch();
  expect(await s.ok("help", "storage")).toContain("refs/sessions/<id>");
  expect(await s.ok("help", "agents")).toMatch(/^Usage: session agents[\s\S]*How agents work/);
  const add = await s.ok("help", "objectives", "add");
  expect(add).toContain("Usage: session objectives add <text...>");
  expect(await s.ok("obj", "add", "--help")).toBe(add);
  expect(await s.ok("help", "st")).toMatch(/^Usage: session status.*\nAliases: st\n/);
  expect(await s.session("help", "storag")).toMatchObject({
    code: 2,
    stderr: 'error: there is no command or topic "storag"\nhint: session help storage\n',
  });
  expect(await s.session("help", "obj", "frob")).toMatchObject({
    code: 2,
    stderr: 'error: there is no command "objectives frob"\nhint: session help objectives\n',
  });
});

test("every help page has an example, fits into 80 columns, and its lines are imperatives of at most 60 characters", async () => {
  const s = await scratch();
  const { pages }: { pages: readonly Page[] } = await s.json("help", "--all");
  const wrong: string[] = [];
  for (const { name, summary, description, options, commands, examples } of pages) {
    const { code, stdout, stderr } = await s.session(...name.split(" "), "--help");
    expect([code, stderr], name).toEqual([0, ""]);
    expect(stdout, name).toMatch(/^Usage: session [\s\S]*\n\nGlobal options:\n.*--json/);
    // A line to copy stays whole.
    const long = lines(stdout).filter(
      (each) => each.length > 80 && !examples.some(([line]) => each.includes(line)),
    );
    // A command that is internal is called by hooks, and by nobody else.
    if (examples.length === 0 && name !== "hook") wrong.push(`${name}: no example`);
    if (!/^[A-Z][\s\S]*\.$/.test(description)) wrong.push(`${name}: ${description}`);
    wrong.push(...long);
    for (const [flags, text] of [["", summary] as const, ...options, ...commands]) {
      const said = text.replace(/ \(default: [^)]*\)$/, "").replace(/: [a-z, -]+$/, "");
      const isImperative = VERBS.has(/^[A-Za-z]+/.exec(text)?.[0].toLowerCase() ?? "");
      if (said.length > 60 || !isImperative) wrong.push(`${name} ${flags}: ${text}`);
    }
  }
  expect(wrong).toEqual([]);
});

import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTemplate } from "../../src/render/template.ts";
import { HANDOFF } from "./sample-views.ts";

const shipped = path.resolve("templates");
const worker = new URL("../../dist/template-worker.js", import.meta.url);
let root: string;
let own: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), "session-own-"));
  own = path.join(root, ".session", "templates");
  await mkdir(path.join(own, "partials"), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const put = (name: string, text: string | Uint8Array) => writeFile(path.join(own, name), text);
async function render(): Promise<{ text: string; problems: readonly string[] }> {
  const template = await openTemplate("handoff.md", { shipped, own, worker });
  return { text: await template.render(HANDOFF), problems: template.problems };
}

/** The shipped text is used, and one line says why. */
async function refused(reason: string | RegExp): Promise<void> {
  const { text, problems } = await render();
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(reason);
  expect(problems[0]).not.toContain("\n");
  expect(text).toBe(await (await openTemplate("handoff.md", { shipped })).render(HANDOFF));
}

test("a valid project template is used, with its own partials and the shipped ones", async () => {
  await put(
    "handoff.md.hbs",
    "\ufeffOurs: {{inline session.title}}\r\n{{#each objectives}}{{> objective this}}\n{{/each}}{{> sign-off}}\n",
  );
  await put("partials/sign-off.hbs", "bye");
  const { text, problems } = await render();
  expect(problems).toEqual([]);
  expect(text).toContain("Ours: Login with OAuth");
  expect(text).toContain("- [x] obj-1: Provider interface");
  expect(text).toContain("bye");
});

test("a partial of the project changes the shipped template", async () => {
  await put("partials/objective.hbs", "* {{inline id}}");
  expect((await render()).text).toContain("* obj-1");
});

test("a template can read only the view", async () => {
  await put(
    "handoff.md.hbs",
    '[{{constructor}}{{__proto__}}{{lookup this "constructor"}}{{lookup this "__proto__"}}{{session.title.constructor}}{{objectives.constructor}}{{lookup (lookup this "objectives") "constructor"}}{{log "x"}}{{process}}{{env}}]',
  );
  expect(await render()).toEqual({ text: "[]\n", problems: [] });
});

test.each([
  ["{{> ../../../etc/passwd}}", /handoff\.md\.hbs:1: The partial .* could not be found/],
  ["a\n{{> constructor}}", /handoff\.md\.hbs:2: The partial constructor could not be found/],
  ["a\n{{> __proto__}}", /handoff\.md\.hbs:2: The partial __proto__ could not be found/],
  ['{{> (lookup this "constructor")}}', /handoff\.md\.hbs: The partial undefined/],
  ["a\nb {{nothing 1}}", /handoff\.md\.hbs:2: Missing helper: "nothing"/],
  ["{{@root}}", /handoff\.md\.hbs: Cannot convert object/],
  ["ok\n{{#if x}}\nno end", /handoff\.md\.hbs:3: it ends before a block or a tag is closed/],
  ["ok\n\n{{/if}}", /handoff\.md\.hbs:3: unexpected OPEN_ENDBLOCK/],
  ['{{#*inline "a"}}{{> a}}{{/inline}}{{> a}}', /handoff\.md\.hbs: it includes itself without end/],
])("the template %j is refused by name and line", async (source, reason) => {
  await put("handoff.md.hbs", source);
  await refused(reason);
});

test("the error for an invalid partial names the partial", async () => {
  await put("partials/objective.hbs", "a\n{{#if x}}");
  await refused(/partials\/objective\.hbs:2: it ends before/);
});

test("a template file that is large or not text is refused", async () => {
  await put("handoff.md.hbs", "x".repeat(70_000));
  await refused(/handoff\.md\.hbs: larger than 65536 bytes/);
  await put("handoff.md.hbs", "a\0b");
  await refused(/handoff\.md\.hbs: not text in UTF-8/);
  await put("handoff.md.hbs", new Uint8Array([0x61, 0xff, 0xfe]));
  await refused(/handoff\.md\.hbs: not text in UTF-8/);
  await put("handoff.md.hbs", "a");
  await rm(path.join(own, "handoff.md.hbs"));
  await mkdir(path.join(own, "handoff.md.hbs"));
  await refused(/handoff\.md\.hbs: not a regular file/);
});

test("a linked template file or folder is not read", async () => {
  const outside = path.join(root, "outside");
  await mkdir(outside);
  await writeFile(path.join(outside, "objective.hbs"), "LEAK");
  await writeFile(path.join(outside, "handoff.md.hbs"), "LEAK");
  await symlink(path.join(outside, "handoff.md.hbs"), path.join(own, "handoff.md.hbs"));
  await refused(/handoff\.md\.hbs: not a regular file/);
  await rm(path.join(own, "handoff.md.hbs"));
  await rm(path.join(own, "partials"), { recursive: true });
  await symlink(outside, path.join(own, "partials"));
  await refused(/templates\/partials: not a regular folder/);
  await rm(own, { recursive: true });
  await symlink(outside, own);
  await refused(/\.session\/templates: not a regular folder/);
});

test("a template that prints too much or never ends is stopped and not tried again", async () => {
  const nested = (depth: number, inner: string): string =>
    depth === 0 ? inner : `{{#each @root.objectives}}${nested(depth - 1, inner)}{{/each}}`;
  await put("handoff.md.hbs", nested(6, "y".repeat(2000)));
  await refused(/handoff\.md\.hbs: it makes more than 1000000 characters/);
  await put("handoff.md.hbs", nested(30, ""));
  await refused(/handoff\.md\.hbs: it takes too long/);
  // Eight tries of two seconds each would be past the time limit below.
  const template = await openTemplate("handoff.md", { shipped, own, worker });
  for (let n = 0; n < 8; n++) expect(await template.render(HANDOFF)).toContain("# Handoff");
  expect(template.problems).toHaveLength(1);
}, 12_000);

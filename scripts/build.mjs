// Bundles the program into dist/: a small entry, a chunk a command, one for what they share, and each dependency apart.
import { spawnSync } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import module from "node:module";
import os from "node:os";
import path from "node:path";
import { globby } from "globby";
import Handlebars from "handlebars";
import { rolldown } from "rolldown";
import { minifySync } from "rolldown/experimental";
import { billOfMaterials } from "./bom.mjs";
import { writeLists } from "./lists.mjs";
import { writeManual } from "./man.mjs";

writeLists();
const { version } = JSON.parse(await readFile("package.json", "utf8"));

/**
 * What everyday commands need, in few files: opening another costs more than reading past a little code, and code that a
 * command does not need costs it as much as code that it does.
 */
const program = await imported("src/cli/program.ts", "src/cli/options.ts", "src/text/lazy.ts");
const looking = await imported("src/commands/status.ts");
const adding = await imported("src/commands/objectives.ts");
const committing = await imported("src/commands/checkpoint.ts", "src/forecast/new-conflicts.ts");
const brief = await imported("src/commands/brief.ts", "src/views/brief/brief-text.ts");
const listing = await imported("src/commands/list.ts");
const telling = await imported("src/commands/log.ts");
const inert = await imported("src/render/escape-markdown.ts");
const rendering = await imported("src/render/helpers.ts");
const reporting = await imported("src/commands/report.ts");
const moving = await imported(
  ...["start", "switch", "resume", "pause"].map((each) => `src/commands/${each}.ts`),
  ...["src/worktree/settle-move.ts", "src/trailers/restore.ts", "src/git/cat-file.ts"],
);
/** A few small modules of other files that the brief needs: without them it would open two files more. */
const borrowed = (id) => brief.has(id) && (adding.has(id) || committing.has(id)) && !looking.has(id);
const isCore = (id) => program.has(id) || (looking.has(id) && adding.has(id)) || borrowed(id);
const among = (id) => [brief, listing, rendering, reporting].filter((each) => each.has(id)).length;

/** What `--version` needs. */
const main = await imported("src/main.ts");
/** What runs before anything else is loaded, and what the template worker shares with the program. */
const early = await imported("src/cli/early-questions.ts", "src/text/foreign-text.ts");

const PARTIALS = "partials/";

// Built beside, then put in place at once: what runs meanwhile finds the old program or the new one.
const fresh = `dist.tmp-${process.pid}`;
const bundle = await rolldown({
  input: { main: "src/main.ts", "template-worker": "src/render/template-worker.ts" },
  platform: "node",
  logLevel: "warn",
  preserveEntrySignatures: "allow-extension",
  resolve: {
    alias: {
      // What it gives by default cannot be bundled: it looks for its parts while it runs.
      "jsonc-parser": path.resolve("node_modules/jsonc-parser/lib/esm/main.js"),
      // It adds types, and passes on what commander has.
      "@commander-js/extra-typings": path.resolve("node_modules/commander/index.js"),
    },
  },
});
const { output } = await bundle.write({
  dir: fresh,
  // The source is ESM; as CommonJS the same program starts a tenth faster.
  format: "cjs",
  minify: true,
  entryFileNames: "[name].js",
  chunkFileNames: "[name]-[hash].js",
  codeSplitting: {
    includeDependenciesRecursively: false,
    groups: apart([
      { name: "early", test: (id) => early.has(id) || id.includes("rolldown/runtime") },
      { name: "core", test: (id) => isCore(id) || /node_modules[\\/]commander/.test(id) },
      { name: "looking", test: (id) => looking.has(id) },
      { name: "adding", test: (id) => adding.has(id) },
      { name: "committing", test: (id) => committing.has(id) },
      { name: "inert", test: (id) => inert.has(id) },
      { name: "telling", test: (id) => telling.has(id) },
      { name: "shared", test: (id) => among(id) > 1 && brief.has(id) },
      { name: "often", test: (id) => among(id) > 1 },
      { name: "listing", test: (id) => listing.has(id) },
      { name: "brief", test: (id) => brief.has(id) },
      { name: "reporting", test: (id) => reporting.has(id) },
      { name: "moving", test: (id) => moving.has(id) },
    ]),
  },
});
await bundle.close();
await Promise.all(output.map((each) => inAscii(`${fresh}/${each.fileName}`)));
const libraries = librariesOf(output.flatMap((each) => each.moduleIds ?? []));
await writeFile(`${fresh}/licenses.txt`, await licenses(libraries));
await writeFile(`${fresh}/bom.json`, await billOfMaterials(libraries));
await writeTemplates(`${fresh}/templates`);
await writeFile(`${fresh}/package.json`, '{ "type": "commonjs" }\n');
await copyFile("src/boot.cjs", `${fresh}/cli.js`);
await chmod(`${fresh}/cli.js`, 0o755);
// Newer versions of Node keep what they compile themselves.
if (!module.enableCompileCache) await keepCompiled();
await writeManual(`${fresh}/man`, helpOf(`${fresh}/cli.js`), version);
await rm(`${fresh}/compiled`, { recursive: true, force: true });
await rm("dist", { recursive: true, force: true });
await rename(fresh, "dist");

/** Every page of help, of the program that was just built. */
function helpOf(program) {
  const ran = spawnSync(process.execPath, [program, "help", "--all", "--json"], { encoding: "utf8" });
  if (ran.status !== 0) throw new Error(`help --all failed: ${ran.stderr}`);
  return JSON.parse(ran.stdout);
}

/** These modules of ours and all that they import for their code, at once. */
async function imported(...entries) {
  const found = new Set();
  const look = async (file) => {
    if (found.has(file)) return;
    found.add(file);
    const source = await readFile(file, "utf8");
    const names = source.matchAll(/^(?:import|export)\s+(?!type\s)[^;"]*?from\s+"(\.[^"]+)";/gm);
    await Promise.all([...names].map(([, name]) => look(path.resolve(path.dirname(file), name))));
  };
  await Promise.all(entries.map((each) => look(path.resolve(each))));
  return found;
}

/** Leaves what the entry needs in the entry's own file. */
function apart(groups) {
  return groups.map(({ name, test }) => ({ name, test: (id) => !main.has(id) && test(id) }));
}

/** V8 reads a file of one-byte characters in half the time: other letters stand in strings and patterns alone, and are escaped. */
async function inAscii(file) {
  const escaped = (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`;
  await writeFile(file, (await readFile(file, "utf8")).replace(/[^\x00-\x7f]/g, escaped));
}

/**
 * Runs commands, each over what the ones before it kept, in a repository and a clone of it that nobody needs: what they
 * answer does not matter.
 */
async function keepCompiled() {
  const scratch = await mkdtemp(path.join(os.tmpdir(), "session-build-"));
  const identity = { NAME: "build", EMAIL: "build@example.com" };
  const people = ["AUTHOR", "COMMITTER"].flatMap((who) =>
    Object.entries(identity).map(([what, value]) => [`GIT_${who}_${what}`, value]),
  );
  const env = { ...process.env, HOME: scratch, XDG_STATE_HOME: scratch, ...Object.fromEntries(people) };
  const at = (folder, program, args) =>
    spawnSync(program, args, { cwd: path.join(scratch, folder), env, stdio: "ignore" });
  const git = (folder, ...args) => at(folder, "git", args);
  const session = (folder, ...commands) => {
    const kept = [path.resolve("scripts/code-cache.cjs"), path.resolve(fresh)];
    for (const command of commands) at(folder, process.execPath, [...kept, ...command.split(" ")]);
  };
  git(".", "init", "--quiet", "--bare", "remote.git");
  git(".", "clone", "--quiet", "remote.git", "one");
  git("one", "commit", "--quiet", "--allow-empty", "--message", "begin");
  session("one", "start work -o One", "checkpoint --allow-empty -m One");
  git("one", "push", "--quiet", "origin", "HEAD");
  session("one", "push", "pull", "pause", "resume", "handoff");
  git(".", "clone", "--quiet", "remote.git", "two");
  session("two", "resume work", "end --force");
  // The most common commands last: V8 leaves out functions that the last runs did not need.
  session("one", "report", "report", "history", "search Two", "list", "brief");
  session("one", "checkpoint --allow-empty -m Two", "objectives add Two", "objectives", "log", "status");
  await rm(scratch, { recursive: true, force: true });
}

/** The folders of the libraries that these modules are from. */
function librariesOf(modules) {
  const folders = modules.map((each) => /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(each)?.[0]);
  return [...new Set(folders.filter(Boolean))].sort();
}

/** The licenses of the libraries: the package has them inside, and installs nothing else. */
async function licenses(folders) {
  const texts = folders.map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(`${folder}/package.json`, "utf8"));
    const [file] = await globby("licen[sc]e*", { cwd: folder, absolute: true, caseSensitiveMatch: false });
    const text = file === undefined ? "" : await readFile(file, "utf8");
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${"-".repeat(80)}\n\n`);
}

/** Writes each shipped template with the partials that it needs, compiled with the options of src/render/helpers.ts. */
async function writeTemplates(folder) {
  const files = await globby("**/*.hbs", { cwd: "templates" });
  const named = files.map(async (file) => [
    file.slice(0, -".hbs".length),
    await readFile(`templates/${file}`, "utf8"),
  ]);
  const sources = Object.fromEntries(await Promise.all(named));
  const compiled = (name) => Handlebars.precompile(sources[name], { noEscape: true, preventIndent: true });
  await mkdir(`${folder}/init`, { recursive: true });
  for (const name of Object.keys(sources).filter((each) => !each.startsWith(PARTIALS))) {
    const partials = [...partialsOf(name, sources)].map(
      (each) => `${JSON.stringify(each)}: ${compiled(PARTIALS + each)}`,
    );
    const code = `module.exports = { template: ${compiled(name)}, partials: { ${partials.join(", ")} } };`;
    await writeFile(`${folder}/${name}.js`, minifySync(`${name}.js`, code).code);
  }
}

/** The partials that a template needs, and those that they need. */
function partialsOf(name, sources, found = new Set()) {
  for (const [, each] of sources[name].matchAll(/{{#?>\s*([\w-]+)/g))
    if (!found.has(each)) partialsOf(PARTIALS + each, sources, found.add(each));
  return found;
}

// Runs a built program once and keeps the code that V8 compiled for it beside each file, for src/boot.cjs.
// node scripts/code-cache.cjs <dist folder> <arguments of the program>
const { existsSync, readFileSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { Script } = require("node:vm");

const [, , folder, ...args] = process.argv;
const dist = path.resolve(folder);
/** What an earlier run of another command kept, so that both have what they need. */
const kept = (filename) => (existsSync(`${filename}.cache`) ? readFileSync(`${filename}.cache`) : undefined);
const compile = Module.prototype._compile;
const scripts = new Map();

Module.prototype._compile = function (content, filename) {
  if (!filename.startsWith(dist)) return compile.call(this, content, filename);
  const script = new Script(Module.wrap(content), { filename, cachedData: kept(filename) });
  scripts.set(filename, script);
  const require = (id) => this.require(id);
  return script.runInThisContext().call(this.exports, this.exports, require, this, filename, dist);
};

// After the run, so that the functions it needed are in it.
process.on("exit", () => {
  for (const [filename, script] of scripts) writeFileSync(`${filename}.cache`, script.createCachedData());
});
process.argv = [process.argv[0], path.join(dist, "main.js"), ...args];
require(path.join(dist, "main.js")).start();

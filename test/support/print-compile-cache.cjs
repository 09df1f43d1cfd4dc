// Stands for a Node that keeps compiled code itself, and says on standard error where, and whether its loader was left alone.
const Module = require("node:module");
const compile = Module.prototype._compile;
let folder;
Module.enableCompileCache = (given) => {
  folder = given;
};
process.on("exit", () => {
  const kept = Module.prototype._compile === compile ? "as it was" : "replaced";
  process.stderr.write(`compiled: ${folder}\nloader: ${kept}\n`);
});

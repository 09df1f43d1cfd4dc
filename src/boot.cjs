#!/usr/bin/env node
// Starts the program from compiled code: status takes a sixth less. Node from 22.8 on keeps what it compiles, beside the
// program. For Node 20 the build kept it beside each file; V8 refuses code of another version of itself.
"use strict";
const Module = require("node:module");
const path = require("node:path");

// Where that folder cannot be written, code is compiled as usual.
if (Module.enableCompileCache) Module.enableCompileCache(path.join(__dirname, "compiled"));
else useKeptCode();

require("./main.js").start();

function useKeptCode() {
  const { readFileSync } = require("node:fs");
  const { Script } = require("node:vm");
  const compile = Module.prototype._compile;
  Module.prototype._compile = function (content, filename) {
    let cachedData;
    try {
      cachedData = filename.startsWith(__dirname) ? readFileSync(`${filename}.cache`) : undefined;
    } catch {
      // The build kept none for this file.
    }
    const script = cachedData && new Script(Module.wrap(content), { filename, cachedData });
    if (!script || script.cachedDataRejected) return compile.call(this, content, filename);
    const require = (id) => this.require(id);
    return script.runInThisContext().call(this.exports, this.exports, require, this, filename, __dirname);
  };
}

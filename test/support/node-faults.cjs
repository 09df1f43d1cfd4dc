// Preloaded into the program: at the k-th change below a sessions or hooks folder it kills the process, or the change fails.
// FAULT_AT=k, FAULT=kill|half|ENOSPC|EIO; with FAULT_OF=rename,rm only changes of those names count; with FAULT_GIT=update-ref
// such git commands count as changes, too, with FAULT_GIT=1 all. The number of changes seen goes to FAULT_COUNT.
const fs = require("node:fs");
const at = Number(process.env.FAULT_AT);
const kind = process.env.FAULT;
let seen = 0;

function strike(name, file, write) {
  if (process.env.FAULT_OF && !process.env.FAULT_OF.split(",").includes(name)) return;
  seen += 1;
  if (seen !== at) return;
  if (kind === "kill") process.kill(process.pid, "SIGKILL");
  if (kind === "half") {
    write?.();
    process.kill(process.pid, "SIGKILL");
  }
  const error = new Error(`${kind}: made up`);
  error.code = kind;
  error.syscall = "write";
  error.path = file;
  throw error;
}

/** Counts bytes, not characters: a write may be torn within a character. */
function writeHalf(descriptor, content) {
  const bytes = Buffer.from(content);
  fs.writeSync(descriptor, bytes.subarray(0, bytes.length >> 1));
}

const ours = (file) => typeof file === "string" && /[\\/](sessions|\.session|\.claude|hooks)[\\/]/.test(file);
const { promises } = fs;
for (const name of ["rename", "link", "rm", "mkdir", "writeFile", "unlink"]) {
  const real = promises[name];
  promises[name] = async (file, ...rest) => {
    if (ours(file))
      strike(
        name,
        file,
        name === "writeFile" ? () => fs.writeFileSync(file, String(rest[0]).slice(0, 5)) : undefined,
      );
    return real(file, ...rest);
  };
}
const open = promises.open;
promises.open = async (file, flags, ...rest) => {
  const handle = await open(file, flags, ...rest);
  if (!ours(file) || typeof flags === "number" || flags === "r") return handle;
  for (const name of ["writeFile", "appendFile", "sync", "truncate"]) {
    const real = handle[name].bind(handle);
    handle[name] = async (...args) => {
      strike(name, file, /File/.test(name) ? () => writeHalf(handle.fd, args[0]) : undefined);
      return real(...args);
    };
  }
  return handle;
};
if (process.env.FAULT_GIT) {
  const children = require("node:child_process");
  for (const name of ["spawn", "execFile"]) {
    const real = children[name];
    children[name] = (...args) => {
      if (process.env.FAULT_GIT === "1" || args[1]?.includes(process.env.FAULT_GIT))
        strike(name, String(args[0]));
      return real(...args);
    };
  }
}
process.on("exit", () => {
  if (process.env.FAULT_COUNT) fs.writeFileSync(process.env.FAULT_COUNT, String(seen));
});
require("node:module").syncBuiltinESMExports();

// Tools of the same kind, installed from npm into a folder of the run; each is left out with a plain line where npm or the tool
// does not answer. The same kind of question to each, beside the start of Node.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pair, timed, workshop } from "./measure.mjs";
import { cli, environment, scratchFolder } from "./support.mjs";

export const title = "Other tools, the same kind of question";

const VERSIONS = {
  "lore-protocol": "0.4.0",
  "backlog.md": "1.52.0",
  "get-tbd": "0.2.3",
  husky: "9",
  lefthook: "2",
};
/** Programs by package, where the name is another one. */
const PROGRAMS = { "lore-protocol": "lore", "backlog.md": "backlog", "get-tbd": "tbd" };

const folder = scratchFolder();
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const known = new Map();

/** Returns the file of a package's program; undefined, after a line to `skip`, where npm does not answer. */
export function installed(name, skip) {
  if (!known.has(name)) known.set(name, install(name, skip));
  return known.get(name);
}

function install(name, skip) {
  const prefix = path.join(folder, name);
  mkdirSync(prefix);
  const what = `${name}@${VERSIONS[name]}`;
  const args = ["install", "--prefix", prefix, "--no-audit", "--no-fund", "--ignore-scripts", what];
  const { status } = spawnSync("npm", args, { stdio: "ignore", timeout: 180_000 });
  if (status !== 0) {
    skip(`${what}: npm did not install it`);
    return undefined;
  }
  const home = path.join(prefix, "node_modules", name);
  const { bin } = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8"));
  return path.join(
    home,
    typeof bin === "string" ? bin : (bin[PROGRAMS[name] ?? name] ?? Object.values(bin)[0]),
  );
}

const TOOLS = [
  {
    name: "lore-protocol",
    setUp: [["init"]],
    asks: [
      ["what is known of the folder", ["context", "."]],
      ["log", ["log"]],
    ],
  },
  {
    name: "backlog.md",
    setUp: [
      ["init", "bench", "--defaults"],
      ["task", "create", "One"],
    ],
    asks: [
      ["list", ["task", "list", "--plain"]],
      ["add", ["task", "create", "More"]],
    ],
  },
  {
    name: "get-tbd",
    setUp: [
      ["init", "--prefix", "bench"],
      ["create", "One"],
    ],
    asks: [
      ["list", ["list"]],
      ["add", ["create", "More"]],
    ],
  },
];
const OURS = [
  ["what is known of the work", ["brief"]],
  ["log", ["log"]],
  ["list", ["list"]],
  ["add", ["objectives", "add", "More"]],
];

export async function* rows({ runs, skip }) {
  const base = scratchFolder();
  const env = environment(base);
  writeFileSync(env.GIT_CONFIG_GLOBAL, "[user]\n\tname = Bench\n\temail = bench@example.com\n");
  const node = (options) => () => timed(process.execPath, ["-e", "0"], options);
  const made = (name) => {
    const repo = path.join(base, name);
    mkdirSync(repo);
    const shop = workshop(base, repo, env);
    shop.git("init", "--quiet", "--initial-branch=main");
    for (let n = 0; n < 20; n++) {
      writeFileSync(path.join(repo, `file-${n}.txt`), `${n}\n`);
      shop.git("add", "--all");
      shop.git("commit", "--quiet", "-m", `commit ${n}`);
    }
    return shop;
  };
  try {
    const own = made("session");
    own.session("start", "work", "-o", "One");
    for (const [what, args] of OURS) {
      const ask = () => timed(process.execPath, [cli, ...args], own.options);
      yield await pair(`session: ${what}`, ask, node(own.options), { runs });
    }
    for (const { name, setUp, asks } of TOOLS) {
      const program = installed(name, skip);
      if (program === undefined) continue;
      const { options } = made(name);
      const failed = setUp.find(
        (args) =>
          spawnSync(process.execPath, [program, ...args], { ...options, timeout: 60_000 }).status !== 0,
      );
      if (failed) {
        skip(`${name}: ${failed[0]} failed with this version of git or Node`);
        continue;
      }
      for (const [what, args] of asks)
        yield await pair(
          `${name}: ${what}`,
          () => timed(process.execPath, [program, ...args], options),
          node(options),
          { runs },
        );
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

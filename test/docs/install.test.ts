/** The README's installation: packed, installed for an empty home, used, and taken out again. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { scratch } from "../support/scratch.ts";

const BLOCK = [...readFileSync("README.md", "utf8").matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .map(([, block = ""]) => block)
  .find((block) => block.includes("npm install --global"));

test("the install commands in the README install and uninstall the program", {
  timeout: 120_000,
}, async () => {
  const s = await scratch();
  const root = path.resolve(".");
  const prefix = path.join(s.home, "prefix");
  const bin = path.join(prefix, "bin");
  s.env.PATH = `${bin}${path.delimiter}${s.env.PATH}`;
  s.env.NPM_CONFIG_PREFIX = prefix;
  s.env.NPM_CONFIG_CACHE = path.join(s.home, "cache");
  s.env.NPM_CONFIG_OFFLINE = "true";
  const lines = (BLOCK ?? "").split("\n").map((line) => line.replace(/\s+#.*/, ""));
  expect(lines).toContain("npm ci && npm pack");
  // dist/ is built already: the tarball is what the commands of the README make.
  const pack = ["pack", "--ignore-scripts", "--pack-destination", s.home];
  const packed = await s.run("npm", pack, { cwd: root });
  expect(packed.code, packed.stderr).toBe(0);
  const [tarball = ""] = readdirSync(s.home).filter((name) => name.endsWith(".tgz"));
  expect(lines).toContain(`npm install --global --ignore-scripts ./${tarball}`);
  const sh = async (line: string, cwd = s.root) => {
    const ran = await s.run("sh", ["-c", line], { cwd });
    expect(ran.code, `${line}\n${ran.stderr}`).toBe(0);
    return ran.stdout;
  };
  await sh(`npm install --global --ignore-scripts ./${tarball}`, s.home);
  expect(await sh("session --version")).toBe(await sh("git session --version"));
  expect(await sh("session doctor")).toContain(
    "upgrade: npm install --global --ignore-scripts <git-session.tgz>",
  );
  await sh("session init --yes && session start work -o One");
  expect(lines).toContain("session uninit");
  await sh("session uninit --yes");
  expect(existsSync(path.join(s.root, ".session"))).toBe(false);
  expect(lines).toContain("npm uninstall --global git-session");
  await sh("npm uninstall --global git-session");
  expect(readdirSync(bin)).toEqual([]);
});

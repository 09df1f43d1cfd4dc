import { expect, test } from "vitest";
import { kindOf } from "../../src/place/installation.ts";

test.each([
  ["/usr/lib/node_modules/git-session", "npm install --global --ignore-scripts <git-session.tgz>"],
  [
    "C:\\Users\\me\\AppData\\Roaming\\npm\\node_modules\\git-session",
    "npm install --global --ignore-scripts <git-session.tgz>",
  ],
  [
    "/home/me/.local/share/pnpm/global/5/.pnpm/x/node_modules/git-session",
    "pnpm add --global <git-session.tgz>",
  ],
  ["/home/me/.bun/install/global/node_modules/git-session", "bun add --global <git-session.tgz>"],
  ["/home/me/.npm/_npx/1a2b/node_modules/git-session", "npx <git-session.tgz>"],
  ["/home/me/shop/node_modules/git-session", "npm install --save-dev <git-session.tgz>"],
])("%s is upgraded with %s", (folder, upgrade) => {
  expect(kindOf(folder, false).upgrade).toBe(upgrade);
});

test("a source checkout is upgraded from its remote", () => {
  expect(kindOf("/home/me/session", true)).toMatchObject({ how: "run from a checkout of its sources" });
});

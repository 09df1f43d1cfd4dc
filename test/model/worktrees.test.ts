import { expect, test } from "vitest";
import { parseWorktrees } from "../../src/git/worktrees.ts";
import { folderBeside, sharedFiles } from "../../src/views/shapes/worktrees.ts";

const OID = "3ce9a50c8a8cf2ef2061febd021b3ff93e99f7f0";

test("the worktree parser reads git's list of worktrees", () => {
  const records = [
    ["worktree /all/.bare", "bare"],
    ["worktree /all/a b\nc", `HEAD ${OID}`, "branch refs/heads/feature/x"],
    ["worktree /all/gone", `HEAD ${OID}`, "detached", "prunable gitdir file points to non-existent location"],
    ["worktree /all/locked", `HEAD ${OID}`, "branch refs/heads/y", "locked on a\nstick"],
    ["worktree /all/half", `HEAD ${OID}`, "branch refs/heads/z", "locked initializing"],
    ["worktree /all/unborn", `HEAD ${"0".repeat(40)}`, "branch refs/heads/fresh"],
    ["worktree /all/unborn256", `HEAD ${"0".repeat(64)}`, "branch refs/heads/fresher"],
  ];
  const text = records.map((fields) => fields.map((each) => `${each}\0`).join("")).join("\0");
  const read = [
    { path: "/all/.bare", bare: true },
    { path: "/all/a b\nc", bare: false, head: OID, branch: "feature/x" },
    { path: "/all/gone", bare: false, head: OID },
    { path: "/all/locked", bare: false, head: OID, branch: "y" },
    { path: "/all/half", bare: false, head: OID, branch: "z", unfinished: true },
    { path: "/all/unborn", bare: false, branch: "fresh" },
    { path: "/all/unborn256", bare: false, branch: "fresher" },
  ];
  expect(parseWorktrees(`${text}\0`)).toEqual(read);
  const lines = parseWorktrees(`${text.replaceAll("\n", "_").replaceAll("\0", "\n")}\n`, "\n");
  expect(lines).toEqual(read.map((each) => ({ ...each, path: each.path.replace("\n", "_") })));
  expect(parseWorktrees("")).toEqual([]);
});

test.each([
  [{ main: "/home/me/project" }, "feature/login", "/home/me/project-feature-login"],
  [{ main: "/project" }, "a/b/c", "/project-a-b-c"],
  [{ main: "C:/Users/me/project" }, "x", "C:/Users/me/project-x"],
  [{ bare: "/all/.bare" }, "feature/login", "/all/feature-login"],
  [{ bare: "/all/.git" }, "x", "/all/x"],
  [{ bare: "/srv/project.git" }, "x", "/srv/project-x"],
  [{ bare: "/srv/project" }, "x", "/srv/project-x"],
])("beside %j the worktree of %s is %s", (place, branch, folder) => {
  expect(folderBeside(place, branch)).toBe(folder);
});

test("shared files are the files that more than one worktree changes", () => {
  const changed = new Map([
    ["/a", ["x", "only a", "b.ts", "x"]],
    ["/b", ["b.ts", "only b"]],
    ["/c", ["b.ts", "x"]],
    ["/d", []],
  ]);
  expect(sharedFiles(changed)).toEqual([
    { path: "b.ts", worktrees: ["/a", "/b", "/c"] },
    { path: "x", worktrees: ["/a", "/c"] },
  ]);
  expect(sharedFiles(new Map([["/a", ["x", "x"]]]))).toEqual([]);
});

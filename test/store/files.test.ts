import { execFileSync } from "node:child_process";
import { link, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Failure } from "../../src/session/failure.ts";
import {
  appendText,
  readBytes,
  readSmall,
  removeStaleTemps,
  setAside,
  writeAtomic,
} from "../../src/store/files.ts";
import { isOwnFolder, makeFolder } from "../../src/store/folders.ts";
import { systemFailure } from "../../src/store/system-failure.ts";
import { codeOf, emptyFolder } from "./temporary-folder.ts";

describe("reading a file", () => {
  test("returns nothing if the file or its folder is missing", async () => {
    const folder = await emptyFolder();
    await writeFile(path.join(folder, "file"), "x");
    expect(await readSmall(path.join(folder, "none"))).toBeUndefined();
    expect(await readSmall(path.join(folder, "file", "below"))).toBeUndefined();
  });

  test("removes a byte order mark from the text, not from the bytes", async () => {
    const file = path.join(await emptyFolder(), "file");
    await writeFile(file, "\ufeffä\r\n");
    expect(await readSmall(file)).toBe("ä\r\n");
    expect(await readBytes(file)).toHaveLength(7);
  });

  test("refuses a link, a folder, a FIFO and a device, without waiting", async () => {
    const folder = await emptyFolder();
    await writeFile(path.join(folder, "secret"), "x");
    await symlink("secret", path.join(folder, "link"));
    await symlink("nowhere", path.join(folder, "dangling"));
    await mkdir(path.join(folder, "folder"));
    execFileSync("mkfifo", [path.join(folder, "fifo")]);
    for (const name of ["link", "dangling", "folder", "fifo"])
      expect(await codeOf(readSmall(path.join(folder, name))), name).toBe("unsafe-file");
    expect(await codeOf(readSmall("/dev/zero"))).toBe("unsafe-file");
  });

  test("refuses a size over the limit before it reads", async () => {
    const file = path.join(await emptyFolder(), "file");
    execFileSync("truncate", ["-s", "5T", file]);
    expect(await codeOf(readSmall(file))).toBe("too-large");
    await writeFile(file, "12345");
    expect(await codeOf(readSmall(file, 4))).toBe("too-large");
    expect(await readSmall(file, 5)).toBe("12345");
  });
});

describe("writing a file", () => {
  test("replaces it, private to the user whatever the umask", async () => {
    const file = path.join(await emptyFolder(), "file");
    const before = process.umask(0);
    try {
      for (const text of ["", "one", "ä".repeat(100_000)]) {
        await writeAtomic(file, text);
        expect(await readFile(file, "utf8")).toBe(text);
      }
      expect((await stat(file)).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  test("replaces a link instead of following it, and keeps a hard link's content", async () => {
    const folder = await emptyFolder();
    const [file, other, twin] = ["file", "other", "twin"].map((name) => path.join(folder, name)) as [
      string,
      string,
      string,
    ];
    await writeFile(other, "theirs");
    await symlink("other", file);
    await writeAtomic(file, "ours");
    expect(await readFile(other, "utf8")).toBe("theirs");
    await link(file, twin);
    await writeAtomic(file, "newer");
    expect(await readFile(twin, "utf8")).toBe("ours");
  });

  test("that fails changes nothing and leaves no file behind", async () => {
    const folder = await emptyFolder();
    await mkdir(path.join(folder, "folder", "full"), { recursive: true });
    expect(await codeOf(writeAtomic(path.join(folder, "folder"), "x"))).toBe("unsafe-file");
    expect(await codeOf(writeAtomic(path.join(folder, "none", "file"), "x"))).toBe("cannot-write");
    expect(await codeOf(appendText(path.join(folder, "folder"), "x"))).toBe("unsafe-file");
    expect(await readdir(folder)).toEqual(["folder"]);
  });

  test("shows a reader the old or the new file, never a part", async () => {
    const file = path.join(await emptyFolder(), "file");
    const texts = [1, 2, 3].map((n) => `${n}`.repeat(200_000));
    await writeAtomic(file, texts[0] ?? "");
    let going = true;
    const writes = (async () => {
      for (let n = 0; n < 60; n++) await writeAtomic(file, texts[n % 3] ?? "", { durable: false });
      going = false;
    })();
    let reads = 0;
    while (going) {
      expect(texts).toContain(await readSmall(file));
      reads += 1;
      await new Promise(setImmediate);
    }
    await writes;
    expect(reads).toBeGreaterThan(5);
  });
});

describe("folders of the store", () => {
  test("are created private and nested, and creating them again changes nothing", async () => {
    const root = await emptyFolder();
    for (let n = 0; n < 2; n++) await makeFolder(root, path.join("a", "b", "c"));
    for (const name of ["a", "a/b", "a/b/c"])
      expect((await stat(path.join(root, name))).mode & 0o777, name).toBe(0o700);
  });

  test.each(["a link to a folder", "a file", "a dangling link"])(
    "are refused if %s is at their path",
    async (what) => {
      const root = await emptyFolder();
      await mkdir(path.join(root, "elsewhere"));
      if (what === "a file") await writeFile(path.join(root, "a"), "");
      else await symlink(what === "a dangling link" ? "nowhere" : "elsewhere", path.join(root, "a"));
      expect(await codeOf(makeFolder(root, "a/b"))).toBe("unsafe-file");
      expect(await readdir(path.join(root, "elsewhere"))).toEqual([]);
      expect(isOwnFolder(path.join(root, "a"))).toBe(false);
      expect(isOwnFolder(path.join(root, "elsewhere"))).toBe(true);
    },
  );
});

test("a damaged file is set aside under a new name, also several times a second", async () => {
  const folder = await emptyFolder();
  const file = path.join(folder, "context.json");
  const names = new Set<string>();
  for (let n = 0; n < 4; n++) {
    await writeFile(file, `damage ${n}`);
    const aside = await setAside(file);
    expect(aside.startsWith(`${file}.corrupt-`)).toBe(true);
    expect(await readFile(aside, "utf8")).toBe(`damage ${n}`);
    names.add(aside);
  }
  expect(names.size).toBe(4);
  expect(await readdir(folder)).toHaveLength(4);
});

test("temporary files are removed only after their process is gone", async () => {
  const folder = await emptyFolder();
  const names = [
    ".tmp-999999999-0123456789ab",
    `.tmp-${process.pid}-0123456789ab`,
    ".tmp-1-c",
    ".tmp-x-d",
    "tmp-999999999-e",
    ".tmp-",
  ];
  for (const name of names) await writeFile(path.join(folder, name), "");
  await removeStaleTemps(folder);
  expect((await readdir(folder)).sort()).toEqual(names.slice(1).sort());
  await removeStaleTemps(path.join(folder, "none"));
});

test.each([
  ["ENOSPC", /the disk is full; free some space$/],
  ["EDQUOT", /quota is used up; free some space$/],
  ["EROFS", /read-only$/],
  ["EACCES", /permission denied$/],
  ["EIO", /the disk reports an error$/],
  ["EMFILE", /too many files are open$/],
])("the file error %s is explained in words", (code, says) => {
  const failure = systemFailure("write", "/a/b", Object.assign(new Error("x"), { code }));
  expect(failure).toMatchObject({ code: "cannot-write", exit: 1 });
  expect(failure.message).toMatch(says);
  const known = new Failure("usage", "x");
  expect(systemFailure("read", "/a", known)).toBe(known);
});

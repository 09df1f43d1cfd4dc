/** Edits by hand of a list that a command is just changing: both stay. */
import { chmod } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { type Scratch, scratch } from "../support/scratch.ts";

const LIST = ".git/sessions/work/objectives.md";

const objectives = async (s: Scratch) =>
  (await s.json("status")).objectives.map(
    (each: { mark: string; text: string }) => `${each.mark} ${each.text}`,
  );

test("an edit by hand survives while git runs the project's hooks for a checkpoint", async () => {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two", "-o", "Three"] });
  await s.write(
    ".git/hooks/pre-commit",
    `#!/bin/sh\nsed -i 's/obj-3: Three/obj-3: Three by hand/' ${LIST}\n`,
  );
  await chmod(path.join(s.root, ".git/hooks/pre-commit"), 0o755);
  await s.write("a.txt", "a\n");
  await s.ok("checkpoint", "-A", "-m", "feat: a", "--complete", "1");
  expect(await objectives(s)).toEqual(["done One", "open Two", "open Three by hand"]);
});

test("an edit by hand survives after a command was killed between deciding and writing", async () => {
  const s = await scratch({ session: ["work", "-o", "One", "-o", "Two", "-o", "Three"] });
  const program = ["--require", path.resolve("test/support/node-faults.cjs"), path.resolve("dist/cli.js")];
  for (let at = 1; at < 60 && !s.exists(".git/sessions/work/.journal"); at++)
    await s.run(process.execPath, [...program, "objectives", "complete", "1"], {
      env: { FAULT: "kill", FAULT_AT: String(at) },
    });
  await s.write(LIST, `Thought of it.\n${(await s.read(LIST)).replace("Three", "Three by hand")}`);
  expect(await objectives(s)).toEqual(["done One", "open Two", "open Three by hand"]);
  await s.ok("objectives", "add", "Four");
  expect(await objectives(s)).toEqual(["done One", "open Two", "open Three by hand", "open Four"]);
  expect(await s.read(LIST)).toContain("Thought of it.");
});

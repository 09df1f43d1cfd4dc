import { expect, test } from "vitest";
import { ownOf } from "../../src/model/own.ts";

const at = "2026-01-01T00:00:00.000Z";
const added = (id: string, text: string) => ({ at, type: "objective.added", id, text });

test("all is our own where nothing came from elsewhere", () => {
  const own = ownOf([{ at, type: "session.started" }, added("obj-1", "Mine")]);
  expect([own.item("obj-1", "Mine"), own.title, own.from]).toEqual([true, true, undefined]);
});

test.each([
  [{ at, type: "session.united" }, "another clone"],
  [{ at, type: "session.imported" }, "import"],
  [{ at, type: "session.resumed", from: "snapshot" }, "snapshot"],
])("only what was written after %j is our own", (event, from) => {
  const own = ownOf([added("obj-1", "Theirs, perhaps"), event, added("obj-2", "Mine")]);
  expect([own.item("obj-1", "Theirs, perhaps"), own.item("obj-2", "Mine"), own.from]).toEqual([
    false,
    true,
    from,
  ]);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckpointRecord } from "../../src/session/session.ts";
import { mergeRecords } from "../../src/trailers/merge-records.ts";
import { readMessage } from "../../src/trailers/read.ts";
import { writeMessage } from "../../src/trailers/write.ts";

const ID = "k3f9qzm2x7ab";

function checkpoint(n: number, decision: string): CheckpointRecord {
  return {
    objectives: [
      { id: "obj-1", mark: n > 1 ? "done" : "active", text: "Login" },
      { id: "obj-2", mark: n > 2 ? "done" : "open", text: "Docs" },
    ],
    blockers: [],
    decisions: [{ id: `dec-${n}`, text: decision, rationale: `because ${n}`, alternatives: [] }],
    verified: [],
    impact: [],
    id: ID,
    minutes: n * 10,
  };
}

const messages = [1, 2, 3].map((n) =>
  writeMessage(`feat: step ${n}\n\nBody ${n}.\n`, checkpoint(n, `Choice ${n}`)),
);

const indent = (text: string, by: string) => text.replace(/^(?=.)/gm, by);

/** Squash messages as they come out of git and of servers. */
const SQUASHED: Record<string, string> = {
  "git merge --squash (newest first, indented by four)": `Squashed commit of the following:\n\n${[...messages]
    .reverse()
    .map(
      (message) =>
        `commit ${"a".repeat(40)}\nAuthor: A <a@example.com>\nDate:   Fri Nov 20 2026\n\n${indent(message, "    ")}`,
    )
    .join("\n")}`,
  "rebase -i squash (one message after another)": messages.join("\n"),
  "GitHub (bulleted subjects, bodies at the margin)": `Login (#7)\n\n${messages.map((message) => `* ${message}`).join("\n")}\n---------\n\nCo-authored-by: B <b@example.com>\n`,
  "GitLab (bulleted, bodies indented by two)": `Login\n\n${messages.map((message) => `* ${indent(message, "  ").trimStart()}`).join("\n")}\nSee merge request group/project!7\n`,
};

describe.each(Object.entries(SQUASHED))("%s", (_name, message) => {
  test("gives every decision once, and objectives in their last state", () => {
    const { session, recovered } = readMessage(message);
    expect(recovered).toBe(true);
    expect(session?.decisions.map((each) => each.text).sort()).toEqual(["Choice 1", "Choice 2", "Choice 3"]);
    expect(session?.decisions.map((each) => each.rationale).sort()).toEqual([
      "because 1",
      "because 2",
      "because 3",
    ]);
    expect(session?.objectives.map((each) => each.mark)).toEqual(["done", "done"]);
    expect(session).toMatchObject({ id: ID, minutes: 30 });
  });

  test("counts nothing twice after a final block was written", () => {
    const folded = writeMessage(message, mergeRecords([1, 2, 3].map((n) => checkpoint(n, `Choice ${n}`))));
    expect(readMessage(folded).session?.decisions).toHaveLength(3);
    expect(readMessage(folded).session?.objectives).toHaveLength(2);
  });
});

test("the trailer parser reads unfolded lists of older tools", () => {
  const { session, recovered } = readMessage(
    "feat(auth): OAuth\n\nDone.\n\nSession-Objectives:\n- [x] Provider interface\n- [ ] GitHub\n\nImpact:\n- Added: src/auth.ts\n\nDecisions:\n- Using PKCE\n\nSession-Time: 2h 15m\n",
  );
  expect(recovered).toBe(true);
  expect(session).toMatchObject({
    objectives: [
      { id: "obj-1", mark: "done", text: "Provider interface" },
      { id: "obj-2", mark: "open", text: "GitHub" },
    ],
    decisions: [{ id: "dec-1", text: "Using PKCE" }],
    impact: [{ key: "Added", value: "src/auth.ts" }],
    minutes: 135,
  });
});

test("prose that looks like a list of ours is not read", () => {
  expect(readMessage("docs: plan\n\nDecisions:\n- we meet on Monday\n").session).toBeNull();
  expect(
    readMessage(
      "docs: format\n\nA commit looks like this:\n\n    Session-Id: abc\n    Session-Time: 1h\n\nEnd.\n",
    ).session,
  ).toBeNull();
  expect(readMessage("Session-Id: x").session).toBeNull();
});

test("the trailer parser reads marks in all spellings, and CRLF", () => {
  const { session } = readMessage(
    "x\r\n\r\nSession-Objectives:\r\n - [▶] obj-1: a\r\n - [X] obj-2: b\r\nSession-Id: abc\r\n",
  );
  expect(session?.objectives).toEqual([
    { id: "obj-1", mark: "active", text: "a" },
    { id: "obj-2", mark: "done", text: "b" },
  ]);
});

test("decisions of two sessions are read with their own session", () => {
  const other = { ...checkpoint(1, "Theirs"), id: "zzzzzzzzzzzz" };
  const merged = mergeRecords([other, checkpoint(1, "Ours")]);
  expect(merged.decisions.map((each) => [each.session, each.id, each.text])).toEqual([
    ["zzzzzzzzzzzz", "dec-1", "Theirs"],
    [undefined, "dec-1", "Ours"],
  ]);
  expect(readMessage(writeMessage("x", merged)).session?.decisions).toEqual(merged.decisions);
});

test("any message can be read, also megabytes of hostile ones", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 400 }),
      (message) => readMessage(message) !== undefined,
    ),
  );
  for (const line of [
    "Session-Id: a\n",
    " - [x] obj-1: a\n",
    "Decisions:\n",
    "    \n",
    "* Session-Id:\n",
    "commit aaaaaaa\n",
    "a: b\n",
  ]) {
    readMessage(`x\n\n${line.repeat(1_000_000 / line.length)}`);
  }
  readMessage(`x\n\nSession-Id:${" ".repeat(1_000_000)}x`);
  readMessage(`x\n\nDecisions:\n - ${"-".repeat(1_000_000)}\nSession-Id: a`);
});

describe("the title of a session", () => {
  const titled = (id: string, title?: string): CheckpointRecord => ({
    ...checkpoint(1, "Choice"),
    id,
    ...(title === undefined ? {} : { title }),
  });

  test("is read back from its line, whatever it looks like", () => {
    for (const title of [
      "Größer ✓ 大",
      "Session-Id: x",
      "a: b (#1)",
      "- [x] obj-1: no",
      "#1",
      "Session-Time: 9h",
    ]) {
      const message = writeMessage("feat: x\n", titled(ID, title));
      expect(message).toContain(`Session-Title: ${title}\nSession-Id: ${ID}\n`);
      expect(readMessage(message)).toMatchObject({
        recovered: false,
        session: { title, id: ID, minutes: 10 },
      });
    }
  });

  test("is missing in older messages, and is no session by itself", () => {
    expect(readMessage(writeMessage("feat: x\n", titled(ID))).session).not.toHaveProperty("title");
    expect(readMessage("feat: x\n\nSession-Title: Ours\n").session).toBeNull();
  });

  test("is that of the session's last block, as after a squash", () => {
    const other = "zzzzzzzzzzzz";
    expect(mergeRecords([titled(ID, "Old"), titled(ID, "New")]).title).toBe("New");
    expect(mergeRecords([titled(ID, "Old"), titled(ID)]).title).toBeUndefined();
    expect(mergeRecords([titled(other, "Theirs"), titled(ID)]).title).toBeUndefined();
    const squashed = `Login (#7)\n\n${["Old", "New"].map((title) => `* ${writeMessage("feat: x\n", titled(ID, title))}`).join("\n")}`;
    expect(readMessage(squashed).session).toMatchObject({ title: "New", id: ID });
  });
});

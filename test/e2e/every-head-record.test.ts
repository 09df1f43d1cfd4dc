/** Every view shows the record of the checked-out commits, on every kind of HEAD. */
import { describe, expect, test } from "vitest";
import { KINDS, pushedSession } from "../support/head-states.ts";
import { connectClient } from "../support/mcp-client.ts";
import { CLI, type Scratch } from "../support/scratch.ts";

/** Expects a view to contain the record's items and no guess. */
function holds(text: string, view: string, items: readonly string[]): void {
  for (const item of items) expect(text, `${view}: ${item}`).toContain(item);
  expect(text, view).not.toMatch(/this is a guess|No objectives were recorded/);
}

describe.each(KINDS)("%s", (_name, kind, words, make) => {
  test("every view shows the record and its source", async () => {
    const s = await make(await pushedSession());
    const before = await s.fingerprint();
    const record = { kind, ...(words === undefined ? {} : { words: expect.stringMatching(words) }) };
    const all = ["Refresh tokens", "Keys of the vendor", "Use PKCE"];
    const line = words === undefined ? /./ : new RegExp(words.source.replace(/[\^$]/g, ""));
    // Markdown puts the name of the branch into a code span.
    const spans = (text: string) => text.replaceAll("`", "");
    const read = async (...args: string[]) => {
      const { code, stdout, stderr } = await s.session(...args);
      expect(code, args.join(" ")).toBe(0);
      expect(spans(stdout + stderr), args.join(" ")).toMatch(line);
      return stdout;
    };

    // Processes of their own begin while this one reads.
    const served = overMcp(s);
    const hooked = s.run(process.execPath, [CLI, "hook", "claude", "SessionStart"], {
      input: JSON.stringify({ cwd: s.root, session_id: "s", source: "startup" }),
    });
    const [brief, handoff, status, decisions, log, trees] = await Promise.all(
      [["brief"], ["handoff"], ["status"], ["decisions"], ["log"], ["status", "--all"]].map((each) =>
        s.json(...each),
      ),
    );
    expect(brief).toMatchObject({ guessed: false, session: { record } });
    expect(brief.blockers).toMatchObject([{ text: "Keys of the vendor", link: "#42" }]);
    expect(brief.decisions).toMatchObject([{ id: "dec-1", text: "Use PKCE", commit: expect.any(String) }]);
    expect(handoff.session).toMatchObject({ record });
    expect(status).toMatchObject({ recorded: kind === "local" && words === undefined, session: { record } });
    expect(decisions).toMatchObject([{ text: "Use PKCE", state: "committed" }]);
    expect(log.record).toMatchObject(record);
    expect(trees.worktrees.find((each: { here: boolean }) => each.here)).toMatchObject({
      session: { record, progress: expect.stringMatching(/^[01] of [12] done$/) },
    });

    for (const [view, items] of [
      ["brief", all],
      ["handoff", all],
      ["status", all.slice(0, 2)],
      ["decisions", ["Use PKCE"]],
      ["log", ["feat: log in", "Use PKCE"]],
    ] as const)
      holds(await read(view), view, items);
    for (const list of ["objectives", "blockers", "status --short", "status --all"])
      await read(...list.split(" "));

    const { told, texts, lists } = await served;
    expect(told).toMatchObject({
      blockers: ["blk-1: Keys of the vendor #42"],
      ...(words && { record: expect.stringMatching(words) }),
    });
    holds(JSON.stringify(told.objectives), "session_status", ["Refresh tokens"]);
    for (const text of texts) {
      holds(text, "MCP", all);
      expect(spans(text), "MCP").toMatch(line);
    }
    expect(lists).toMatchObject({
      session_decisions: { decisions: [{ id: "dec-1", text: "Use PKCE" }] },
      session_objectives: {
        objectives: expect.arrayContaining([expect.objectContaining({ text: "Refresh tokens" })]),
      },
      session_blockers: { blockers: [expect.objectContaining({ text: "Keys of the vendor" })] },
    });
    holds((await hooked).stdout, "hook", all);
    expect(await s.fingerprint()).toBe(before);
  });
});

/** Returns an agent's answers over MCP: status, the texts of brief and handoff, and the lists. */
async function overMcp(s: Scratch) {
  const { call, client } = await connectClient(s);
  const list = async (name: string) => [name, (await call(name, { action: "list" })).value] as const;
  const resource = await client.readResource({ uri: "session://brief" });
  return {
    told: (await call("session_status")).value,
    texts: [
      (await call("session_brief")).text,
      (await call("session_handoff")).text,
      resource.contents.map((each) => ("text" in each ? each.text : "")).join(),
    ],
    lists: Object.fromEntries([
      await list("session_decisions"),
      await list("session_objectives"),
      await list("session_blockers"),
    ]),
  };
}

import { expect, test } from "vitest";
import { connectClient } from "../support/mcp-client.ts";
import { type Scratch, scratch } from "../support/scratch.ts";

interface Event {
  readonly type: string;
  readonly id?: string;
  readonly text?: string;
  readonly decision?: { readonly id: string; readonly text: string };
}

/** Five servers, each with four calls in flight. */
async function throughServers(s: Scratch): Promise<void> {
  const servers = await Promise.all(Array.from({ length: 5 }, () => connectClient(s)));
  const answers = servers.flatMap(({ call }, n) => [
    call("session_objectives", { action: "add", text: [`objective m${n}`] }),
    call("session_decisions", { action: "add", text: `decision m${n}` }),
    call("session_blockers", { action: "add", text: [`blocker m${n}`] }),
    call("session_note", { text: `note m${n}` }),
  ]);
  for (const { isError, text } of await Promise.all(answers)) expect(isError, text).toBe(false);
}

test("fifty processes write to one session at once without a loss or a duplicate", async () => {
  const s = await scratch({ session: ["work"] });
  const kinds = [
    ["objectives", "add", "objective"],
    ["decisions", "add", "decision"],
    ["note", "note"],
  ];
  const commands = Array.from({ length: 45 }, (_, n) => {
    const words = kinds[n % kinds.length] ?? [];
    return [...words.slice(0, -1), `${words.at(-1)} ${n}`];
  });
  await Promise.all([...commands.map((each) => s.apart.ok(...each)), throughServers(s)]);

  const expected = (kind: string) =>
    [
      ...commands.flatMap((each) => (each.at(-1)?.startsWith(`${kind} `) ? [each.at(-1)] : [])),
      ...Array.from({ length: 5 }, (_, n) => `${kind} m${n}`),
    ].sort();
  const all = async (...args: string[]) => s.json<{ id: string; text: string }[]>(...args);
  const items = {
    objective: await all("objectives"),
    decision: await all("decisions"),
    blocker: await all("blockers"),
    note: await all("note", "list"),
  };
  const log = (await s.read(".git/sessions/work/events.jsonl")).trimEnd().split("\n");
  const events = log.map((line): Event => JSON.parse(line));
  for (const [kind, found] of Object.entries(items)) {
    expect(found.map((each) => each.text).sort()).toEqual(expected(kind));
    if (kind !== "note") expect(new Set(found.map((each) => each.id)).size).toBe(found.length);
    const told = events.filter((each) => each.type === (kind === "note" ? "note" : `${kind}.added`));
    expect(told.map((each) => each.decision?.text ?? each.text).sort()).toEqual(expected(kind));
  }
  const left = (await s.run("ls", ["-A", ".git/sessions/work"])).stdout.split("\n");
  expect(left.filter((name) => /^\.(lock|journal|tmp-)/.test(name))).toEqual([]);
});

/** Formats installations for agents: the table of agents, and changes to their files. */
import type { FileChange } from "../../agents/install.ts";
import type { listAgents } from "../../agents/installations.ts";
import { dim, green, red } from "../style.ts";
import { table } from "../table.ts";

type Row = Awaited<ReturnType<typeof listAgents>>[number];

/** Returns a table of all agents. `width`: columns of the terminal; undefined if output is piped. */
export function agentTable(rows: readonly Row[], width: number | undefined): string {
  const cell = (pick: (row: Row) => string | undefined) => rows.map((row) => pick(row) ?? "");
  return table(
    [
      { title: "agent", cells: cell((row) => row.name) },
      { title: "project", cells: cell((row) => row.project) },
      { title: "user", cells: cell((row) => row.user) },
      { title: "on PATH", cells: cell((row) => (row.found ? "yes" : "")) },
      { title: "name", cells: cell((row) => row.label), spare: 1 },
    ],
    width,
  ).join("\n");
}

const SIGNS: Readonly<Record<FileChange["action"], string>> = {
  create: green("+"),
  change: green("~"),
  remove: red("-"),
  same: " ",
  kept: "!",
};

/** Returns a line for each file; with `lines`, also the added and removed lines. */
export function agentChanges(changes: readonly FileChange[], lines: boolean): string {
  return changes
    .flatMap((change) => {
      const { action, file, why } = change;
      const note = action === "same" ? "  as it is" : why === undefined ? "" : `  ${why}`;
      return [`${SIGNS[action]} ${file}${dim(note)}`, ...(lines ? difference(change) : [])];
    })
    .join("\n");
}

/** Returns removed and added lines, without the lines that both texts share at the beginning and the end. */
function difference({ action, before, after }: FileChange): string[] {
  if (action === "same" || action === "kept") return [];
  const [old, fresh] = [before, after].map((text) => (text ?? "").split(/\r?\n/));
  if (!old || !fresh) return [];
  let head = 0;
  while (head < Math.min(old.length, fresh.length) && old[head] === fresh[head]) head++;
  let tail = 0;
  const most = Math.min(old.length, fresh.length) - head;
  while (tail < most && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail++;
  const shown = (each: readonly string[], sign: string) =>
    each
      .slice(head, each.length - tail)
      .filter((line, at, all) => line !== "" || at < all.length - 1)
      .map((line) => `    ${sign} ${line}`);
  return [...shown(old, "-").map(red), ...shown(fresh, "+").map(green)];
}

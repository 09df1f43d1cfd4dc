import { oneLine } from "../../text/foreign-text.ts";
import { withHint } from "../../text/hint.ts";
import { shellWord } from "../../text/shell.ts";
import { age } from "../../text/time/duration.ts";
import type { SessionRow } from "../../views/shapes/listing.ts";
import { signs } from "../signs.ts";
import { bold, cyan, dim, green, yellow } from "../style.ts";
import { table } from "../table.ts";

/** The list of sessions, and the options for showing it. */
export interface ListView {
  readonly rows: readonly { readonly row: SessionRow; readonly depth: number }[];
  /** Length of the shortest unique prefix of each session id. */
  readonly prefixes: ReadonlyMap<string, number>;
  /** Name of the current branch. */
  readonly branch: string | undefined;
  /** Current time, in ISO 8601. */
  readonly now: string;
  /** True for more columns: created, messages, files, and the last prompt or else the first message. */
  readonly wide: boolean;
  readonly day: (iso: string) => string;
}

/** Returns the indent and branch sign before a title in a tree. `depth`: 0 for the top level. */
export function branchOff(depth: number): string {
  return depth === 0 ? "" : `${"  ".repeat(Math.min(depth, 10) - 1)}${signs().branch} `;
}

/**
 * Returns a line for each session, and another line for a problem of its branch. `width`: columns of the
 * terminal; undefined if output is piped.
 */
export function listTable(view: ListView, width: number | undefined): string[] {
  const { rows, prefixes, branch, now, wide, day } = view;
  const all = rows.map(({ row }) => row);
  const isHere = (row: SessionRow) => row.where === "local" && row.branch === branch && !row.gone;
  const column = (title: string, cell: (row: SessionRow) => string) => ({ title, cells: all.map(cell) });
  const indents = rows.map(({ depth }) => branchOff(depth));
  const lines = table(
    [
      {
        title: width === undefined ? "" : "  Title",
        cells: all.map((row, at) =>
          width === undefined ? row.title : `${isHere(row) ? "*" : " "} ${indents[at]}${row.title}`,
        ),
        least: 20,
        paint: bold,
      },
      ...(all.some((row) => row.project !== undefined)
        ? [{ ...column("Project", (row) => row.project ?? ""), least: 12, spare: 2 }]
        : []),
      { ...column("Branch", (row) => row.branch), least: 12, spare: 2, paint: dim },
      {
        ...column("State", stateOf),
        spare: 1,
        paint: (text, at) =>
          all[at]?.gone ? yellow(text) : all[at]?.state === "active" ? green(text) : text,
      },
      { ...column("Done", progressOf), spare: 4, right: true },
      { ...column("Touched", (row) => ago(row.touched, now)), spare: 3, paint: dim },
      { ...column("Tags", (row) => row.tags.join(", ")), least: 10, spare: 5, paint: dim },
      ...(wide
        ? [
            { ...column("Created", (row) => day(row.created)), spare: 3, paint: dim },
            { ...column("Messages", (row) => `${row.message_count ?? 0}`), spare: 4, right: true },
            { ...column("Files", (row) => `${row.file_count ?? ""}`), spare: 4, right: true },
            {
              ...column("Said", (row) => oneLine(row.last_prompt ?? row.first_message ?? "")),
              least: 20,
              spare: 6,
            },
          ]
        : []),
      {
        ...column("ID", (row) => row.id),
        least: Math.max(4, ...all.map((row) => prefixes.get(row.id) ?? 0)) + 1,
        whole: true,
        paint: (text, at) => {
          const length = prefixes.get(all[at]?.id ?? "") ?? 4;
          return bold(cyan(text.slice(0, length))) + dim(text.slice(length));
        },
      },
    ],
    width,
  );
  if (width === undefined) return lines;
  const [head = "", ...body] = lines;
  return [
    head,
    ...body.flatMap((line, at) => {
      const row = all[at];
      return row?.renamedTo === undefined
        ? [line]
        : [
            line,
            ...withHint(
              yellow(`  its branch was renamed to ${row.renamedTo}`),
              `session resume ${shellWord(row.id)}`,
            ).split("\n"),
          ];
    }),
  ];
}

function stateOf(row: SessionRow): string {
  const word = row.where === "remote" ? "on" : "from";
  const from = row.where !== "kept" && row.remote !== undefined ? `, ${word} ${row.remote}` : "";
  return `${row.state}${row.gone ? ", branch gone" : ""}${from}`;
}

function progressOf({ objectives }: SessionRow): string {
  return objectives.total === 0 ? "" : `${objectives.done}/${objectives.total}`;
}

function ago(from: string, now: string): string {
  const text = age(from, now);
  return text === "less than a minute" ? "just now" : `${text} ago`;
}

/** Returns the sessions as a Markdown table. `inert`: escapes untrusted text for Markdown. */
export function listMarkdown({ rows, now }: ListView, inert: (text: string) => string): string[] {
  const cell = (text: string) => inert(text).replace(/\|/g, "\\|");
  return [
    "| Session | Title | Branch | State | Done | Touched |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map(({ row }) =>
      [
        ...["", `\`${row.id}\``, cell(row.title), cell(row.branch), stateOf(row)],
        ...[progressOf(row), ago(row.touched, now), ""],
      ]
        .join(" | ")
        .trim(),
    ),
  ];
}

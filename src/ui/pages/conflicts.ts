/**
 * Renders predicted conflicts and overlaps: a table of all pairs of branches, then each pair with its files.
 */

import { joined } from "../../insight/pages/parts.ts";
import { html, type Markup } from "../../render/html.ts";
import { oneLine } from "../../text/foreign-text.ts";
import { plural } from "../../text/plural.ts";
import { type ConflictPair, type Conflicts, hunkText, touchText } from "../../views/shapes/conflicts.ts";
import type { WorktreesView } from "../../views/shapes/worktrees.ts";
import { type Day, section, time } from "./elements.ts";

/** Maximum files to list for a pair of branches. */
const MAX_FILES = 8;

/** Two branches that change the same files. `overlaps`: true without a predicted conflict. */
interface BranchPair {
  readonly branches: readonly [string, string];
  readonly how: ConflictPair["how"] | "overlaps";
  readonly files: readonly File[];
}

interface File {
  readonly path: string;
  /** Line numbers on each side, such as `lines 3-5 ↔ 4-6`; "" if unknown. */
  readonly where: string;
  /** Author and time (ISO 8601) of the last change on each side. */
  readonly who: readonly { readonly words: string; readonly at: string }[];
}

/** Renders the conflicts between branches. Hidden with fewer than two branches. */
export function conflictsPart(conflicts: Conflicts, worktrees: WorktreesView, day: Day): Markup {
  const branches = conflicts.branches.map((each) => each.branch);
  if (branches.length < 2) return section("conflicts", "Conflicts", "");
  const found = branchPairs(conflicts, worktrees);
  const count = conflicts.conflicts.length;
  const [ahead, overlaps] = [found.slice(0, count), found.slice(count)];
  return section(
    "conflicts",
    "Conflicts",
    count === 0 ? "none ahead" : `${plural(count, "pair")} would conflict`,
    matrix(branches, found),
    html`<ul class="list">${ahead.map((each) => pairItem(each, day))}</ul>`,
    ...(overlaps.length === 0
      ? []
      : [
          html`<details id="overlaps"><summary>${plural(overlaps.length, "pair")} with the same files, no conflict so far</summary><ul class="list">${overlaps.map((each) => pairItem(each, day))}</ul></details>`,
        ]),
  );
}

/** Returns the pairs with a predicted conflict, then the pairs whose worktrees change the same files. */
function branchPairs({ conflicts }: Conflicts, { worktrees, shared }: WorktreesView): BranchPair[] {
  const found = conflicts.map(
    ({ one, other, how, files }): BranchPair => ({
      ...{ branches: [one.branch, other.branch], how },
      files: files.map((file) => ({
        ...{ path: file.path, where: hunkText(file) },
        who: [
          ...(file.one === null ? [] : [{ words: `${one.branch}: ${touchText(file.one)}`, at: file.one.at }]),
          ...(file.other === null
            ? []
            : [{ words: `${other.branch}: ${touchText(file.other)}`, at: file.other.at }]),
        ],
      })),
    }),
  );
  const known = new Set(found.map(({ branches }) => keyOf(...branches)));
  const branchOf = new Map(worktrees.map((each) => [each.path, each.branch]));
  const overlaps = new Map<string, { branches: [string, string]; files: File[] }>();
  for (const { path, worktrees: folders } of shared) {
    const all = folders.flatMap((each) => branchOf.get(each) ?? []).sort();
    for (const [at, one] of all.entries())
      for (const other of all.slice(at + 1)) {
        const key = keyOf(one, other);
        const pair = overlaps.get(key) ?? { branches: [one, other], files: [] };
        pair.files.push({ path, where: "", who: [] });
        overlaps.set(key, pair);
      }
  }
  const others = [...overlaps].filter(([key]) => !known.has(key));
  return [
    ...found,
    ...others.map(([, { branches, files }]): BranchPair => ({ branches, how: "overlaps", files })),
  ];
}

const keyOf = (one: string, other: string): string => [one, other].sort().join("\0");

const WORDS = {
  conflicts: (files: number) => `would conflict in ${plural(files, "file")}`,
  unrelated: () => "share no history",
  overlaps: (files: number) =>
    `change ${files === 1 ? "the same file" : `the same ${files} files`}, no conflict so far`,
} as const;

const SIGNS = { conflicts: "✕", unrelated: "≠", overlaps: "~" } as const;

function matrix(branches: readonly string[], found: readonly BranchPair[]): Markup {
  const by = new Map(found.map((each) => [keyOf(...each.branches), each]));
  const head = branches.map(
    (each, at) =>
      html`<th scope="col" title="${each}"><span aria-hidden="true">${String(at + 1)}</span><span class="sr">${oneLine(each)}</span></th>`,
  );
  const rows = branches.map(
    (one, at) =>
      html`<tr><th scope="row"><span class="dim" aria-hidden="true">${String(at + 1)}</span> ${oneLine(one)}</th>${branches.map((other) => cell(one, other, by.get(keyOf(one, other))))}</tr>`,
  );
  return html`<p class="dim"><span class="cell conflicts">✕</span> would conflict, <span class="cell overlaps">~</span> the same files changed; with the number of files</p><div class="scroll" tabindex="0" role="region" aria-label="Table of branches against each other"><table class="matrix"><caption class="sr">Branches against each other</caption><thead><tr><td></td>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function cell(one: string, other: string, pair: BranchPair | undefined): Markup {
  if (one === other) return html`<td class="self"></td>`;
  if (!pair)
    return html`<td><span class="dim" aria-hidden="true">·</span><span class="sr">nothing</span></td>`;
  const { how, files } = pair;
  return html`<td><span class="cell ${how}" aria-hidden="true">${SIGNS[how]}${how === "unrelated" ? "" : String(files.length)}</span><span class="sr">${WORDS[how](files.length)}</span></td>`;
}

function pairItem({ branches: [one, other], how, files }: BranchPair, day: Day): Markup {
  const shown = files.slice(0, MAX_FILES).map(({ path, where, who }) => {
    const facts = who.map(({ words, at }) => html`${oneLine(words)}, ${time(at, day)}`);
    return html`<li><code>${oneLine(path)}</code> ${where} <span class="meta">${joined(facts)}</span></li>`;
  });
  const more =
    files.length > MAX_FILES
      ? html`<li class="dim">… ${String(files.length - MAX_FILES)} more</li>`
      : undefined;
  return html`<li id="pair-${one}-${other}"><p><code>${oneLine(one)}</code> and <code>${oneLine(other)}</code> <span class="${how}">${WORDS[how](files.length)}</span></p>${files.length === 0 ? undefined : html`<ul class="files">${shown}${more}</ul>`}</li>`;
}

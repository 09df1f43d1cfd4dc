/**
 * Shortens a brief to a limit: drops the least useful items first. Drops only complete items, and counts
 * them.
 */

import { headline } from "../../session/session.ts";
import { fits, type Limit } from "../../text/limits.ts";
import type { BriefView } from "../shapes/session-views.ts";
import type { CommitView } from "../shapes/view-parts.ts";

/**
 * A brief, with the number of items left out of each list. `objectives` counts closed objectives, `open` the
 * other objectives. `text`: true if a text was cut.
 */
export interface FittedBrief extends BriefView {
  readonly more: Readonly<Partial<Record<ListName | CommitView["kind"] | "open" | "text", number>>>;
}

type ListName = keyof { [K in keyof BriefView as BriefView[K] extends readonly unknown[] ? K : never]: K };

type Step = (view: FittedBrief) => FittedBrief;

/**
 * Returns the text of a brief within a limit, or the shortest text if that is still too long. Drops open
 * objectives and blockers last. A higher limit never shows fewer items.
 */
export async function fitBrief(
  view: BriefView,
  render: (view: FittedBrief) => Promise<string>,
  limit: Limit,
): Promise<string> {
  const whole: FittedBrief = { ...view, more: {} };
  // Searches in halves for the minimum number of steps that is enough.
  let least = 0;
  let most = STEPS.length;
  let text = await render(whole);
  if (fits(text, limit)) return text;
  text = await render(shrunk(whole, most));
  while (least + 1 < most) {
    const middle = (least + most) >> 1;
    const tried = await render(shrunk(whole, middle));
    if (fits(tried, limit)) {
      most = middle;
      text = tried;
    } else least = middle;
  }
  return text;
}

function shrunk(view: FittedBrief, steps: number): FittedBrief {
  return STEPS.slice(0, steps).reduce((shown, step) => step(shown), view);
}

/**
 * Lists of the section on how to build: one line of the template shows the number of all items that they
 * leave out.
 */
const BUILD: ReadonlySet<ListName> = new Set(["patterns", "conventions", "rules", "commands"]);

const TEXTS = ["architectureText", "conventionsText"] as const;
const KINDS = ["commit", "checkpoint", "merge"] as const satisfies readonly CommitView["kind"][];

type Cuttable = ListName | (typeof TEXTS)[number] | CommitView["kind"];

/**
 * Returns one step per limit, in order of keys. A limit counts items, commits of a kind, or characters of a
 * text.
 */
function atMost(limits: Readonly<Partial<Record<Cuttable, number>>>): Step[] {
  return Object.entries(limits).map(([name, most]): Step => {
    const text = TEXTS.find((each) => each === name);
    if (text) return (view) => withText(view, text, most);
    const kind = KINDS.find((each) => each === name);
    return kind ? (view) => withWork(view, kind, most) : (view) => withItems(view, name as ListName, most);
  });
}

function withItems(view: FittedBrief, name: ListName, most: number): FittedBrief {
  const items = view[name] as readonly unknown[];
  const hidden = items.length - most;
  if (hidden <= 0) return view;
  const more = { ...view.more, [name]: (view.more[name] ?? 0) + hidden, ...(BUILD.has(name) && { text: 1 }) };
  return { ...view, [name]: items.slice(0, most), more };
}

/** Drops the oldest commits of one kind and keeps the order of the others. */
function withWork(view: FittedBrief, kind: CommitView["kind"], most: number): FittedBrief {
  const shown = view.work.filter((each) => each.kind === kind).slice(0, most);
  const work = view.work.filter((each) => each.kind !== kind || shown.includes(each));
  const hidden = view.work.length - work.length;
  if (hidden === 0) return view;
  return { ...view, work, more: { ...view.more, [kind]: (view.more[kind] ?? 0) + hidden } };
}

function withText(view: FittedBrief, name: (typeof TEXTS)[number], most: number): FittedBrief {
  const { [name]: text, ...rest } = view;
  if (text === undefined || text.length <= most) return view;
  const more = { ...view.more, text: 1 };
  const kept = text.slice(0, text.lastIndexOf("\n", most)).trimEnd();
  if (most === 0 || kept === "") return { ...rest, more };
  return { ...rest, [name]: `${kept}\n… the rest: .session/${name.replace("Text", ".md")}`, more };
}

const withoutAlternatives: Step = (view) => ({
  ...view,
  decisions: view.decisions.map((each) => ({ ...each, alternatives: [] })),
});
const withoutRationale: Step = (view) => ({
  ...view,
  decisions: view.decisions.map(({ rationale: _rationale, ...each }) => ({
    ...each,
    text: headline(each.text),
  })),
});
const closedObjectivesOut: Step = (view) => {
  const objectives = view.objectives.filter((each) => each.mark === "open" || each.mark === "active");
  const hidden = view.objectives.length - objectives.length;
  return hidden === 0 ? view : { ...view, objectives, more: { ...view.more, objectives: hidden } };
};
const relatedWithoutRationale: Step = (view) => ({
  ...view,
  related: view.related.map(({ rationale: _rationale, ...each }) => ({ ...each, text: headline(each.text) })),
});
const withoutOutput: Step = (view) => ({
  ...view,
  verified: view.verified.map(({ output: _output, ...each }) => each),
});
/** Drops results of tools; the warnings still name failures. */
const withoutResults: Step = (view) => ({ ...view, results: {} });
const handoffWithoutSummary: Step = (view) => {
  if (view.handoff?.summary === undefined) return view;
  const { summary: _summary, ...handoff } = view.handoff;
  return { ...view, handoff };
};
/** Returns a step that cuts the remaining lines to a number of characters. */
const linesAtMost =
  (length: number): Step =>
  (view) => {
    const clip = (text: string) => clipped(text, length);
    return {
      ...view,
      session: {
        ...view.session,
        title: clip(view.session.title),
        ...(view.session.subject === undefined ? {} : { subject: clip(view.session.subject) }),
        tags: view.session.tags.slice(0, 5).map(clip),
      },
      objectives: view.objectives.map((each) => ({ ...each, text: clip(each.text) })),
      blockers: view.blockers.map(({ note: _note, link, ...each }) => ({
        ...each,
        text: clip(each.text),
        ...(link === undefined ? {} : { link: clip(link) }),
      })),
      next: view.next.map((each) => ({ ...each, what: clip(each.what) })),
      warnings: view.warnings.map(clip),
      ...(view.architecture === undefined ? {} : { architecture: clip(view.architecture) }),
    };
  };

/** Returns a step that keeps a number of open objectives, first the objectives in progress. */
const openAtMost =
  (most: number): Step =>
  (view) => {
    const first = view.objectives.toSorted(
      (a, b) => Number(b.mark === "active") - Number(a.mark === "active"),
    );
    const kept = new Set(first.slice(0, most));
    const hidden = view.objectives.length - kept.size;
    if (hidden === 0) return view;
    const objectives = view.objectives.filter((each) => kept.has(each));
    return { ...view, objectives, more: { ...view.more, open: (view.more.open ?? 0) + hidden } };
  };

const withoutEnding: Step = ({ ending: _ending, ...view }) => view;

/** Steps of shortening, in order: the first steps cut the least useful content. */
const STEPS: readonly Step[] = [
  ...atMost({ files: 40 }),
  ...atMost({ files: 25, commit: 30 }),
  ...atMost({
    commit: 15,
    merge: 5,
    issues: 12,
    related: 20,
    rules: 20,
    checkpoint: 25,
    conventionsText: 4000,
  }),
  ...atMost({ architectureText: 6000, dirty: 20 }),
  ...atMost({ dirty: 10, files: 15 }),
  ...atMost({ files: 10, notes: 10, annotations: 10, commit: 8, checkpoint: 12, decisions: 40 }),
  ...atMost({ conventionsText: 2500, architectureText: 3500, verified: 5, upstream: 5, resolved: 5 }),
  ...atMost({ stashed: 3, children: 3, checklist: 8, issues: 6 }),
  relatedWithoutRationale,
  ...atMost({ related: 10 }),
  withoutAlternatives,
  ...atMost({ decisions: 25, conventionsText: 1200, architectureText: 2000, commit: 5 }),
  ...atMost({ commit: 3, checkpoint: 8 }),
  ...atMost({ checkpoint: 5, files: 6 }),
  ...atMost({ files: 5, dirty: 5, notes: 4, annotations: 5, conventionsText: 600, architectureText: 1000 }),
  ...atMost({ decisions: 15, rules: 10 }),
  withoutRationale,
  ...atMost({ commands: 4, upstream: 3, resolved: 2, merge: 2, issues: 3, related: 5, decisions: 10 }),
  ...atMost({ conventionsText: 0, architectureText: 400, commit: 0, notes: 2, verified: 2, files: 3 }),
  ...atMost({ decisions: 6, rules: 3 }),
  closedObjectivesOut,
  ...atMost({ architectureText: 0, annotations: 2, checklist: 3, related: 2, checkpoint: 2, decisions: 3 }),
  withoutOutput,
  withoutEnding,
  ...atMost({ issues: 0, commands: 1, upstream: 1, checkpoint: 1, files: 1, verified: 1 }),
  ...atMost({ files: 0, related: 0, checklist: 0, commands: 0, patterns: 0, conventions: 0, rules: 0 }),
  ...atMost({ upstream: 0, resolved: 0, stashed: 0, children: 0, notes: 0, dirty: 0, verified: 0 }),
  ...atMost({ annotations: 0, decisions: 0, merge: 0, checkpoint: 0 }),
  withoutResults,
  handoffWithoutSummary,
  ...atMost({ next: 1, warnings: 3 }),
  ...[120, 60, 30].map(linesAtMost),
  // Each step shows a tenth less, from 400 items to 1.
  ...Array.from({ length: 60 }, (_, n) => Math.max(1, Math.floor(400 * 0.9 ** n))).flatMap((most) => [
    openAtMost(most),
    ...atMost({ blockers: most }),
  ]),
];

/** Returns the first line, cut to a number of characters. */
function clipped(text: string, length: number): string {
  const points = [...headline(text).slice(0, 3 * length)];
  return points.length > length ? `${points.slice(0, length - 1).join("")}…` : text;
}

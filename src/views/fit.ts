/** Fits a brief into a limit: the least worth shrinks first, by whole items, and says where the rest is. */

import { headline } from "../session/session.ts";
import { fits, type Limit } from "../text/limits.ts";
import type { BriefView, CommitView } from "./shapes/views.ts";

/** A brief with what was left out of each list. */
export interface FittedBrief extends BriefView {
  readonly more: Readonly<Partial<Record<ListName | CommitView["kind"] | "text", number>>>;
}

type ListName =
  | "objectives"
  | "next"
  | "warnings"
  | "files"
  | "notes"
  | "dirty"
  | "verified"
  | "decisions"
  | "related"
  | "upstream"
  | "issues"
  | "resolved"
  | "stashed"
  | "children"
  | "checklist"
  | "annotations"
  | "conventions"
  | "patterns"
  | "commands";

type Step = (view: FittedBrief) => FittedBrief;

/**
 * Returns the text of a brief within a limit, or the shortest text if that is still longer. Every open objective and
 * blocker is in it. A higher limit never shows less.
 */
export async function fitBrief(
  view: BriefView,
  render: (view: FittedBrief) => Promise<string>,
  limit: Limit,
): Promise<string> {
  const whole: FittedBrief = { ...view, more: {} };
  // How many steps, taken in order, are enough: found by halving.
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

/** Lists of how it is built: they share one line that says where the rest is. */
const BUILD: ReadonlySet<ListName> = new Set(["patterns", "conventions", "commands"]);

const atMost =
  (name: ListName, count: number): Step =>
  (view) => {
    const items = view[name] as readonly unknown[];
    const hidden = items.length - count;
    if (hidden <= 0) return view;
    return {
      ...view,
      [name]: items.slice(0, count),
      more: {
        ...view.more,
        [name]: (view.more[name] ?? 0) + hidden,
        ...(BUILD.has(name) ? { text: 1 } : {}),
      },
    };
  };

/** Commits of one kind are left out from the oldest on; the list stays in its order. */
const workAtMost =
  (kind: CommitView["kind"], count: number): Step =>
  (view) => {
    const shown = view.work.filter((each) => each.kind === kind).slice(0, count);
    const work = view.work.filter((each) => each.kind !== kind || shown.includes(each));
    const hidden = view.work.length - work.length;
    return hidden === 0
      ? view
      : { ...view, work, more: { ...view.more, [kind]: (view.more[kind] ?? 0) + hidden } };
  };

const textAtMost =
  (name: "architectureText" | "conventionsText", length: number): Step =>
  (view) => {
    const text = view[name];
    if (text === undefined || text.length <= length) return view;
    const { [name]: _cut, ...rest } = view;
    const kept = text.slice(0, text.lastIndexOf("\n", length)).trimEnd();
    const shown =
      length === 0 || kept === ""
        ? rest
        : { ...rest, [name]: `${kept}\n… the rest: .session/${name.replace("Text", ".md")}` };
    return { ...shown, more: { ...view.more, text: 1 } };
  };

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
/** Failures stay among the warnings. */
const withoutResults: Step = (view) => ({ ...view, results: {} });
const handoffWithoutSummary: Step = (view) => {
  if (view.handoff?.summary === undefined) return view;
  const { summary: _summary, ...handoff } = view.handoff;
  return { ...view, handoff };
};
/** What must stay, in one short line each. */
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

const withoutEnding: Step = ({ ending: _ending, ...view }) => view;

/** From the least worth to the most. */
const STEPS: readonly Step[] = [
  ...[40, 25].map((count) => atMost("files", count)),
  ...[30, 15].map((count) => workAtMost("commit", count)),
  workAtMost("merge", 5),
  atMost("issues", 12),
  atMost("related", 20),
  workAtMost("checkpoint", 25),
  textAtMost("conventionsText", 4000),
  textAtMost("architectureText", 6000),
  ...[20, 10].map((count) => atMost("dirty", count)),
  ...[15, 10].map((count) => atMost("files", count)),
  atMost("notes", 10),
  atMost("annotations", 10),
  workAtMost("commit", 8),
  workAtMost("checkpoint", 12),
  atMost("decisions", 40),
  textAtMost("conventionsText", 2500),
  textAtMost("architectureText", 3500),
  atMost("verified", 5),
  atMost("upstream", 5),
  atMost("resolved", 5),
  atMost("stashed", 3),
  atMost("children", 3),
  atMost("checklist", 8),
  atMost("issues", 6),
  relatedWithoutRationale,
  atMost("related", 10),
  withoutAlternatives,
  atMost("decisions", 25),
  textAtMost("conventionsText", 1200),
  textAtMost("architectureText", 2000),
  ...[5, 3].map((count) => workAtMost("commit", count)),
  ...[8, 5].map((count) => workAtMost("checkpoint", count)),
  ...[6, 5].map((count) => atMost("files", count)),
  atMost("dirty", 5),
  atMost("notes", 4),
  atMost("annotations", 5),
  textAtMost("conventionsText", 600),
  textAtMost("architectureText", 1000),
  atMost("decisions", 15),
  withoutRationale,
  atMost("commands", 4),
  atMost("upstream", 3),
  atMost("resolved", 2),
  workAtMost("merge", 2),
  atMost("issues", 3),
  atMost("related", 5),
  atMost("decisions", 10),
  textAtMost("conventionsText", 0),
  textAtMost("architectureText", 400),
  workAtMost("commit", 0),
  atMost("notes", 2),
  atMost("verified", 2),
  atMost("files", 3),
  atMost("decisions", 6),
  closedObjectivesOut,
  textAtMost("architectureText", 0),
  atMost("annotations", 2),
  atMost("checklist", 3),
  atMost("related", 2),
  workAtMost("checkpoint", 2),
  atMost("decisions", 3),
  ...(
    [
      "files",
      "issues",
      "resolved",
      "stashed",
      "children",
      "upstream",
      "related",
      "checklist",
      "notes",
      "dirty",
      "verified",
      "patterns",
      "conventions",
      "annotations",
      "commands",
      "decisions",
    ] as const
  ).map((name) => atMost(name, 0)),
  workAtMost("merge", 0),
  workAtMost("checkpoint", 0),
  withoutEnding,
  withoutResults,
  handoffWithoutSummary,
  atMost("next", 1),
  atMost("warnings", 3),
  ...[120, 60, 30].map(linesAtMost),
];

/** The first line, cut to a number of characters. */
function clipped(text: string, length: number): string {
  const points = [...headline(text).slice(0, 3 * length)];
  return points.length > length ? `${points.slice(0, length - 1).join("")}…` : text;
}

/** Fits a brief into a number of tokens: the least worth shrinks first, by whole items, and says where the rest is. */
import { headline } from "../model/session.ts";
import type { BriefView } from "../model/views.ts";

/** A brief with what was left out of each list. */
export interface FittedBrief extends BriefView {
  readonly more: Readonly<Partial<Record<ListName | "text", number>>>;
}

type ListName =
  | "objectives"
  | "next"
  | "warnings"
  | "files"
  | "commits"
  | "notes"
  | "dirty"
  | "verified"
  | "checkpoints"
  | "decisions"
  | "annotations"
  | "conventions"
  | "patterns"
  | "commands";

/** About what tokenizers make of English and code: four bytes each. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

type Step = (view: FittedBrief) => FittedBrief;

/**
 * The text of a brief in at most `maxTokens`. Open objectives and blockers are always in it; if they alone need more,
 * it is as short as it gets. More tokens never show less.
 */
export async function fitBrief(
  view: BriefView,
  render: (view: FittedBrief) => Promise<string>,
  maxTokens: number,
): Promise<string> {
  const whole: FittedBrief = { ...view, more: {} };
  // How many steps, taken in order, are enough: found by halving.
  let least = 0;
  let most = STEPS.length;
  let text = await render(whole);
  if (estimateTokens(text) <= maxTokens) return text;
  text = await render(shrunk(whole, most));
  while (least + 1 < most) {
    const middle = (least + most) >> 1;
    const tried = await render(shrunk(whole, middle));
    if (estimateTokens(tried) <= maxTokens) {
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
const handoffWithoutSummary: Step = (view) => {
  if (view.handoff?.summary === undefined) return view;
  const { summary: _summary, ...handoff } = view.handoff;
  return { ...view, handoff };
};
/** What must stay, in one short line each. */
const shortLines: Step = (view) => ({
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
});

/** From the least worth to the most. */
const STEPS: readonly Step[] = [
  ...[40, 25].map((count) => atMost("files", count)),
  ...[30, 15].map((count) => atMost("commits", count)),
  atMost("checkpoints", 25),
  textAtMost("conventionsText", 4000),
  textAtMost("architectureText", 6000),
  ...[20, 10].map((count) => atMost("dirty", count)),
  ...[15, 10].map((count) => atMost("files", count)),
  atMost("notes", 10),
  atMost("annotations", 10),
  atMost("commits", 8),
  atMost("checkpoints", 12),
  atMost("decisions", 40),
  textAtMost("conventionsText", 2500),
  textAtMost("architectureText", 3500),
  atMost("verified", 5),
  withoutAlternatives,
  atMost("decisions", 25),
  textAtMost("conventionsText", 1200),
  textAtMost("architectureText", 2000),
  ...[5, 3].map((count) => atMost("commits", count)),
  ...[8, 5].map((count) => atMost("checkpoints", count)),
  ...[6, 5].map((count) => atMost("files", count)),
  atMost("dirty", 5),
  atMost("notes", 4),
  atMost("annotations", 5),
  textAtMost("conventionsText", 600),
  textAtMost("architectureText", 1000),
  atMost("decisions", 15),
  withoutRationale,
  atMost("commands", 4),
  atMost("decisions", 10),
  textAtMost("conventionsText", 0),
  textAtMost("architectureText", 400),
  atMost("commits", 0),
  atMost("notes", 2),
  atMost("verified", 2),
  atMost("files", 3),
  atMost("decisions", 6),
  closedObjectivesOut,
  textAtMost("architectureText", 0),
  atMost("annotations", 2),
  atMost("checkpoints", 2),
  atMost("decisions", 3),
  ...(
    [
      "files",
      "notes",
      "dirty",
      "verified",
      "patterns",
      "conventions",
      "annotations",
      "checkpoints",
      "commands",
      "decisions",
    ] as const
  ).map((name) => atMost(name, 0)),
  handoffWithoutSummary,
  atMost("next", 1),
  atMost("warnings", 3),
  shortLines,
];

/** The first line, cut to 120 characters. */
function clip(text: string): string {
  const points = [...headline(text).slice(0, 300)];
  return points.length > 120 ? `${points.slice(0, 119).join("")}…` : text;
}

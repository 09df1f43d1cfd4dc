/** Fits a brief into a number of tokens: the least worth shrinks first, by whole items, and says where the rest is. */
import { headline } from "../model/session.ts";
import type { BriefView } from "../model/views.ts";

/** A brief with what was left out of each list. */
export interface FittedBrief extends BriefView {
  readonly more: Readonly<Partial<Record<ListName | "text", number>>>;
}

type ListName =
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

const atMost =
  (name: ListName, count: number): Step =>
  (view) => {
    const items = view[name] as readonly unknown[];
    const hidden = items.length - count;
    if (hidden <= 0) return view;
    return {
      ...view,
      [name]: items.slice(0, count),
      more: { ...view.more, [name]: (view.more[name] ?? 0) + hidden },
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
const closedObjectivesOut: Step = (view) => ({
  ...view,
  objectives: view.objectives.filter((each) => each.mark === "open" || each.mark === "active"),
});
const shortLines: Step = (view) => ({
  ...view,
  objectives: view.objectives.map((each) => ({ ...each, text: clip(headline(each.text)) })),
  blockers: view.blockers.map(({ note: _note, ...each }) => ({ ...each, text: clip(headline(each.text)) })),
  next: view.next.slice(0, 1),
  warnings: view.warnings.slice(0, 3).map(clip),
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
  shortLines,
];

function clip(text: string): string {
  const points = [...text];
  return points.length > 120 ? `${points.slice(0, 119).join("")}…` : text;
}

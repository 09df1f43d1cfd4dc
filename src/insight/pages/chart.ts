/**
 * Draws the parts that all charts share: a frame in two widths, axes with their names, and lines to read
 * them by.
 */
import { scaleLinear, scaleUtc } from "d3-scale";
import { html, type Markup } from "../../render/html.ts";
import type { Period } from "../counting/periods.ts";
import { dayAfter, periodsBetween } from "../report/period.ts";

/** Widths in pixels: each chart is drawn for a wide page and for a telephone, so that text keeps its size. */
const WIDTHS = [760, 340] as const;

/** The size of a chart, in pixels. */
export interface Frame {
  readonly width: number;
  readonly narrow: boolean;
}

/**
 * Renders a chart in two widths; the style shows the width that fits. Screen readers get the table behind
 * the chart.
 */
export function chart(draw: (frame: Frame) => { readonly height: number; readonly content: Markup }): Markup {
  const drawn = WIDTHS.map((width) => {
    const narrow = width === WIDTHS[1];
    const { height, content } = draw({ width, narrow });
    return html`<svg class="${narrow ? "narrow" : "wide"}" viewBox="0 0 ${String(width)} ${String(height)}" aria-hidden="true" focusable="false">${content}</svg>`;
  });
  return html`<div class="chart">${drawn}</div>`;
}

/** Formats a number with at most two digits after the point: finer than a screen. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Returns a scale from the start of the first day to the end of the last day. */
export function dayScale(from: string, to: string, left: number, right: number) {
  return scaleUtc()
    .domain([new Date(from), new Date(dayAfter(to, 1))])
    .range([left, right]);
}

/** Returns a vertical scale from 0 to at least `most`. `bottom` and `top`: coordinates in the chart. */
export function countScale(most: number, bottom: number, top: number) {
  return scaleLinear()
    .domain([0, Math.max(1, most)])
    .nice(4)
    .range([bottom, top]);
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Renders dates below a chart, as many as fit. Shows the year at its first date. */
export function dayAxis(
  scale: ReturnType<typeof dayScale>,
  top: number,
  bottom: number,
  { width }: Pick<Frame, "width">,
): Markup {
  const [left, right] = scale.range() as [number, number];
  let year = "";
  const { by, days } = ticksOf(scale);
  // Puts the label of a day below the middle of the day; other labels go where their period begins.
  const middle = by === "day" ? dayWidth(scale) / 2 : 0;
  const ticks = days.map((day) => {
    const line = scale(new Date(day));
    const at = line + middle;
    const month = MONTHS[Number(day.slice(5, 7)) - 1] ?? "";
    const text = day.endsWith("-01") ? month : `${Number(day.slice(8))} ${month}`;
    const isNew = year !== day.slice(0, 4);
    year = day.slice(0, 4);
    // Aligns a label at the edge to one side: a centered label would be cut.
    const place = at < left + 30 ? " first" : at > Math.min(right, width - 30) ? " end" : "";
    const below = isNew
      ? html`<text class="tick${place}" x="${n(at)}" y="${n(bottom + 31)}">${year}</text>`
      : undefined;
    return html`<line class="grid" x1="${n(line)}" x2="${n(line)}" y1="${n(top)}" y2="${n(bottom)}"/><text class="tick${place}" x="${n(at)}" y="${n(bottom + 16)}">${text}</text>${below}`;
  });
  return html`${ticks}`;
}

function dayWidth(scale: ReturnType<typeof dayScale>): number {
  const [first, last] = scale.domain() as [Date, Date];
  const [left = 0, right = 0] = scale.range();
  return (right - left) / ((last.getTime() - first.getTime()) / 86_400_000);
}

/** Width of one date label, in pixels. */
const LABEL = 64;

/** Height of the date axis below a chart, with its years, in pixels. */
export const AXIS = 40;

/** Returns days, Mondays, or first days of months, far enough apart that their labels do not touch. */
function ticksOf(scale: ReturnType<typeof dayScale>): { by: Period; days: string[] } {
  const [first, last] = scale.domain() as [Date, Date];
  const from = first.toISOString().slice(0, 10);
  const to = dayAfter(last.toISOString().slice(0, 10), -1);
  const perDay = dayWidth(scale);
  const by = perDay * 7 < LABEL ? (perDay * 28 < LABEL ? "month" : "week") : "day";
  const all = periodsBetween(from, to, by).filter((each) => each >= from);
  const length = { day: 1, week: 7, month: 30 }[by] * perDay;
  const need = Math.max(1, Math.ceil(LABEL / length));
  const step =
    by === "month" ? ([1, 2, 3, 6, 12, 24, 60, 120, 600].find((each) => each >= need) ?? need) : need;
  // Shows only months at regular distances within a year, such as each quarter.
  const begin =
    by === "month" && step > 1
      ? all.findIndex((each) => (Number(each.slice(5, 7)) - 1) % Math.min(step, 12) === 0)
      : 0;
  return { by, days: all.slice(Math.max(0, begin)).filter((_, at) => at % step === 0) };
}

/** Renders the axis of counts at the left, whole numbers only, with its title. */
export function countAxis(
  scale: ReturnType<typeof countScale>,
  name: string,
  left: number,
  right: number,
): Markup {
  const ticks = scale.ticks(4).filter(Number.isInteger);
  const top = scale.range()[1] ?? 0;
  return html`<text class="name" x="${n(0)}" y="${n(top - 10)}">${name}</text>${ticks.map((each) => {
    const y = n(scale(each));
    return html`<line class="grid" x1="${n(left)}" x2="${n(right)}" y1="${y}" y2="${y}"/><text class="count" x="${n(left - 6)}" y="${n(scale(each) + 4)}">${each.toLocaleString("en")}</text>`;
  })}`;
}

/** Returns the text, cut to `length` characters with an ellipsis. */
export function clipped(text: string, length: number): string {
  const letters = [...text];
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : text;
}

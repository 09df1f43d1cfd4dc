/** What every chart is made of: a frame in two widths, axes with their names, and lines to read them by. */
import { scaleLinear, scaleUtc } from "d3-scale";
import { dayAfter } from "../../model/report/period.ts";
import { html, type Markup } from "../markup.ts";

/** A chart for a page as wide as it gets, and one for a telephone: text keeps its size. */
const WIDTHS = [760, 340] as const;

export interface Frame {
  readonly width: number;
  readonly narrow: boolean;
}

/** Draws it in both widths; the style shows the one that fits. Readers of a screen get the table that stands behind. */
export function chart(draw: (frame: Frame) => { readonly height: number; readonly content: Markup }): Markup {
  const drawn = WIDTHS.map((width) => {
    const narrow = width === WIDTHS[1];
    const { height, content } = draw({ width, narrow });
    return html`<svg class="${narrow ? "narrow" : "wide"}" viewBox="0 0 ${String(width)} ${String(height)}" aria-hidden="true" focusable="false">${content}</svg>`;
  });
  return html`<div class="chart">${drawn}</div>`;
}

/** Two digits after the point are finer than a screen. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Days from the first to the end of the last one. */
export function dayScale(from: string, to: string, left: number, right: number) {
  return scaleUtc()
    .domain([new Date(from), new Date(dayAfter(to, 1))])
    .range([left, right]);
}

export function countScale(most: number, bottom: number, top: number) {
  return scaleLinear()
    .domain([0, Math.max(1, most)])
    .nice(4)
    .range([bottom, top]);
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** Dates below a chart, with the year where it changes. */
export function dayAxis(
  scale: ReturnType<typeof dayScale>,
  top: number,
  bottom: number,
  { narrow }: Frame,
): Markup {
  const [first, last] = scale.domain() as [Date, Date];
  const days = (last.getTime() - first.getTime()) / 86_400_000;
  // Of fewer days than there is room for, hours would be named.
  const ticks =
    days <= (narrow ? 4 : 9)
      ? Array.from({ length: Math.round(days) }, (_, at) => new Date(first.getTime() + at * 86_400_000))
      : scale.ticks(narrow ? 4 : 8);
  let year = "";
  const label = (date: Date) => {
    const iso = date.toISOString();
    const month = MONTHS[date.getUTCMonth()] ?? "";
    const text =
      days > 400 && iso.slice(5, 10) === "01-01" ? "" : days > 180 ? month : `${date.getUTCDate()} ${month}`;
    const shown = year === iso.slice(0, 4) ? text : `${text} ${iso.slice(0, 4)}`.trim();
    year = iso.slice(0, 4);
    return shown || iso.slice(0, 4);
  };
  return html`${ticks.map((each) => {
    const x = n(scale(each));
    return html`<line class="grid" x1="${x}" x2="${x}" y1="${n(top)}" y2="${n(bottom)}"/><text class="tick" x="${x}" y="${n(bottom + 16)}">${label(each)}</text>`;
  })}`;
}

/** Counts at the left, whole ones only, with what they count above. */
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

export function clipped(text: string, length: number): string {
  const letters = [...text];
  return letters.length > length ? `${letters.slice(0, length - 1).join("")}…` : text;
}

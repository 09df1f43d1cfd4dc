/** Renders the charts of a report. Each chart only shows data that a list or table below it also contains. */
import { area, curveStepAfter } from "d3-shape";
import { oneLine } from "../../render/escape-markdown.ts";
import { html, type Markup } from "../../render/html.ts";
import { headline } from "../../session/session.ts";
import { plural } from "../../text/plural.ts";
import { dayAfter, dayAt, nextPeriod } from "../report/period.ts";
import type { Report, ReportBlocker, ReportSession } from "../report/report.ts";
import { AXIS, chart, clipped, countAxis, countScale, dayAxis, dayScale, type Frame, n } from "./chart.ts";
import { stateName } from "./words.ts";

/** Maximum bars in a chart: more are hard to read. Draws the newest; the list has all of them. */
export const MOST_DRAWN = 40;

/** Renders each session from its start to its end or its last change; undefined if no session has a date. */
export function timelineChart(report: Report): Markup | undefined {
  const { from, to } = report.period;
  const shown = report.sessions
    .filter((each) => dayAt(each.started) !== "" && dayAt(each.until) !== "")
    .slice(0, MOST_DRAWN)
    .sort((one, other) => (one.started < other.started ? -1 : 1));
  if (shown.length === 0 || from === null) return undefined;
  return chart((frame) => {
    const left = frame.narrow ? 4 : 200;
    const row = frame.narrow ? 38 : 24;
    const right = frame.width - 8;
    const scale = dayScale(from, to, left, right).clamp(true);
    const bottom = 8 + shown.length * row;
    const bars = shown.map((each, at) => sessionBar(each, 8 + at * row, scale, frame));
    return { height: bottom + AXIS, content: html`${dayAxis(scale, 8, bottom, frame)}${bars}` };
  });
}

function sessionBar(
  session: ReportSession,
  top: number,
  scale: ReturnType<typeof dayScale>,
  { narrow, width: whole }: Frame,
): Markup {
  const { id, title, state, started, until, progress } = session;
  const [first, last] = [dayAt(started), dayAt(until)];
  const x = scale(new Date(first));
  const width = Math.max(5, scale(new Date(dayAfter(last, 1))) - x - 1);
  const name = oneLine(title);
  const told = `${name}: ${stateName(state)}, ${first} to ${last}, ${progress.done} of ${progress.total} objectives done`;
  const label = narrow
    ? html`<text class="label" x="4" y="${n(top + 12)}">${clipped(name, 46)}</text>`
    : html`<text class="label" x="0" y="${n(top + 14)}">${clipped(name, 29)}</text>`;
  return html`<a href="#s-${id}" tabindex="-1" data-s="${id}" data-a="${first}" data-b="${last}"><title>${told}</title>${hit(top, narrow ? 38 : 24, whole)}${label}<rect class="bar ${state}" x="${n(x)}" y="${n(top + (narrow ? 18 : 4))}" width="${n(width)}" height="${narrow ? "12" : "14"}" rx="3"/></a>`;
}

/** Renders an invisible rectangle over a row, so that the whole row is a link. */
function hit(top: number, height: number, width: number): Markup {
  return html`<rect class="hit" x="0" y="${n(top)}" width="${n(width)}" height="${n(height)}"/>`;
}

/** Renders finished objectives below and open ones on top, as they were at the end of each period. */
export function objectivesChart({ objectives, period }: Report): Markup | undefined {
  const [first] = objectives;
  const most = Math.max(0, ...objectives.map((each) => each.open + each.done));
  if (first === undefined || objectives.length < 2 || most === 0) return undefined;
  return chart((frame) => {
    const [left, right, top, bottom] = [
      frame.narrow ? 30 : 40,
      frame.width - (frame.narrow ? 12 : 76),
      28,
      220,
    ];
    const x = dayScale(first.from, period.to, left, right).clamp(true);
    const y = countScale(most, bottom, top);
    const last = objectives.at(-1) ?? first;
    // Extends the last value to the end of the chart.
    const points = [...objectives, { ...last, from: dayAfter(period.to, 1) }];
    const shape = (low: (each: typeof last) => number, high: (each: typeof last) => number) =>
      area<typeof last>()
        .x((each) => x(new Date(each.from)))
        .y0((each) => y(low(each)))
        .y1((each) => y(high(each)))
        .curve(curveStepAfter)
        .digits(1)(points) ?? "";
    const done = shape(
      () => 0,
      (each) => each.done,
    );
    const open = shape(
      (each) => each.done,
      (each) => each.done + each.open,
    );
    const mark = (value: number, at: number, what: string) =>
      value === 0 || frame.narrow
        ? undefined
        : html`<text class="mark" x="${n(right + 8)}" y="${n(y(at) + 4)}">${String(value)} ${what}</text>`;
    return {
      height: bottom + AXIS,
      content: html`${countAxis(y, "Objectives", left, right)}${dayAxis(x, bottom, bottom, frame)}<path class="done" d="${done}"/><path class="open" d="${open}"/>${mark(last.done, last.done / 2, "done")}${mark(last.open, last.done + last.open / 2, "open")}`,
    };
  });
}

/** Renders two rows of bars over the same days: commits, and their results. */
export function velocityChart({ periods, period }: Report): Markup | undefined {
  const [first] = periods;
  const most = (key: "commits" | "objectives") => Math.max(0, ...periods.map((each) => each[key]));
  if (first === undefined || periods.length < 2 || most("commits") === 0) return undefined;
  const every = `a ${period.by}`;
  const end = nextPeriod(periods.at(-1)?.from ?? first.from, period.by);
  return chart((frame) => {
    const [left, right] = [frame.narrow ? 34 : 44, frame.width - 8];
    const x = dayScale(first.from, dayAfter(end, -1), left, right);
    const panel = (key: "commits" | "objectives", name: string, top: number, bottom: number) => {
      const y = countScale(most(key), bottom, top);
      const bars = periods.map((each) => {
        const next = nextPeriod(each.from, period.by);
        const [a, b] = [x(new Date(each.from)), x(new Date(next))];
        const width = Math.min(56, Math.max(0.5, b - a - Math.min(3, (b - a) * 0.2)));
        if (each[key] === 0) return html``;
        return html`<a href="#p-${each.from}" tabindex="-1" data-a="${each.from}" data-b="${dayAfter(next, -1)}"><title>${periodName(each.from, period.by)}: ${plural(each[key], key === "commits" ? "commit" : "objective")}</title><rect class="${key}" x="${n((a + b - width) / 2)}" y="${n(y(each[key]))}" width="${n(width)}" height="${n(bottom - y(each[key]))}"/></a>`;
      });
      return html`${countAxis(y, name, left, right)}${bars}`;
    };
    const done =
      most("objectives") === 0 ? undefined : panel("objectives", `Objectives done ${every}`, 206, 280);
    const bottom = done === undefined ? 160 : 280;
    return {
      height: bottom + AXIS,
      content: html`${panel("commits", `Commits ${every}`, 28, 160)}${done}${dayAxis(x, bottom, bottom, frame)}`,
    };
  });
}

/** Returns the name of a period by its first day: `2025-01-31`, `Week of 2025-01-27` or `2025-01`. */
export function periodName(from: string, by: Report["period"]["by"]): string {
  return by === "day" ? from : by === "week" ? `Week of ${from}` : from.slice(0, 7);
}

/**
 * Renders blockers by the days that they were open, the longest first; undefined if no number of days is
 * known.
 */
export function blockersChart(blockers: readonly ReportBlocker[]): Markup | undefined {
  const shown = blockers.filter((each) => each.days !== null).slice(0, MOST_DRAWN);
  const most = Math.max(0, ...shown.map((each) => each.days ?? 0));
  if (shown.length === 0 || most === 0) return undefined;
  return chart((frame) => {
    const [left, right] = [frame.narrow ? 4 : 260, frame.width - (frame.narrow ? 44 : 60)];
    const row = frame.narrow ? 38 : 26;
    const bottom = 8 + shown.length * row;
    const x = countScale(most, left, right);
    const ticks = x.ticks(frame.narrow ? 3 : 6).filter(Number.isInteger);
    const axis = ticks.map(
      (each) =>
        html`<line class="grid" x1="${n(x(each))}" x2="${n(x(each))}" y1="8" y2="${n(bottom)}"/><text class="tick" x="${n(x(each))}" y="${n(bottom + 16)}">${String(each)}</text>`,
    );
    const bars = shown.map((each, at) => {
      const top = 8 + at * row;
      const days = each.days ?? 0;
      const name = `${each.id} ${oneLine(headline(each.text))}`;
      const width = Math.max(2, x(days) - left);
      return html`<a href="#b-${each.session}-${each.id}" tabindex="-1" data-s="${each.session}"><title>${name}: ${each.resolved ? "resolved after" : "open for"} ${String(days)} days</title>${hit(top, row, frame.width)}<text class="label" x="${frame.narrow ? "4" : "0"}" y="${n(top + (frame.narrow ? 12 : 15))}">${clipped(name, frame.narrow ? 46 : 38)}</text><rect class="${each.resolved ? "bar ended" : "waiting"}" x="${n(left)}" y="${n(top + (frame.narrow ? 18 : 4))}" width="${n(width)}" height="${frame.narrow ? "12" : "15"}" rx="3"/><text class="mark" x="${n(left + width + 6)}" y="${n(top + (frame.narrow ? 28 : 16))}">${String(days)}</text></a>`;
    });
    return {
      height: bottom + 40,
      content: html`${axis}${bars}<text class="name end" x="${n(frame.width - 4)}" y="${n(bottom + 34)}">Days open</text>`,
    };
  });
}

/** Renders a bar in a table, beside the number that it shows. */
export function smallBar(value: number, most: number): Markup {
  const width = most === 0 ? 0 : Math.max(1, (value / most) * 100);
  return html`<svg class="small" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="commits" x="0" y="1" width="${n(width)}" height="8"/></svg>`;
}

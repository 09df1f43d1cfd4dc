/** Draws terminal output as an SVG: a text per line, a class per color, in light and dark. */

const CELL = { width: 8.4, height: 19 };
const PADDING = 16;

const STYLES: Readonly<Record<string, string>> = {
  "1": "bold",
  "2": "dim",
  "31": "red",
  "32": "green",
  "33": "yellow",
  "36": "cyan",
};
const ENDS: Readonly<Record<string, readonly string[]>> = {
  "0": Object.values(STYLES),
  "22": ["bold", "dim"],
  "39": ["red", "green", "yellow", "cyan"],
};

/** Returns an SVG of a prompt with a command, and what it printed, with the colours of its escape sequences. */
export function svgOf(command: string, output: string): string {
  const printed = output.replace(/\n+$/, "").split("\n").flatMap(wrapped);
  const lines = [`\x1b[2m$\x1b[22m \x1b[1m${command}\x1b[22m`, ...printed];
  const columns = Math.max(60, ...lines.map((line) => [...line.replace(/\x1b\[\d*m/g, "")].length));
  const width = Math.ceil(columns * CELL.width + 2 * PADDING);
  const height = lines.length * CELL.height + 2 * PADDING;
  const rows = lines.map((line, at) => {
    const y = PADDING + (at + 0.75) * CELL.height;
    return `<text x="${PADDING}" y="${y}">${spans(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(command)}">
<style>
svg { --text: #1f2328; --ground: #f6f8fa; --edge: #d1d9e0; --red: #b42318; --green: #116329; --yellow: #7d4e00; --cyan: #0a5f75; }
@media (prefers-color-scheme: dark) { svg { --text: #e6edf3; --ground: #151b23; --edge: #3d444d; --red: #ff8a80; --green: #7ee787; --yellow: #e3b341; --cyan: #79dcec; } }
rect { fill: var(--ground); stroke: var(--edge); }
text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: var(--text); white-space: pre; }
.bold { font-weight: 700; } .dim { opacity: .7; }
.red { fill: var(--red); } .green { fill: var(--green); } .yellow { fill: var(--yellow); } .cyan { fill: var(--cyan); }
</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>
${rows.join("\n")}
</svg>
`;
}

/** Columns after which an uncolored line wraps, as in a terminal. */
const WIDTH = 86;

function wrapped(line: string): string[] {
  return line.includes("\x1b") || line.length <= WIDTH
    ? [line]
    : (line.match(new RegExp(`.{1,${WIDTH}}(?:\\s|$)`, "g")) ?? [line]);
}

function spans(line: string): string {
  const on = new Set<string>();
  return line
    .split(/(\x1b\[\d*m)/)
    .map((part) => {
      const code = /^\x1b\[(\d*)m$/.exec(part)?.[1];
      if (code === undefined) return part === "" ? "" : spanOf(part, [...on]);
      const style = STYLES[code];
      if (style !== undefined) on.add(style);
      else for (const each of ENDS[code || "0"] ?? []) on.delete(each);
      return "";
    })
    .join("");
}

function spanOf(text: string, classes: readonly string[]): string {
  if (classes.length === 0) return escaped(text);
  return `<tspan class="${classes.join(" ")}">${escaped(text)}</tspan>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

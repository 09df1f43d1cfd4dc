/** What a README says a project is: its first paragraph of prose. The text is foreign: no markup of it is kept. */

/** Matches the names of a README at the top. */
export const README = /^readme(\.(md|markdown|mdx|rst|txt|adoc|org))?$/i;

/** Not prose: headings, lists, tables, quotes, pictures, code, rst directives, rules, and definitions of links. */
const NOT_PROSE =
  /^(#|=+ |[-*+]\s|\d+[.)]\s|\||>|!\[|\[!|\[[^\]]*\]:|```|~~~|\.\.|:|image:|[-=~^*_`#]{3,}\s*$)/i;

/** Prose that does not say what the project is. */
const NO_DESCRIPTION =
  /^(see|install|to (install|get started)|read|note|please|want|click|check|visit|for (more|the)|documentation|dual-licensed|licensed|copyright|\(c\)|warning|important|deprecated|this (repository|project|branch|package) (is|has been|was) (archived|moved|deprecated|no longer))\b/i;

const MAX_LENGTH = 300;

/** Returns the first paragraph of prose, up to the end of the first section, in one line of at most 300
 * characters. */
export function firstParagraph(readme: string): string | undefined {
  const text = readme
    .slice(0, 20_000)
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n")
    .replace(/^---\n[\s\S]*?\n---\n/, "")
    .replace(/<!--[\s\S]*?-->/g, "");
  let sections = 0;
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    if (/^##(?!#)|^[^\n]+\n-{3,}\s*$/m.test(paragraph) && ++sections > 1) return undefined;
    const said = descriptionIn(paragraph.split("\n").filter((each) => each.trim() !== ""));
    if (said !== undefined) return said;
  }
  return undefined;
}

function descriptionIn(lines: readonly string[]): string | undefined {
  // A heading may stand on the prose without an empty line between.
  const isUnderlined = /^([=~^"*#-])\1{2,}\s*$/.test(lines[1] ?? "");
  const prose = lines.slice(isUnderlined ? 2 : lines[0]?.startsWith("#") ? 1 : 0);
  const [first] = prose;
  if (first === undefined) return undefined;
  if (/^\s*</.test(first)) return descriptionInHtml(prose.join("\n"));
  if (prose.some((each) => NOT_PROSE.test(each)) || /^\s{4}/.test(first)) return undefined;
  return described(prose.join(" "));
}

/** The first paragraph element that is text: no links, no pictures. */
function descriptionInHtml(html: string): string | undefined {
  for (const [, inside = ""] of html.matchAll(/<p\b[^<>]{0,200}>([\s\S]{0,2000}?)<\/p>/gi))
    if (!/<(a|img|picture)\b/i.test(inside)) {
      const said = described(inside);
      if (said !== undefined) return said;
    }
  return undefined;
}

function described(prose: string): string | undefined {
  const plain = prose
    .replace(/<\/?[a-z][^<>]{0,200}>/gi, " ")
    .replace(/!?\[([^\][]*)\](\([^()]*\)|\[[^\]]*\])/g, "$1")
    .replace(/`([^`]*)`(?:__?)?/g, "$1")
    .replace(/\*\*|__/g, "")
    .replace(/\\([\\*_`#])/g, "$1")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  if (NO_DESCRIPTION.test(plain) || isMenu(plain) || /[<>]/.test(plain)) return undefined;
  const said = bounded(plain.endsWith(":") ? plain.slice(0, lastStop(plain) + 1) : plain);
  return said.length >= 20 && /\s/.test(said) ? said : undefined;
}

/** Links in a row, with signs between. */
function isMenu(text: string): boolean {
  return /&\w+;|[•·|].*[•·|]|^\[[^\]]*\]\s/.test(text);
}

function bounded(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  const stop = lastStop(text.slice(0, MAX_LENGTH));
  if (stop >= 20) return text.slice(0, stop + 1);
  const cut = text.slice(0, MAX_LENGTH - 1);
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), MAX_LENGTH / 2))}…`;
}

/** Where the last sentence ends that another one follows; -1 where none does. */
function lastStop(text: string): number {
  return Math.max(text.lastIndexOf(". "), text.lastIndexOf("! "), text.lastIndexOf("? "));
}

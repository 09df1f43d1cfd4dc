/**
 * Reads the description of a project from its README: the first paragraph of prose. The text is untrusted, so
 * all markup is removed.
 */

/** Matches the file name of a README. */
export const README = /^readme(\.(md|markdown|mdx|rst|txt|adoc|org))?$/i;

/**
 * Lines that are not prose: headings, lists, tables, quotes, images, code, rst directives, rules and link
 * definitions.
 */
const NOT_PROSE =
  /^(#|=+ |[-*+]\s|\d+[.)]\s|\||>|!\[|\[!|\[[^\]]*\]:|```|~~~|\.\.|:|image:|[-=~^*_`#]{3,}\s*$)/i;

/** Prose that does not describe the project, such as install instructions or a sentence about the README. */
const NO_DESCRIPTION =
  /^(see|install|to (install|get started)|read|note|please|want|click|check|visit|begin by|for (more|the)|documentation|dual-licensed|licensed|copyright|\(c\)|warning|important|deprecated|learn (how|more)|this (is (the|a) )?(readme|document(ation)?|file|page|guide)|this is (the|a) repo(sitory)?|this (repository|project|branch|package) (is|has been|was) (archived|moved|deprecated|no longer))\b/i;

/** A label with an address, or a sentence that a list goes on with. */
const FRAGMENT = /^[\w ]{1,40}: ?https?:|\b(are|is|includes?|the|to|of|with|and|or)$/i;

/** Begins a sentence that says what the project is, such as `Shop is a …`. */
const DEFINITION = /^(?!(?:this|these|here|there|it|the following)\s)(?:\S+ ){1,4}?(?:is|are) an? /i;

const MAX_LENGTH = 300;

/**
 * Returns the first paragraph of prose before the end of the first section, as one line of at most 300
 * characters. Returns undefined for a README without such a paragraph.
 */
export function firstParagraph(readme: string): string | undefined {
  const text = readme
    .slice(0, 20_000)
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n")
    .replace(/^---\n[\s\S]*?\n---\n/, "")
    .replace(/<!--[\s\S]*?-->/g, "")
    .replace(/^(```|~~~)[\s\S]*?^\1.*$/gm, "\n");
  let sections = 0;
  for (const paragraph of text.split(/\n[ \t]*\n/)) {
    if (/^##(?!#)|^[^\n]+\n-{3,}\s*$/m.test(paragraph) && ++sections > 1) return undefined;
    const said = descriptionIn(paragraph.split("\n").filter((each) => each.trim() !== ""));
    if (said !== undefined) return said;
  }
  return undefined;
}

function descriptionIn(lines: readonly string[]): string | undefined {
  // A heading may precede the prose without an empty line.
  const isUnderlined = /^([=~^"*#-])\1{2,}\s*$/.test(lines[1] ?? "");
  const prose = lines.slice(isUnderlined ? 2 : lines[0]?.startsWith("#") ? 1 : 0);
  const [first] = prose;
  if (first === undefined) return undefined;
  if (/^\s*</.test(first)) return descriptionInHtml(prose.join("\n"));
  if (prose.some((each) => NOT_PROSE.test(each)) || /^\s{4}/.test(first)) return undefined;
  return described(prose.join(" "));
}

/** Returns the first `<p>` element with text and without links or images. */
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
    .replace(/(^|[\s(])([*_])([^\s*_](?:[^*_]*[^\s*_])?)\2(?=[\s.,;:!?)]|$)/g, "$1$3")
    .replace(/\\([!-/:-@[-`{-~])/g, "$1")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  if (NO_DESCRIPTION.test(plain) || FRAGMENT.test(plain) || isMenu(plain) || /[<>]/.test(plain))
    return undefined;
  const said = bounded(withoutIntroduction(plain));
  return said.length >= 20 && /\s/.test(said) ? said : undefined;
}

/** Returns a text without a last sentence that only introduces a list or code. Keeps a definition. */
function withoutIntroduction(text: string): string {
  if (!text.endsWith(":")) return text;
  const stop = lastStop(text);
  return stop < 0 && DEFINITION.test(text) ? `${text.slice(0, -1)}.` : text.slice(0, stop + 1);
}

/** Returns whether a text is a menu of links. */
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

/** Returns the index of the last sentence end before another sentence, or -1. */
function lastStop(text: string): number {
  return Math.max(text.lastIndexOf(". "), text.lastIndexOf("! "), text.lastIndexOf("? "));
}

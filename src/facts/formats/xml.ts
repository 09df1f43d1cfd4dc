/**
 * Reads the tags of an XML text one by one, without building a tree. Decodes only XML's five entities and
 * numeric characters, never those of a DTD.
 */

/** An opening, closing or empty tag of an XML text. */
export interface Tag {
  readonly name: string;
  /** Kind of the tag. `empty`: a tag that closes itself. */
  readonly kind: "open" | "close" | "empty";
  /** Number of elements that are open after the tag: 0 after the last tag of a whole text. */
  readonly depth: number;
  /** Returns the decoded value of an attribute, or undefined without it. */
  readonly attribute: (name: string) => string | undefined;
}

/** Maximum characters of a tag: no report has longer tags. */
const MAX_TAG = 100_000;

/**
 * Yields the tags of an XML text. Skips comments, CDATA, instructions and the DOCTYPE, and stops at invalid
 * text. Runs in linear time.
 */
export function* tagsOf(text: string): Generator<Tag> {
  let depth = 0;
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    const passed = passedOver(text, at);
    if (passed !== undefined) {
      if (passed < 0) return;
      at = passed;
      continue;
    }
    const end = endOfTag(text, at + 1);
    if (end < 0) return;
    const source = text.slice(at + 1, end);
    at = end + 1;
    const name = /^\/?([A-Za-z_][\w.:-]*)/.exec(source)?.[1];
    if (name === undefined) continue;
    const kind = source.startsWith("/") ? "close" : source.endsWith("/") ? "empty" : "open";
    depth += kind === "open" ? 1 : kind === "close" ? -1 : 0;
    let attributes: Map<string, string> | undefined;
    yield {
      name,
      kind,
      depth,
      attribute: (wanted) => {
        attributes ??= attributesOf(source);
        return attributes.get(wanted);
      },
    };
  }
}

/**
 * Returns the end of a comment, CDATA section, instruction or declaration. Returns -1 if it is not closed,
 * and undefined for a tag.
 */
function passedOver(text: string, at: number): number | undefined {
  const after = (end: string, from: number) => {
    const found = text.indexOf(end, from);
    return found < 0 ? -1 : found + end.length;
  };
  if (text.startsWith("<!--", at)) return after("-->", at + 4);
  if (text.startsWith("<![CDATA[", at)) return after("]]>", at + 9);
  if (text.startsWith("<?", at)) return after("?>", at + 2);
  return text.startsWith("<!", at) ? endOfDeclaration(text, at + 2) : undefined;
}

/**
 * Returns the end of a DOCTYPE. Its brackets may hold declarations, and quoted values may hold any character.
 */
function endOfDeclaration(text: string, from: number): number {
  let isInside = false;
  for (let at = from; at < text.length && at - from < MAX_TAG; at++) {
    const character = text[at];
    if (character === '"' || character === "'") {
      at = text.indexOf(character, at + 1);
      if (at < 0) return -1;
    } else if (character === "[") isInside = true;
    else if (character === "]") isInside = false;
    else if (character === ">" && !isInside) return at + 1;
  }
  return -1;
}

function endOfTag(text: string, from: number): number {
  for (let at = from; at < text.length && at - from < MAX_TAG; at++) {
    const character = text[at];
    if (character === ">") return at;
    if (character !== '"' && character !== "'") continue;
    at = text.indexOf(character, at + 1);
    if (at < 0) return -1;
  }
  return -1;
}

/** Returns the attributes of a tag. If a name is repeated, the first value counts. */
function attributesOf(source: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name, one, other] of source.matchAll(/\s([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    if (name !== undefined && !found.has(name)) found.set(name, decoded(one ?? other ?? ""));
  return found;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/**
 * Decodes XML's five entities and numeric characters. Leaves other entities unchanged, so that a hostile text
 * cannot expand.
 */
export function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(
    /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g,
    (whole, name: string | undefined, decimal: string | undefined, hex: string | undefined) => {
      if (name !== undefined) return ENTITIES[name] ?? whole;
      const point = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
      return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    },
  );
}

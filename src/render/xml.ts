/** Writes views as well-formed XML, with any text in them. */
import { visibleView } from "../text/foreign-text.ts";

/**
 * Noncharacters that XML 1.0 cannot contain, even escaped. `visibleView` removes control characters before.
 * @see https://www.w3.org/TR/xml/#charsets
 */
const FORBIDDEN = /[\ufffe\uffff]/g;

/** Element names of list items, by the name of the list; default: the list's name without its final `s`. */
const ITEMS: Readonly<Record<string, string>> = {
  next: "step",
  work: "commit",
  files: "file",
  dirty: "file",
  upstream: "commit",
  related: "decision",
  verified: "check",
  checklist: "check",
  alternatives: "rejected",
  failing: "failed",
  completed: "objective",
  resolved: "blocker",
  stashed: "stash",
  children: "session",
  output: "line",
  added: "fact",
  changed: "fact",
  gone: "fact",
};

/** Fields written as attributes: short values that determine how to read the rest of the element. */
const ATTRIBUTES = new Set(
  "id mark state tag line commit found was reverted when age result change added removed commits files".split(
    " ",
  ),
);

/**
 * Returns an XML document of a view, with root element `name`. Each field becomes an element; null and
 * undefined are left out.
 */
export function xml(name: string, view: object): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, visibleView(view), "")}`;
}

function element(name: string, value: unknown, indent: string): string {
  if (value === undefined || value === null) return "";
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "";
    const item = ITEMS[name] ?? name.replace(/s$/, "");
    const items = value.map((each) => element(item, each, inner)).join("");
    return `${indent}<${name}>\n${items}${indent}</${name}>\n`;
  }
  if (typeof value !== "object") return `${indent}<${name}>${escaped(String(value))}</${name}>\n`;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined && each !== null);
  const isAttribute = ([key, each]: [string, unknown]) => ATTRIBUTES.has(key) && typeof each !== "object";
  const attributes = entries.filter(isAttribute).map(([key, each]) => ` ${key}="${attribute(String(each))}"`);
  const rest = entries.filter((each) => !isAttribute(each));
  const open = `${indent}<${name}${attributes.join("")}`;
  const [only] = rest;
  if (only === undefined) return `${open}/>\n`;
  if (rest.length === 1 && only[0] === "text") return `${open}>${escaped(String(only[1]))}</${name}>\n`;
  return `${open}>\n${rest.map(([key, each]) => element(key, each, inner)).join("")}${indent}</${name}>\n`;
}

function attribute(text: string): string {
  return escaped(text).replace(/"/g, "&quot;").replace(/\s/g, " ");
}

function escaped(text: string): string {
  return text.replace(FORBIDDEN, "\ufffd").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

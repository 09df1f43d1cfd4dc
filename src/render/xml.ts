/** A view as XML: well-formed whatever is in it. */
import { visibleView } from "../model/visible.ts";

/** What XML 1.0 cannot hold, not even escaped: noncharacters; `visible` took the controls. */
const FORBIDDEN = /[\ufffe\uffff]/g;

/** What stands in a list, by the name of the list. */
const ITEMS: Readonly<Record<string, string>> = {
  next: "step",
  files: "file",
  dirty: "file",
  commits: "commit",
  merged: "merge",
  upstream: "commit",
  related: "decision",
  verified: "check",
  checklist: "check",
  alternatives: "rejected",
  completed: "objective",
};

/** Plain objects, lists, strings, numbers and booleans become elements of their names; what is absent has none. */
export function xml(name: string, view: object): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element(name, visibleView(view), "")}`;
}

function element(name: string, value: unknown, indent: string): string {
  if (value === undefined || value === null) return "";
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return "";
    const item = ITEMS[name] ?? name.replace(/s$/, "");
    return wrapped(name, value.map((each) => element(item, each, inner)).join(""), indent);
  }
  if (typeof value !== "object") return `${indent}<${name}>${escaped(String(value))}</${name}>\n`;
  const entries = Object.entries(value);
  return wrapped(name, entries.map(([key, each]) => element(key, each, inner)).join(""), indent);
}

function wrapped(name: string, content: string, indent: string): string {
  return content === "" ? "" : `${indent}<${name}>\n${content}${indent}</${name}>\n`;
}

function escaped(text: string): string {
  return text.replace(FORBIDDEN, "\ufffd").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

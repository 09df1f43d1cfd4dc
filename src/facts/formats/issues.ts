/** Finds references to issues in texts, and their web addresses. Pure. */
import { defined } from "../../text/defined.ts";
import { type Forge, type ForgeKind, issueAddress, otherRepository } from "../../text/forge.ts";

/** The remote and the settings that decide which texts are references. */
export interface IssueContext {
  readonly forge?: Forge | undefined;
  /**
   * The setting `tracking.issue_url`, which contains `{id}`. Without it, keys such as `ABC-123` are not
   * references.
   */
  readonly keys?: string | undefined;
}

/** A reference to an issue in a text. */
export interface Reference {
  /** The id as shown to users: `#12`, `owner/other#12`, `!7`, `ABC-123`, or an address. */
  readonly id: string;
  readonly url?: string;
  /** True if a word before the reference closes the issue on the remote's host, as in `Closes #12`. */
  readonly closes: boolean;
}

/** Maximum characters of a text to search for references. */
const MAX_TEXT = 50_000;

const URL_END = "(?=[\\s<>\"'`|)\\]},;]|[.!?:]+(?:\\s|$)|$)";
const URL = `https?:\\/\\/[^\\s<>"'\`|]{1,500}?${URL_END}`;
const NUMBER = "[1-9]\\d{0,8}";
const AFTER = "(?![\\w-]|[.,:/]\\w)";
const FIND = new RegExp(
  [
    `(?<url>${URL})`,
    `(?<![\\w/.&#-])(?<path>[A-Za-z\\d][\\w.-]{0,99}(?:\\/[\\w.-]{1,100}){1,6})#(?<other>${NUMBER})${AFTER}`,
    `(?<![\\w/.&#@-])(?<hash>#|GH-|!)(?<number>${NUMBER})${AFTER}`,
    `(?<![\\w/.&#@-])(?<key>[A-Z][A-Z\\d]{1,9}-[1-9]\\d{0,6})${AFTER}`,
  ].join("|"),
  "gi",
);

/** Prefixes of standards, ciphers and versions that look like the key of an issue tracker. */
const NO_KEYS: ReadonlySet<string> = new Set(
  "AES BASE CP CVE CWE DES ECMA EN ES FIPS GH GHSA GPT HTTP IEC IEEE IPV ISO JEP JSR KOI MD PCI PEP PKCS PR RFC RSA SHA TC TLS UCS UTF WCAG WIN X XEP".split(
    " ",
  ),
);

/**
 * Returns the references of a text in order, with repetitions. `isCommit`: the text is a commit message, the
 * only text in which a word can close an issue.
 */
export function referencesIn(text: string, context: IssueContext, isCommit = false): Reference[] {
  const prose = withoutCode(text.slice(0, MAX_TEXT));
  const found: Reference[] = [];
  let last: { readonly end: number; readonly closes: boolean } = { end: -1, closes: false };
  for (const match of prose.matchAll(FIND)) {
    const reference = referenceOf(match, prose, context);
    if (!reference) continue;
    const before = prose.slice(Math.max(0, match.index - 60), match.index);
    const isListed = last.closes && LIST.test(prose.slice(last.end, match.index));
    const closes = isCommit && closesBy(context.forge?.kind, before, isListed);
    last = { end: match.index + match[0].length, closes };
    found.push({ ...reference, closes });
  }
  return found;
}

/** Returns the references in a branch name such as `feature/ABC-123-login` or `fix/crash-#12`. */
export function referencesInBranch(branch: string, context: IssueContext): Reference[] {
  const names = branch.matchAll(
    /(?<![A-Za-z\d-])([A-Z][A-Z\d]{1,9}-[1-9]\d{0,6})(?!\d)|(?<![^/_-])#([1-9]\d{0,8})(?!\w)/g,
  );
  return [...names].flatMap(([, key, number]) => {
    const found = key === undefined ? ofNumber(number ?? "", context.forge) : keyOf(key, context);
    return found ? [{ ...found, closes: false }] : [];
  });
}

/** Text between the members of a list such as `Closes #1, #2 and #3`. */
const LIST = /^\s*(?:,|and|,\s*and|&)\s*$/i;
const CLOSING = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+$/i;
/** GitLab and Bitbucket accept more closing words than GitHub. GitLab also accepts lists. */
const CLOSING_WIDE =
  /\b(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed|ing)?):?\s+(?:issues?\s+)?$/i;

function closesBy(kind: ForgeKind | undefined, before: string, isListed: boolean): boolean {
  if (kind === "gitlab") return isListed || CLOSING_WIDE.test(before);
  return (kind === "bitbucket" ? CLOSING_WIDE : CLOSING).test(before);
}

type Found = Omit<Reference, "closes">;

function referenceOf(match: RegExpMatchArray, text: string, context: IssueContext): Found | undefined {
  const { url, path, other, hash, number, key } = match.groups ?? {};
  if (url !== undefined) return addressOf(url, context.forge);
  if (path !== undefined && other !== undefined) return atOther(path, other, context.forge);
  if (key !== undefined) return keyOf(key, context);
  if (hash === undefined || number === undefined) return undefined;
  if (hash === "!")
    return context.forge?.kind === "gitlab"
      ? { id: `!${number}`, url: `${context.forge.web}/-/merge_requests/${number}` }
      : undefined;
  if (hash !== "#" && hash !== "GH-") return undefined;
  const at = match.index ?? 0;
  if (
    hash === "#" &&
    isNoIssue(text.slice(Math.max(0, at - 40), at), number, text.slice(at + match[0].length, at + 60))
  )
    return undefined;
  return ofNumber(number, context.forge);
}

function ofNumber(number: string, forge: Forge | undefined): Found {
  return { id: `#${number}`, ...(forge ? { url: issueAddress(forge, number) } : {}) };
}

function atOther(path: string, number: string, forge: Forge | undefined): Found | undefined {
  if (!forge || forge.kind === "azure" || path.split("/").some((each) => /^\.+$/.test(each)))
    return undefined;
  // Only GitLab nests groups: on other hosts a path has two parts.
  if (path.split("/").length > 2 && forge.kind !== "gitlab") return undefined;
  if (path === forge.path) return ofNumber(number, forge);
  return { id: `${path}#${number}`, url: issueAddress(otherRepository(forge, path), number) };
}

function keyOf(key: string, { keys }: IssueContext): Found | undefined {
  // The search ignores case, but tracker keys are upper case.
  if (keys === undefined || key !== key.toUpperCase()) return undefined;
  return NO_KEYS.has(key.slice(0, key.indexOf("-")))
    ? undefined
    : { id: key, url: keys.replaceAll("{id}", key) };
}

const COLOUR = "gr[ae]y|red|green|blue|white|black|colou?r|background";
const BEFORE = new RegExp(`(?:${COLOUR}|fill|stroke|border|shadow|bg|hex)s?["'\\s:=(]*$`, "i");
const BEHIND = new RegExp(`^["')]?\\s*(?:${COLOUR})\\b`, "i");

/** Returns whether a number after `#` is a color, or part of a phrase such as "the #1 reason". */
function isNoIssue(before: string, number: string, after: string): boolean {
  if (/^(?:\d{3}|\d{4}|\d{6}|\d{8})$/.test(number) && (BEFORE.test(before) || BEHIND.test(after)))
    return true;
  return number === "1" && /\b(?:the|our|my|your|priority|rule)\s$/i.test(before) && /^\s+\p{L}/u.test(after);
}

/** Paths of issues, pull requests and work items on known hosts; other addresses are not references. */
const ISSUE_PATH =
  /^(.*?)\/(?:-\/)?(?:issues|pull|pulls|pull-requests|merge_requests|_workitems\/edit|browse|issue|work_items)\/([A-Z][A-Z\d]{1,9}-\d{1,7}|\d{1,9})(?:\/[\w%.-]*)?\/?$/;

function addressOf(text: string, forge: Forge | undefined): Found | undefined {
  const [, start, path] = /^(https?:\/\/(?:[^/?#@\s]*@)?[^/?#\s]+)([^?#]*)/i.exec(text) ?? [];
  const match = ISSUE_PATH.exec(path ?? "");
  if (start === undefined || path === undefined || !match) return undefined;
  const url = `${start.replace(/\/\/.*@/, "//")}${path}`;
  const own = url.slice(0, url.length - path.length) + match[1];
  const number = match[2] ?? "";
  if (forge && own === forge.web && /^\d/.test(number))
    return { id: path.includes("/merge_requests/") ? `!${number}` : `#${number}`, url };
  return /^[A-Z]/.test(number) ? { id: number, url } : { id: url, url };
}

/**
 * Replaces code spans, fences and headings with spaces, so that they hold no references and positions stay
 * valid.
 */
function withoutCode(text: string): string {
  const blank = (part: string) => part.replace(/[^\n]/g, " ");
  return text
    .replace(/^ {0,3}(```|~~~)[^\n]*\n[\s\S]*?(?:^ {0,3}\1[^\n]*$|$(?![\s\S]))/gm, blank)
    .replace(/(?<!`)(`{1,3})(?!`)[^`\n]{1,500}\1(?!`)/g, blank)
    .replace(/^ {0,3}#{1,6}[ \t][^\n]*$/gm, blank);
}

/** A text to search: an objective, a decision, a commit message. */
export interface IssueSource {
  /** Name of the source, such as `obj-1` or a short commit id. */
  readonly name: string;
  readonly text: string;
  readonly isCommit?: boolean;
}

/** An issue that the work names. */
export interface Issue {
  readonly id: string;
  readonly url?: string;
  /** True if a commit of the session closes the issue when it is merged. */
  readonly closes: boolean;
  /** Names of the sources: `branch`, `obj-1`, `blk-2`, short commit ids. */
  readonly places: readonly string[];
}

/** Returns each issue that the branch or the sources name, once, in order of first appearance. */
export function issuesIn(branch: string, sources: readonly IssueSource[], context: IssueContext): Issue[] {
  const issues = new Map<string, { id: string; url?: string; closes: boolean; places: string[] }>();
  const add = (name: string, { id, url, closes }: Reference) => {
    const known = issues.get(id) ?? { id, ...defined({ url }), closes: false, places: [] };
    known.closes ||= closes;
    if (!known.places.includes(name)) known.places.push(name);
    issues.set(id, known);
  };
  for (const each of referencesInBranch(branch, context)) add("branch", each);
  for (const { name, text, isCommit } of sources)
    for (const each of referencesIn(text, context, isCommit)) add(name, each);
  return [...issues.values()];
}

/** Returns the ids that a branch name and texts contain, each once, including keys of any tracker. */
export function issueNames(branch: string, texts: readonly string[]): string[] {
  const context = { keys: "{id}" };
  const found = [
    ...referencesInBranch(branch, context),
    ...texts.flatMap((text) => referencesIn(text, context)),
  ];
  return [...new Set(found.map((each) => each.id))];
}

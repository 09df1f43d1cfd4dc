/**
 * Finds, masks and redacts secrets in text with this program's own rules, and decides which texts other
 * scanners need. Pure, linear in the length of the text.
 */
import { findTokens, mayHoldTokens } from "./tokens.ts";

/** A text with the name that the user knows: `objectives.md`, `dec-3`, `workspace/plan.md`. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** Position of a secret in a text. No message contains the secret's value. */
export interface Spot {
  /** Name of the rule that found the secret: `github-token`, `assignment`, … */
  readonly rule: string;
  /** Start of the secret in UTF-16 units; then its end. */
  readonly start: number;
  readonly end: number;
}

/** A reported secret: its line, with every secret in it masked. */
export interface Finding {
  /** Id of the secret for `--allow`: equal for equal secrets, in any place. */
  readonly id: string;
  readonly rule: string;
  readonly name: string;
  /** Line number in the text, from 1. */
  readonly line: number;
  readonly masked: string;
}

const MASK = "****";
export const REDACTED = "[redacted]";

/** Maximum characters of a line to show for a finding. */
const MAX_SHOWN = 100;

/** Matches a private key up to its last line; without that line, as far as its letters go. */
const PRIVATE_KEY =
  /-----BEGIN ?(?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]{0,8000}?-----END ?(?:[A-Z0-9]{2,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----|(?:(?:\s|\\[nr]){0,8}[A-Za-z0-9+/=]{20,})*)/g;

const ADDRESS =
  /(?<![\w+.-])[a-z][a-z0-9+.-]{1,20}:\/\/(?:([^\s/?#:@"'<>`[\]]{0,200}):([^\s/?#@"'<>`[\]]{1,300})|([^\s/?#:@"'<>`[\]]{20,300}))@(?=[\w[])/gi;

const BEARER =
  /(?<![\p{L}\d_])(?:bearer|authorization:\s{0,4}(?:basic|token))\s{1,4}([\w.~+/=-]{12,2000})/giu;

/**
 * Matches the name of a setting whose last word identifies a secret: not `password_hash` or `token_count`.
 */
const KEY =
  "(?:password|passwd|passphrase|passwort|pwd|secret|token|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|encryption[_-]?key|signing[_-]?key|master[_-]?key|auth[_-]?key|credentials?)";
const QUOTED = "\"([^\"\\n]{1,400})\"|'([^'\\n]{1,400})'|`([^`\\n]{1,400})`";
const ASSIGNMENT = new RegExp(
  `([\\w.-]{0,80}?${KEY}(?:[_-](?:prod|live|dev|test|staging|\\d{1,3})|\\d{1,3})?)["'\`\\])]{0,2}[ \\t]{0,8}(:=|=>|={1,2}|:)([ \\t]{0,8})(?:${QUOTED}|([^\\s"'\`,;]{4,400}))`,
  "gi",
);
const OPTION = new RegExp(
  `(?<![\\w-])--?([\\w-]{0,40}?${KEY})[ \\t]{1,4}(?:${QUOTED}|([^\\s"'\`,;-][^\\s"'\`,;]{5,400}))`,
  "gi",
);
const BASIC = /(?<![\w-])(?:-u|--user)[ \t=]{1,4}["']?[\w.@+-]{1,100}:([^\s"'`:]{4,200})/g;

/** Matches words that occur near every secret of a named setting: most texts have none, which saves time. */
const HINT =
  /pass(?:word|wd|phrase|wort)|pwd|secret|token|credential|key|bearer|authorization|-----BEGIN|:\/\/[^\s/]{0,600}@|-u |--user/i;

/**
 * Matches secrets, other than tokens, that secretlint finds. Without such a match and without the prefix of a
 * token, secretlint is not loaded.
 */
const SIGNATURE =
  /_authToken=|secret_?access_?key["']?\s*(?::|=)|account_?(?:id)?["']?\s*(?::|=>|=)\s*["']?\d{4}-?\d{4}|-----BEGIN|:\/\/[^\s/@]{1,300}:[^\s/@]{1,300}@/i;

/** Reports whether a text may contain a secret. Fast, with false positives. */
export function mayHoldSecrets(text: string): boolean {
  return HINT.test(text) || mayHoldTokens(text);
}

/** Reports whether secretlint's rules could find anything in a text. */
export function needsRules(text: string): boolean {
  return SIGNATURE.test(text) || mayHoldTokens(text);
}

/** Returns the secrets that this program's own rules find, in text order, without nested ones. */
export function findSecrets(text: string): Spot[] {
  if (!mayHoldSecrets(text)) return [];
  const spots: Spot[] = [];
  const add = (rule: string, at: number, value: string) => {
    if (value !== "") spots.push({ rule, start: at, end: at + value.length });
  };
  for (const match of text.matchAll(PRIVATE_KEY)) add("private-key", match.index, match[0].trimEnd());
  for (const { rule, value, at } of findTokens(text))
    if (!isPlaceholder(value) && looksMixed(value)) add(rule, at, value);
  for (const match of text.matchAll(ADDRESS)) {
    const value = match[2] ?? match[3] ?? "";
    if (isPlaceholder(value) || (match[3] !== undefined && !isRandom(value, 20))) continue;
    add("address-with-credentials", match.index + match[0].length - 1 - value.length, value);
  }
  for (const match of text.matchAll(BEARER)) {
    const value = match[1] ?? "";
    if (isRandom(value, 12) && !isPlaceholder(value))
      add("bearer-token", match.index + match[0].length - value.length, value);
  }
  for (const match of text.matchAll(BASIC)) {
    const value = match[1] ?? "";
    if (!isPlaceholder(value) && hasDigit(value))
      add("login", match.index + match[0].length - value.length, value);
  }
  for (const match of text.matchAll(ASSIGNMENT)) {
    const [whole, key = "", sign = "", space = ""] = match;
    const quoted = match[4] ?? match[5] ?? match[6];
    const value = quoted ?? stripped(match[7] ?? "");
    const tight = space === "" && sign === "=";
    if (tells(key, value, quoted !== undefined, tight))
      add("assignment", match.index + whole.lastIndexOf(value), value);
  }
  for (const match of text.matchAll(OPTION)) {
    const quoted = match[2] ?? match[3] ?? match[4];
    const value = quoted ?? stripped(match[5] ?? "");
    if (tells(match[1] ?? "", value, quoted !== undefined, false))
      add("option", match.index + match[0].lastIndexOf(value), value);
  }
  return joinSpots(spots);
}

/** Returns positions in text order, with overlapping positions joined. */
export function joinSpots(spots: readonly Spot[]): Spot[] {
  const kept: Spot[] = [];
  for (const each of [...spots].sort((one, other) => one.start - other.start || other.end - one.end)) {
    const last = kept.at(-1);
    if (last && each.start < last.end) kept[kept.length - 1] = { ...last, end: Math.max(last.end, each.end) };
    else kept.push(each);
  }
  return kept;
}

/** Returns the text with the parts at these positions replaced. */
export function replaceSpots(text: string, spots: readonly Spot[], by: string): string {
  let done = "";
  let at = 0;
  for (const { start, end } of joinSpots(spots)) {
    done += text.slice(at, start) + by;
    at = end;
  }
  return done + text.slice(at);
}

/**
 * Returns the text without the secrets that this program's own rules find, except values that `keeps`
 * accepts.
 */
export function redactSecrets(text: string, keeps: (value: string) => boolean = () => false): string {
  const spots = findSecrets(text).filter(({ start, end }) => !keeps(text.slice(start, end)));
  return spots.length === 0 ? text : replaceSpots(text, spots, REDACTED);
}

/** Returns the findings at these positions of a text. `idOf`: returns the id of a secret's value. */
export function findingsOf(
  { name, text }: NamedText,
  spots: readonly Spot[],
  idOf: (value: string) => string,
): Finding[] {
  return spots.map(({ rule, start, end }) => {
    const line = text.slice(0, start).split("\n").length;
    const from = text.lastIndexOf("\n", start - 1) + 1;
    const next = text.indexOf("\n", end);
    const to = next < 0 ? text.length : next;
    const inLine = spots
      .filter((each) => each.start >= from && each.start < to)
      .map((each) => ({ ...each, start: each.start - from, end: each.end - from }));
    const masked = replaceSpots(text.slice(from, to), inLine, MASK).replace(/\s+/g, " ").trim();
    return {
      id: idOf(text.slice(start, end)),
      rule,
      name,
      line,
      masked: masked.length > MAX_SHOWN ? around(masked) : masked,
    };
  });
}

/** Returns the part of a long line around the masked secret. */
function around(line: string): string {
  const from = Math.max(0, Math.min(line.indexOf(MASK) - MAX_SHOWN / 2, line.length - MAX_SHOWN));
  const part = line.slice(from, from + MAX_SHOWN);
  return `${from > 0 ? "…" : ""}${part}${from + MAX_SHOWN < line.length ? "…" : ""}`;
}

/** Matches names of settings with a password, whose value may be any word. */
const WORD_KEY =
  /(?:password|passwd|passphrase|passwort|pwd|secret)(?:[_-]?(?:prod|live|dev|test|staging|\d+))?$/i;

/**
 * Reports whether the value after a name such as `password` is a secret: not a plain word, a type or a
 * reference.
 */
function tells(key: string, value: string, quoted: boolean, tight: boolean): boolean {
  if (value.length < 6 || isPlaceholder(value) || isReference(value)) return false;
  // A quoted text with spaces is a label, not a secret.
  if (/\s/.test(value)) return false;
  if (WORD_KEY.test(key)) {
    if (quoted || tight) return !isSchemaWord(value);
    return hasDigit(value) && /[\p{L}!@#$%^&*?]/u.test(value) ? !isDimension(value) : hasMixedCase(value);
  }
  return isRandom(value, quoted || tight ? 10 : 16);
}

/** Returns a value without the punctuation that ends a sentence. */
function stripped(value: string): string {
  return value.replace(/[.,;:!?)\]}>*_]+$/, "");
}

const PLACEHOLDER =
  /^(?:x{3,}|\*{3,}|\.{3,}|-{3,}|_{3,}|…|<.*|\$.*|%.*|\{.*|\[.*|#\{.*|@\{.*|change[-_]?me.*|replace[-_]?me.*|your[-_].*|my[-_]?(?:secret|password|token|key).*|todo.*|tbd|none|null|undefined|true|false|nil|placeholder.*|dummy.*|fake.*|sample.*|redacted.*|hidden|masked|secret|password|token|insert.*|put[-_].*|user(?:name)?|pass|process\.env.*|os\.environ.*|env\..*|import\.meta.*|secrets\..*|vars\..*)$|example|EXAMPLE|\*{4,}|x{6,}|X{6,}|…|\$\{|\{\{/;

function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value) || PLACEHOLDER.test(value.toLowerCase()) || /^(.)\1+$/.test(value);
}

/** Reports whether a value is a path, a call, a member, an address or a version. */
function isReference(value: string): boolean {
  return (
    /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)/.test(value) ||
    /[()[\]{}<>|]/.test(value) ||
    /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ||
    /^(?:[\w-]+\/)+[\w.-]+\.[a-z]{1,5}(?::\d+)?$/i.test(value) ||
    /^[\w-]+\.(?:[jt]sx?|md|json|ya?ml|toml|py|go|rs|java|rb|txt|env|pem|sh|lock|html?|css)$/i.test(value) ||
    /^[A-Za-z_][A-Za-z_]*(?:\.[A-Za-z_]+)+$/.test(value) ||
    /^v?\d+\.\d+/.test(value) ||
    /^(?:obj|blk|dec)-\d+$/.test(value) ||
    /^(?:refs|origin|feature|fix)\//.test(value)
  );
}

function isSchemaWord(value: string): boolean {
  return /^(?:string|text|number|integer|boolean|object|array|any|unknown|never|void|required|optional|missing|invalid|expired|wrong|empty|default|input|field|enabled|disabled|hashed|encrypted|bcrypt|argon2\w*|scrypt|sha\d+|plain|incorrect|forgotten|current|strong|weak|cleartext|current-password|new-password)$/i.test(
    value,
  );
}

/**
 * Reports whether a value is a dimension or a date: `12-characters`, `8chars`, `30d`, `256-bit`,
 * `2024-01-31`.
 */
function isDimension(value: string): boolean {
  return (
    /^\d+[-_]?(?:chars?|characters?|bits?|bytes?|digits?|words?|days?|hours?|minutes?|seconds?|[smhdwy]|ms|kb|mb)$/i.test(
      value,
    ) ||
    /^\d{4}-\d{2}-\d{2}/.test(value) ||
    /^(?:oauth2?|base64|sha-?\d+|md5|aes-?\d+|rsa-?\d+|rfc-?\d+|utf-?8|http\/?\d|argon2\w*|pbkdf2|sha256:.*)$/i.test(
      value,
    )
  );
}

/**
 * Reports whether a value looks generated: long enough, letters mixed with digits, not made of words.
 * `least`: minimum length.
 */
function isRandom(value: string, least: number): boolean {
  if (value.length < least || !hasDigit(value) || !/[A-Za-z]/.test(value)) return false;
  if (isDimension(value) || isReference(value)) return false;
  // Words and a number are not random: `refresh-token-v2`, `rotating_keys_2024`.
  const words = value.split(/[-_.:/+]/).filter((each) => each !== "");
  if (
    words.length > 1 &&
    words.every((each) => /^(?:[A-Za-z]{1,14}\d{0,4}|\d{1,4})$/.test(each) && !scrambled(each))
  )
    return false;
  return !/^[A-Za-z]{1,20}\d{1,4}$/.test(value);
}

/** Reports whether upper and lower case alternate more often than in camel case. */
function scrambled(word: string): boolean {
  return (word.match(/[a-z][A-Z]|\d[A-Za-z]/g)?.length ?? 0) > Math.max(2, word.length / 5);
}

/**
 * Reports whether a value mixes kinds of characters. A known prefix followed only by words is a name:
 * `sk-learn-pipeline`.
 */
function looksMixed(value: string): boolean {
  return hasDigit(value) || hasMixedCase(value);
}

function hasDigit(value: string): boolean {
  return /\d/.test(value);
}

function hasMixedCase(value: string): boolean {
  return value.length >= 12 && (value.match(/[a-z][A-Z]/g)?.length ?? 0) >= 3;
}

/** Converts between file names, which are any bytes except NUL, and strings, without loss. */

/** Matches valid UTF-8 (RFC 3629) in bytes decoded as Latin-1; else a single invalid byte. */
const UTF8 =
  /((?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+)|[\x80-\xff]/g;

/** Decodes bytes; each byte that is not UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, as in PEP 383. */
export function decodePaths(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  if (!text.includes("\ufffd")) return text;
  return bytes
    .toString("latin1")
    .replace(UTF8, (found, valid: string | undefined) =>
      valid === undefined
        ? String.fromCharCode(0xdc00 + found.charCodeAt(0))
        : Buffer.from(valid, "latin1").toString("utf8"),
    );
}

/** Encodes paths for git, each ended by NUL, with their original bytes. */
export function encodePaths(paths: readonly string[]): Buffer {
  const text = paths.map((each) => `${each}\0`).join("");
  const parts = text.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part, at) => (at % 2 === 0 ? Buffer.from(part) : Buffer.of(part.charCodeAt(0) - 0xdc00))),
  );
}

/** Reports whether a path is UTF-8 and so can be an argument: Node passes only UTF-8. */
export function isUtf8Path(path: string): boolean {
  return !/[\udc80-\udcff]/u.test(path);
}

/** File names are any bytes but NUL: those that are no UTF-8 go through our strings and come out as they went in. */

/** RFC 3629, over bytes as Latin-1 characters; what does not match is one byte that is none of it. */
const UTF8 =
  /((?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})+)|[\x80-\xff]/g;

/** Text of bytes; each byte that is no UTF-8 becomes a lone surrogate, U+DC80 to U+DCFF, as PEP 383 does it. */
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

/** Paths for git, each ended by NUL, with the bytes that they had. */
export function encodePaths(paths: readonly string[]): Buffer {
  const text = paths.map((each) => `${each}\0`).join("");
  const parts = text.split(/([\udc80-\udcff])/u);
  return Buffer.concat(
    parts.map((part, at) => (at % 2 === 0 ? Buffer.from(part) : Buffer.of(part.charCodeAt(0) - 0xdc00))),
  );
}

/** Whether a path can be an argument of a command: Node passes only UTF-8. */
export function isUtf8Path(path: string): boolean {
  return !/[\udc80-\udcff]/u.test(path);
}

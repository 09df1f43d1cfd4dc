/** Lower-case Crockford base32, without i, l, o and u, so that an id can be read aloud. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 12;

/** Returns a session id made of at least 12 random bytes. */
export function sessionId(random: Uint8Array): string {
  return Array.from(random.subarray(0, LENGTH), (byte) => ALPHABET[byte % 32]).join("");
}

/** Reports whether a text is a session id: 12 characters of Crockford's Base32, in lower case. */
export function isSessionId(text: string): boolean {
  return /^[0-9a-hjkmnp-tv-z]{12}$/.test(text);
}

/** Returns the length of the shortest unique prefix of each id, at least 4 characters. */
export function shortestPrefixes(ids: readonly string[]): Map<string, number> {
  const sorted = [...new Set(ids)].sort();
  return new Map(
    sorted.map((id, at) => {
      const shared = Math.max(sharedStart(id, sorted[at - 1]), sharedStart(id, sorted[at + 1]));
      return [id, Math.min(id.length, Math.max(4, shared + 1))];
    }),
  );
}

function sharedStart(one: string, other = ""): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

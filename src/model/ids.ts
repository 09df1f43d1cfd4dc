/** Lower-case Crockford base32: no i, l, o, u, so that an id can be read aloud. */
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH = 12;

/** A session id out of at least 12 random bytes. */
export function sessionId(random: Uint8Array): string {
  return Array.from(random.subarray(0, LENGTH), (byte) => ALPHABET[byte % 32]).join("");
}

export function isSessionId(text: string): boolean {
  return /^[0-9a-hjkmnp-tv-z]{12}$/.test(text);
}

/** Length of the shortest prefix, at least 4, that tells `id` from all the others. */
export function shortestPrefix(id: string, all: readonly string[]): number {
  let length = 4;
  while (length < id.length && all.some((other) => other !== id && other.startsWith(id.slice(0, length))))
    length++;
  return length;
}

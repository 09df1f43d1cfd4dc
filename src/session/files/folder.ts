/** Returns the folder for a branch's session: the branch name, made safe for every file system. Pure. */

const OUR_FILES =
  /^(objectives\.md|blockers\.md|context\.json|events\.jsonl|trailers|handoff\.md|workspace|transcripts)$/i;
/** Device names of Windows, with any extension. */
export const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i;
/** Maximum bytes of a folder's name; file systems allow 255. */
const MAX_BYTES = 180;

/**
 * Returns the relative folder of a branch, with slashes as folders. Two branches never share a folder,
 * because `%` is always encoded. Names that begin with a dot stay free for this program: git forbids them in
 * branch names.
 */
export function branchFolder(branch: string): string {
  return branch.split("/").map(component).join("/");
}

function component(name: string): string {
  let safe = name.replace(/[%<>:"|?*\\\x00-\x1f\x7f]/g, encode).replace(/[. ]$/, encode);
  if (OUR_FILES.test(safe) || RESERVED.test(safe)) safe = encode(safe.charAt(0)) + safe.slice(1);
  if (Buffer.byteLength(safe) <= MAX_BYTES) return safe;
  return `${clip(safe)}%~${fingerprint(name)}`;
}

/** Returns a 64-bit FNV-1a hash, which is enough to distinguish the few long names of one repository. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}

/** Returns at most the first 120 bytes of a text, in whole characters. */
function clip(text: string): string {
  let clipped = "";
  for (const character of text) {
    if (Buffer.byteLength(clipped + character) > 120) break;
    clipped += character;
  }
  return clipped;
}

function encode(text: string): string {
  return Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(
    "",
  );
}

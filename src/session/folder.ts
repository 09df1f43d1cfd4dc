/** Where a branch's session is kept: the branch's own name as a folder, made safe for every file system. */

const OUR_FILES =
  /^(objectives\.md|blockers\.md|context\.json|events\.jsonl|trailers|handoff\.md|workspace|transcripts)$/i;
/** Devices of Windows, whatever follows the dot. */
export const RESERVED = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])(\.|$)/i;
/** File systems take 255 bytes a name. */
const MAX_BYTES = 180;

/**
 * Relative folder of a branch, slashes as folders. Injective: `%` is always encoded, so nothing else comes out as an
 * encoded name. Git forbids components that begin with a dot: those are free for files of our own.
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

/** FNV-1a in 64 bits: tells the few long names of one repository apart. */
function fingerprint(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}

/** At most 120 bytes, whole characters. */
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

/** Checks file names that people choose: they must be valid on every file system. Pure. */
import { Failure } from "../failure.ts";
import { RESERVED } from "./folder.ts";

/** Maximum bytes of a name: file systems allow 255, of which temporary names need some. */
const MAX_BYTES = 180;

/**
 * Returns the name if it is the name of one file, not a path.
 * @throws Failure `bad-name`
 */
export function fileName(name: string, what: string): string {
  const wrong = wrongWith(name);
  if (wrong === undefined) return name;
  const shown = JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}...` : name);
  throw new Failure("bad-name", `${shown} cannot be the name of ${what}: ${wrong}`);
}

/** Reports whether a name is valid as the name of one file on every file system. */
export function isFileName(name: string): boolean {
  return wrongWith(name) === undefined;
}

function wrongWith(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (/[/\\]/.test(name)) return "it is a path, not a name";
  if (/^[.-]/.test(name)) return "it begins with a dot or a dash";
  if (/[<>:"|?*\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u.test(name))
    return "it has characters that some file systems reject";
  if (/[. ]$/.test(name)) return "it ends with a dot or a space";
  if (RESERVED.test(name)) return "Windows reserves that name";
  if (Buffer.byteLength(name) > MAX_BYTES) return `it has more than ${MAX_BYTES} bytes`;
  return undefined;
}

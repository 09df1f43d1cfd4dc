/** Reads the build status that CI or a script wrote to `.session/ci.json`. */
import path from "node:path";
import type { Place } from "../place/place.ts";
import { readSmall } from "../store/files.ts";
import { isOwnFolder } from "../store/folders.ts";
import { type Build, buildOf } from "./formats/build.ts";

const MAX_BYTES = 256 * 1024;

/**
 * Reads the build from `.session/ci.json`. Returns `problem` for an unreadable file or invalid fields, and
 * nothing for a missing file.
 */
export async function writtenBuild(place: Place): Promise<{ build?: Build; problem?: string }> {
  if (!isOwnFolder(place.projectDir)) return {};
  const file = path.join(place.projectDir, "ci.json");
  try {
    const text = await readSmall(file, MAX_BYTES);
    if (text === undefined) return {};
    const read = await buildOf(text);
    if ("wrong" in read) return { problem: `.session/ci.json is ignored: ${read.wrong}.` };
    const { build, ignored } = read;
    const problem = `Invalid fields of .session/ci.json are ignored: ${ignored.join(", ")}.`;
    return { build, ...(ignored.length > 0 ? { problem } : {}) };
  } catch (error) {
    return {
      problem: `.session/ci.json is ignored: ${(error as Error).message.replace(`${file} `, "it ")}.`,
    };
  }
}

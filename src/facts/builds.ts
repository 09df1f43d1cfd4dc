import path from "node:path";
import type { Place } from "../place/place.ts";
import { isOwnFolder, readSmall } from "../store/files.ts";
import { type Build, buildOf } from "./formats/build.ts";

const MAX_BYTES = 256 * 1024;

/** What `.session/ci.json` says, and why it does not count where it does not. Nothing where there is none. */
export async function writtenBuild(place: Place): Promise<{ build?: Build; problem?: string }> {
  if (!isOwnFolder(place.projectDir)) return {};
  const file = path.join(place.projectDir, "ci.json");
  try {
    const text = await readSmall(file, MAX_BYTES);
    if (text === undefined) return {};
    const read = await buildOf(text);
    return "wrong" in read ? { problem: `.session/ci.json does not count: ${read.wrong}.` } : { build: read };
  } catch (error) {
    return {
      problem: `.session/ci.json does not count: ${(error as Error).message.replace(`${file} `, "it ")}.`,
    };
  }
}

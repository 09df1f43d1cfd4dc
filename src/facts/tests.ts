import type { Place } from "../place/place.ts";
import { mergeTests, parseTests, type TestResults } from "./formats/junit.ts";
import {
  existingFiles,
  matchingFiles,
  oldest,
  type ResultFile,
  textsOf,
  xmlFilesIn,
} from "./result-files.ts";

/** Where test runners are usually told to leave JUnit's XML; in a folder, one file a class. */
export const TEST_FILES = [
  "junit.xml",
  "test-results.xml",
  "test-report.xml",
  "report.xml",
  "rspec.xml",
  "test-results/junit.xml",
  "test-results/results.xml",
  "reports/junit.xml",
  "coverage/junit.xml",
];
export const TEST_FOLDERS = [
  "target/surefire-reports",
  "build/test-results/test",
  "test-results",
  "reports/junit",
  "reports/tests",
];

export interface FoundTests extends TestResults {
  /** The report, or the folder that they are in. */
  readonly from: string;
  /** When the oldest of them was written, milliseconds since the epoch. */
  readonly written: number;
}

/** Results of the last test run as the settings say where they are, else the newest ones in the usual places. */
export async function testsNow(place: Place): Promise<FoundTests | undefined> {
  const { root } = place.repository;
  const { test_files } = place.config.tracking;
  if (test_files.length > 0) {
    const files = await matchingFiles(root, test_files);
    return read(root, files, files.length === 1 ? (files[0]?.name ?? "") : `${files.length} reports`);
  }
  const [files, ...folders] = await Promise.all([
    existingFiles(root, TEST_FILES),
    ...TEST_FOLDERS.map((folder) => xmlFilesIn(root, folder)),
  ]);
  const runs = [
    ...files.map((file) => ({ from: file.name, files: [file] })),
    ...folders.map((inside, at) => ({ from: TEST_FOLDERS[at] ?? "", files: inside })),
  ].filter((each) => each.files.length > 0);
  const last = (each: { files: readonly ResultFile[] }) =>
    Math.max(...each.files.map((file) => file.written));
  for (const run of runs.sort((one, other) => last(other) - last(one))) {
    const found = await read(root, run.files, run.from);
    if (found) return found;
  }
  return undefined;
}

/** One file that is no result, or that is cut off, says nothing; the others count. */
async function read(root: string, files: readonly ResultFile[], from: string) {
  const found = mergeTests((await textsOf(root, files)).flatMap((text) => parseTests(text) ?? []));
  return found && { ...found, from, written: oldest(files) };
}

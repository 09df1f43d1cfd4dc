/** Finds and reads the JUnit reports of the work tree. */
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

/** Usual paths of JUnit reports, relative to the top of the work tree. */
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
/** Usual folders of JUnit reports, with one file for each test class. */
export const TEST_FOLDERS = [
  "target/surefire-reports",
  "build/test-results/test",
  "test-results",
  "reports/junit",
  "reports/tests",
];

/** Test results, and the report from which they were read. */
export interface FoundTests extends TestResults {
  /** Path of the test report, or of its folder. */
  readonly from: string;
  /** Time of the oldest report's last write, in milliseconds since the epoch. */
  readonly written: number;
}

/**
 * Reads the results of the last test run from `tracking.test_files`, or else the newest reports at a usual
 * path. Returns undefined without results.
 */
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

/** Reads and joins reports. Skips a file that is not a complete report. */
async function read(root: string, files: readonly ResultFile[], from: string) {
  const found = mergeTests((await textsOf(root, files)).flatMap((text) => parseTests(text) ?? []));
  return found && { ...found, from, written: oldest(files) };
}

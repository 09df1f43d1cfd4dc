/**
 * Finds the guides of maintainers for people and agents, and the CI configuration. The first draft of `init`
 * links to them.
 */

/** Paths of documents and CI files, relative to the top of the work tree. */
export interface Guides {
  /** At most 4 documents or folders about architecture, decisions and building. */
  readonly architecture: readonly string[];
  /** At most 5 documents with rules for contributors and agents. */
  readonly rules: readonly string[];
  /** At most 3 files that configure CI. */
  readonly ci: readonly string[];
}

const ARCHITECTURE =
  /^(?:docs?\/|dev-docs\/|internals\/)?(?:[\w-]+\/)?(?:(?:system|technical|software)[-_])?(?:architecture\w*|internals|design|overview|tour-of-the-code)(?:[-_](?:overview|doc|docs))?\.(?:md|mdx|rst|adoc|txt)$|^(?:docs?\/|dev-docs\/)?(?:code|project|repo(?:sitory)?|source)[-_](?:layout|structure)\.(?:md|rst|adoc|txt)$/i;
const DECISIONS = /^((?:[\w-]+\/){0,2}(?:adrs?|decisions|architecture|rfcs))\/[^/]+\.(?:md|mdx|rst|adoc)$/i;
const BUILDING =
  /^(?:\.github\/|docs?\/(?:[\w-]+\/)?)?(?:hacking|develop(?:ment|ing)|building)\.(?:md|mdx|markdown|rst|adoc|txt)$|^build\.(?:md|rst|adoc)$|^(?:hacking|building)$/i;
/** Matches the guide for contributors. */
export const CONTRIBUTING =
  /^(?:\.github\/|docs?\/(?:[\w-]+\/)?)?contributing\.(?:md|mdx|markdown|rst|adoc|txt)$|^contributing$/i;
const STYLE =
  /^(?:\.github\/|docs?\/(?:[\w-]+\/)?)?(?:coding[-_]style|style[-_]?guide)\.(?:md|mdx|markdown|rst|adoc|txt)$/i;
const AGENTS = /^(?:AGENTS|CLAUDE|GEMINI)\.md$|^\.github\/copilot-instructions\.md$|^\.cursorrules$/;
/** Matches a workflow of GitHub, without those whose name says that they do not test the program. */
export const WORKFLOW =
  /^\.github\/workflows\/(?![^/]*(?:audit|bench|bot\.|bump|close|codeql|coverity|daily|dep(?:endency|s)?-?review|dependen|deploy|docs?\.|fuzz|issue|label|lock|nightly|pr-|publish|release|semantic|spell|stale|triage|typo))[^/]+\.ya?ml$/i;
const OTHER_CI =
  /^\.gitlab-ci\.yml$|^\.circleci\/config\.yml$|^azure-pipelines\.yml$|^Jenkinsfile$|^\.travis\.yml$|^\.woodpecker\.ya?ml$|^\.cirrus\.yml$/;
/** Names of workflows that test, the surest first. */
const USUAL_CI = [
  /\/(?:ci|cicd|tests?|checks?|build|main)\.ya?ml$/i,
  /[-_./](?:ci|tests?|check|build|linux|ubuntu|macos|windows|go|rust|python|node|java|php|ruby|dotnet|swift)[-_.]/i,
  /pre-commit/,
];

/** Returns paths of documents that a newcomer should read, those nearest to the top first. */
export function guidesOf(files: readonly string[], contents: ReadonlyMap<string, string>): Guides {
  const nearest = files.toSorted((one, other) => depth(one) - depth(other));
  const matching = (pattern: RegExp) => nearest.filter((file) => pattern.test(file));
  const decisions = matching(DECISIONS).map((file) => `${DECISIONS.exec(file)?.[1]}/`);
  const documents = matching(ARCHITECTURE).filter(
    (file) =>
      !decisions.some((folder) => file.startsWith(folder)) && !/^[^/]+\/(?!.*architecture).*\//i.test(file),
  );
  return {
    architecture: [...new Set([...documents, ...decisions, ...matching(BUILDING)])].slice(0, 4),
    rules: [...matching(AGENTS), ...matching(CONTRIBUTING), ...matching(STYLE)].slice(0, 5),
    ci: [...testing(matching(WORKFLOW), contents), ...matching(OTHER_CI)].slice(0, 3),
  };
}

/** Returns the workflows that test the program: by their name, else by their text. */
function testing(workflows: readonly string[], contents: ReadonlyMap<string, string>): readonly string[] {
  const usual = USUAL_CI.map((pattern) => workflows.filter((file) => pattern.test(file)));
  const byText = workflows.filter((file) => /^[^#\n]*(?:\b|_)tests?\b/m.test(contents.get(file) ?? ""));
  return [...usual, byText].find((each) => each.length > 0) ?? [];
}

function depth(file: string): number {
  return file.split("/").length;
}

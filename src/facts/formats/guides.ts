/**
 * Finds the guides of maintainers for people and agents, and the CI configuration. The first draft of `init`
 * links to them.
 */

/** Paths of documents and CI files, relative to the top of the work tree. */
export interface Guides {
  /** At most 4 documents or folders about architecture and decisions. */
  readonly architecture: readonly string[];
  /** At most 5 documents with rules for contributors and agents. */
  readonly rules: readonly string[];
  /** At most 3 files that configure CI. */
  readonly ci: readonly string[];
}

const ARCHITECTURE =
  /^(?:docs?\/|dev-docs\/|internals\/)?(?:[\w-]+\/)?(?:(?:system|technical|software)[-_])?(?:architecture|internals|design|overview|tour-of-the-code|code-structure)(?:[-_](?:overview|doc|docs))?\.(?:md|mdx|rst|adoc|txt)$/i;
const DECISIONS = /^((?:[\w-]+\/){0,2}(?:adrs?|decisions|architecture|rfcs))\/[^/]+\.(?:md|mdx|rst|adoc)$/i;
const RULES =
  /^(?:\.github\/|docs?\/(?:[\w-]+\/)?)?(?:contributing|hacking|develop(?:ment|ing)|building|coding[-_]style|style[-_]?guide)\.(?:md|mdx|markdown|rst|adoc|txt)$|^(?:contributing|hacking|building)$/i;
const AGENTS = /^(?:AGENTS|CLAUDE|GEMINI)\.md$|^\.github\/copilot-instructions\.md$|^\.cursorrules$/;
const CI =
  /^\.github\/workflows\/[^/]+\.ya?ml$|^\.gitlab-ci\.yml$|^\.circleci\/config\.yml$|^azure-pipelines\.yml$|^Jenkinsfile$|^\.travis\.yml$|^\.woodpecker\.ya?ml$|^\.cirrus\.yml$/;
const USUAL_CI = [
  /(?:^|\/)(?:ci|tests?|checks?|build|main|\.[\w-]+|Jenkinsfile|config|azure-pipelines)(?:\.ya?ml)?$/i,
  /(?:^|[-_/])(?:ci|tests?|check|build|go|rust|python|node|java)[-_.\w]*\.ya?ml$/i,
];

/** Returns paths of documents that a newcomer should read, those nearest to the top first. */
export function guidesOf(files: readonly string[]): Guides {
  const nearest = files.toSorted((one, other) => depth(one) - depth(other));
  const matching = (pattern: RegExp) => nearest.filter((file) => pattern.test(file));
  const decisions = matching(DECISIONS).map((file) => `${DECISIONS.exec(file)?.[1]}/`);
  const workflows = matching(CI);
  const usual = USUAL_CI.map((pattern) => workflows.filter((file) => pattern.test(file)));
  const documents = matching(ARCHITECTURE).filter(
    (file) =>
      !decisions.some((folder) => file.startsWith(folder)) && !/^[^/]+\/(?!.*architecture).*\//i.test(file),
  );
  return {
    architecture: [...new Set([...documents, ...decisions])].slice(0, 4),
    rules: [...matching(AGENTS), ...matching(RULES)].slice(0, 5),
    ci: ([...usual, workflows].find((each) => each.length > 0) ?? []).slice(0, 3),
  };
}

function depth(file: string): number {
  return file.split("/").length;
}

/**
 * Orders changed files by review risk: size, number of commits, and purpose. Pure; reads no file contents.
 */
import { isCodeFile, isTestFile } from "../facts/formats/tests.ts";
import type { FileView } from "./shapes/view-parts.ts";

interface ReviewFile extends FileView {
  /** Reasons to review the file first, such as "interface" or "large". */
  readonly why: readonly string[];
}

/** Changed files for a reviewer. */
export interface Review {
  /** Files to review, the riskiest first. */
  readonly files: readonly ReviewFile[];
  /** Number of changed files left out. */
  readonly more: number;
  /** Paths of test files that changed. */
  readonly tests: readonly string[];
  /** True if git lacks commits or trees: other files may have changed too. */
  readonly incomplete: boolean;
  /** True if code changed and no test did. */
  readonly untested: boolean;
}

/** Maximum files to list. */
const SHOWN = 8;
/** Minimum changed lines of a "large" file, and minimum commits of a "restless" file. */
const LARGE = 200;
const RESTLESS = 4;

const KINDS: readonly (readonly [string, RegExp])[] = [
  [
    "security",
    /(?:^|[/._-])(?:auth\w*|login|oauth\w*|crypto?|permissions?|acl|secrets?|passwords?|tokens?|sessions?|security)(?=[/._-]|$)/i,
  ],
  ["data", /(?:^|\/)migrations?\/|\.sql$|(?:^|[/._-])schema(?=[/._-]|$)/i],
  ["interface", /\.(?:proto|graphqls?|thrift)$|(?:^|[/._-])(?:openapi|swagger)(?=[/._-]|$)/i],
  [
    "build and deployment",
    /^\.(?:github|gitlab|circleci|forgejo|gitea)\/|^\.(?:gitlab-ci|travis)\.yml$|(?:^|\/)(?:Dockerfile|Makefile|Jenkinsfile|docker-compose\S*)$|\.(?:tf|tfvars)$|(?:^|\/)(?:k8s|helm|deploy\w*)\//i,
  ],
  [
    "dependencies",
    /(?:^|\/)(?:package\.json|go\.mod|Cargo\.toml|pyproject\.toml|requirements\S*\.txt|Gemfile|pom\.xml|build\.gradle\S*|composer\.json)$/,
  ],
];

/** Matches generated files, whose size does not show the effort of a review. */
const MADE =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|Cargo\.lock|go\.sum|poetry\.lock|uv\.lock|Gemfile\.lock|composer\.lock)$|\.(?:min\.(?:js|css)|map|snap|svg)$|(?:^|\/)(?:dist|vendor|generated)\//i;

/** Matches files of `.session/`, the context that sessions share: its name says nothing of their purpose. */
const CONTEXT = /^\.session\//;

/** Returns non-test files, riskiest first, and the changed tests. `incomplete`: `files` may lack some. */
export function reviewOf(files: readonly FileView[], incomplete = false): Review {
  const tests = files.filter((each) => isTestFile(each.path));
  const others = files.filter((each) => !isTestFile(each.path));
  const weighed = others
    .map((each) => ({ file: { ...each, why: reasons(each) }, weight: weightOf(each) }))
    .sort((one, other) => other.weight - one.weight || (one.file.path < other.file.path ? -1 : 1));
  const code = others.some((each) => each.change !== "removed" && isCodeFile(each.path));
  return {
    files: weighed.slice(0, SHOWN).map((each) => each.file),
    more: Math.max(0, others.length - SHOWN),
    tests: tests.map((each) => each.path),
    incomplete,
    untested: code && tests.length === 0 && !incomplete,
  };
}

function reasons(file: FileView): string[] {
  const large = !MADE.test(file.path) && lines(file) >= LARGE;
  return [
    ...kindsOf(file.path),
    ...(large ? ["large"] : []),
    ...((file.commits ?? 0) >= RESTLESS ? ["restless"] : []),
  ];
}

/** Returns the purposes of a file that make a change of it risky. */
function kindsOf(file: string): string[] {
  if (MADE.test(file) || CONTEXT.test(file)) return [];
  return KINDS.flatMap(([kind, path]) => (path.test(file) ? [kind] : []));
}

function weightOf(file: FileView): number {
  if (MADE.test(file.path)) return 0;
  const kinds = kindsOf(file.path).length;
  const prose = isCodeFile(file.path) ? 1 : 0.5;
  return prose * Math.log2(2 + lines(file)) + 4 * kinds + Math.min(file.commits ?? 0, 6) / 2;
}

function lines({ added = 0, removed = 0 }: FileView): number {
  return added + removed;
}

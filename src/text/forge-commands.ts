/**
 * Lists words of a message on which forges, trackers, build servers and release tools act. Data for
 * `neutralize.ts`. Pure.
 */

/** Verbs that change an issue if the number of an issue follows them. */
export const CLOSING_VERBS: readonly (readonly [who: string, verbs: string])[] = [
  ["GitHub, Gitea, Forgejo, Azure", "close closes closed fix fixes fixed resolve resolves resolved"],
  ["GitLab", "closing fixing resolving implement implements implemented implementing"],
  ["Gitea, Bitbucket", "reopen reopens reopened reopening re-open re-opens re-opened re-opening"],
  ["Bitbucket", "hold holds holding wontfix invalidate invalidates invalidated invalidating"],
  ["Linear", "complete completes completed completing"],
  ["Pivotal Tracker, Shortcut", "finish finishes finished finishing deliver delivers delivered delivering"],
];

/** References to issues that may follow a closing verb; the word joiner is inserted after each match. */
export const REFERENCES: readonly (readonly [who: string, pattern: RegExp])[] = [
  ["issues and merge requests by number", /[#!](?=\d)/g],
  ["GitHub, Jira, Linear, YouTrack: a key and a number", /\b[A-Z][A-Z0-9]{1,9}-(?=\d)/g],
  ["Shortcut", /\bsc-(?=\d)/gi],
  ["Phabricator", /[ :](?=[TD]\d)/g],
  ["addresses", /\/(?:issues|work_items|pulls?|merge_requests|browse|edit)\/(?=\w)/g],
];

/** Commands that act without a verb: after an issue key for Jira and Bitbucket, before a key for YouTrack. */
export const COMMANDS: readonly (readonly [who: string, pattern: RegExp])[] = [
  ["Jira, Bitbucket", /(?<=\b[A-Z][A-Z0-9]{1,9}-\d[^\n]*)#(?=[A-Za-z])/g],
  ["YouTrack", /[#^](?=[A-Z][A-Z0-9]{1,9}-\d)/g],
];

/**
 * Phrases that act alone, in upper or lower case. The word joiner is inserted at the bar. A space matches a
 * space, hyphen or underscore; three dots match some words.
 */
export const DIRECTIVES: readonly (readonly [who: string, ...phrases: string[]])[] = [
  ["GitHub, GitLab, Gitea, Bitbucket, CircleCI, Drone, Woodpecker, Buildkite", "[|skip ci]", "[|ci skip]"],
  ["GitHub, Gitea", "[|no ci]", "[|skip actions]", "[|actions skip]"],
  ["GitHub, Azure Pipelines", "skip-|checks:"],
  ["Azure Pipelines", "*|**NO_CI***"],
  ["Netlify, Travis, AppVeyor, Azure, Render, pre-commit.ci, Dependabot", "[|skip …]", "[|… skip]"],
  ["Codeship", "-|-skip-ci", "-|-ci-skip"],
  ["semantic-release, release-please, commit-and-tag-version", "BREAKING |CHANGE", "BREAKING-|CHANGE"],
  ["release-please", "Release-|As:", "BEGIN_|COMMIT_OVERRIDE"],
  ["GitVersion", "+semver:|"],
  ["github-tag-action", "#|major", "#|minor", "#|patch", "#|none"],
];

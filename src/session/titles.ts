/** Checks titles, and derives titles from branches and branch names from titles. Pure. */
import { cleanText } from "../text/trailer-text.ts";
import { Failure } from "./failure.ts";

const MAX_TITLE = 256;

/** Maximum characters of a branch name made from a title. */
const MAX_BRANCH = 50;

/** Returns a title for a branch: `Oauth login` for `feature/oauth-login`. */
export function titleOfBranch(branch: string): string {
  const words = (branch.split("/").at(-1) ?? branch).replace(/[-_]+/g, " ").trim() || branch;
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Returns a branch name for a title: `fix-the-crash` for `Fix the crash!`; undefined without letters. */
export function branchOfTitle(title: string): string | undefined {
  const words = title.toLowerCase().match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  let name = "";
  for (const each of words) {
    if (name.length + each.length >= MAX_BRANCH) break;
    name += `${name && "-"}${each}`;
  }
  return name || words[0]?.slice(0, MAX_BRANCH);
}

/**
 * Returns a title in the form in which it is stored: one line without surrounding space.
 * @throws Failure `bad-title`
 */
export function checkTitle(title: string): string {
  const text = cleanText(title).replace(/\n/g, " ").trim();
  if (text === "") throw new Failure("bad-title", "a title needs at least one character");
  if ([...text].length > MAX_TITLE)
    throw new Failure(
      "bad-title",
      `a title has at most ${MAX_TITLE} characters; this one has ${[...text].length}`,
    );
  return text;
}

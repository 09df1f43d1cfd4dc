/** Matches globs and patterns of an untrusted configuration in linear time, with RE2. */

/** Reports whether a text matches. */
export type Match = (text: string) => boolean;

/** A library that compiles regular expressions. */
export interface Engine {
  /** Compiles a pattern. Throws an error with RE2's message. */
  readonly pattern: (source: string) => Match;
  /** Compiles globs: `*` matches within a folder, `**` across folders, `{a,b}` either text. */
  readonly globs: (globs: readonly string[]) => Match;
  /** Returns a function that returns the beginning of a path that matches the glob, up to a slash. */
  readonly head: (glob: string) => (path: string) => string | undefined;
}

/** Loads RE2. Called only if rules exist, because loading takes time. */
export async function engine(): Promise<Engine> {
  const { RE2JS } = await import("re2js");
  const pattern = (source: string): Match => {
    const compiled = RE2JS.compile(source);
    return (text) => compiled.test(text);
  };
  return {
    pattern,
    globs: (globs) => {
      const match = pattern(`^(?:${globs.map(globSource).join("|")})$`);
      // Matches a folder if the glob matches everything in it.
      return (path) => match(path) || (path.endsWith("/") && match(`${path}_`));
    },
    head: (glob) => {
      const compiled = RE2JS.compile(`^(${globSource(glob)})/`);
      return (path) => {
        const matcher = compiled.matcher(path);
        return matcher.find() ? (matcher.group(1) ?? undefined) : undefined;
      };
    },
  };
}

/** Returns a glob in RE2's syntax. A bracket or brace without its end is an ordinary character. */
export function globSource(glob: string): string {
  const text = glob.replace(/^\.?\//, "");
  let source = "";
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const rest = text.slice(at);
    const sign = text[at] ?? "";
    const set = /^\[(!|\^)?(\]?[^\]/]+)\]/.exec(rest);
    if (rest.startsWith("**/")) {
      source += "(?:[^/]+/)*";
      at += 2;
    } else if (rest.startsWith("**")) {
      source += ".*";
      at += 1;
    } else if (sign === "*") source += "[^/]*";
    else if (sign === "?") source += "[^/]";
    else if (set) {
      source += `[${set[1] ? "^" : ""}${(set[2] ?? "").replace(/[\\[\]^]/g, "\\$&")}]`;
      at += set[0].length - 1;
    } else if (sign === "{" && rest.includes("}")) {
      source += "(?:";
      depth += 1;
    } else if (sign === "}" && depth > 0) {
      source += ")";
      depth -= 1;
    } else if (sign === "," && depth > 0) source += "|";
    else source += quoted(sign);
  }
  // Without a closing brace, the whole text is taken literally.
  return depth === 0 ? source : quoted(text);
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

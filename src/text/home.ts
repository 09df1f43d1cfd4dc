/** Replaces home folders in recorded text: they identify a person and are useless on other machines. Pure. */

/** Replaces home folders in a text with `~`, as a path or inside a path, and in JSON escapes. */
export function withoutHome(text: string, homes: readonly string[]): string {
  return homes.reduce((rest, home) => {
    // Skips short folders such as `/` and `C:\`, which identify nobody.
    if (home.length < 4 || !/[\\/].*[^\\/]/.test(home)) return rest;
    const spellings = [...new Set([home, home.replaceAll("\\", "\\\\"), home.replaceAll("\\", "/")])];
    return spellings.reduce((each, spelling) => replacedPath(each, spelling), rest);
  }, text);
}

/** Replaces home folders with `~` in every text of a value. */
export function valueWithoutHome<T>(value: T, homes: readonly string[]): T {
  if (typeof value === "string") return withoutHome(value, homes) as T;
  if (Array.isArray(value)) return value.map((each) => valueWithoutHome(each, homes)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, valueWithoutHome(each, homes)]),
  ) as T;
}

function replacedPath(text: string, home: string): string {
  if (!text.includes(home)) return text;
  const literal = home.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  // Matches whole folder names: `/home/ann` is not part of `/home/annabel`, nor of `/mnt/home/ann`.
  return text.replace(new RegExp(`(?<![\\w.~/\\\\-])${literal}(?![\\w-]|\\.\\w)`, "g"), "~");
}

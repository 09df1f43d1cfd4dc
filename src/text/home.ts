/** The folder of somebody's home in what is recorded: it says who works where, and means nothing elsewhere. Pure. */

/** The text with `~` for each of these folders, as a path or inside of one; in JSON's spelling as well. */
export function withoutHome(text: string, homes: readonly string[]): string {
  return homes.reduce((rest, home) => {
    // `/`, and `C:\` say nothing about anybody.
    if (home.length < 4 || !/[\\/].*[^\\/]/.test(home)) return rest;
    const spellings = [...new Set([home, home.replaceAll("\\", "\\\\"), home.replaceAll("\\", "/")])];
    return spellings.reduce((each, spelling) => replacedPath(each, spelling), rest);
  }, text);
}

/** Every text of a value without these folders. */
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
  // `/home/ann` is not in `/home/annabel`, nor in `/mnt/home/ann`.
  return text.replace(new RegExp(`(?<![\\w.~/\\\\-])${literal}(?![\\w-]|\\.\\w)`, "g"), "~");
}

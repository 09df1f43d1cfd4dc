/** Finds the modules that a line imports, and the files of the repository that they may be. */
import path from "node:path";
import { IMPORTING, type Importing } from "./languages.ts";

/** The name of an imported module, and the files and folders (ending with a slash) that it may be. */
export interface Imported {
  readonly module: string;
  readonly paths: readonly string[];
}

const BY_EXTENSION = new Map<string, Importing[]>();
for (const each of IMPORTING)
  for (const extension of each.extensions.split(" "))
    BY_EXTENSION.set(extension, [...(BY_EXTENSION.get(extension) ?? []), each]);

/** Maximum names in braces to look up, and maximum names of a module that may have no folder. */
const MOST = 20;

/** Returns the modules that a line of a file imports; most lines import none. */
export function importsIn(file: string, line: string, index: PathIndex): Imported[] {
  const extension = path.posix.extname(file).slice(1).toLowerCase();
  return (BY_EXTENSION.get(extension) ?? []).flatMap((importing) =>
    importing.lines.flatMap((pattern) => {
      const [, module, names = ""] = pattern.exec(line) ?? [];
      if (module === undefined) return [];
      return [module, ...others(importing, module, names)].map((each) => ({
        module: each,
        paths: pathsOf(file, each, importing, index),
      }));
    }),
  );
}

/**
 * Returns further modules of an import: `a.{b, c}` and `from a import b` also import `a.b`; a list of modules
 * imports each.
 */
function others({ between }: Importing, module: string, names: string): string[] {
  const listed = names
    .split(",")
    .map((each) => each.trim().replace(/\s.*$/, ""))
    .filter((each) => /^[\w.:/\\-]+$/.test(each))
    .slice(0, MOST);
  if (names.startsWith(",") || between === undefined) return listed;
  const head = module.endsWith(between) ? module : `${module}${between}`;
  return listed.map((each) => `${head}${each}`);
}

function pathsOf(file: string, module: string, importing: Importing, index: PathIndex): string[] {
  const { leads, between, packages } = importing;
  const folder = path.posix.dirname(file);
  if (leads === "beside") return besideOf(path.posix.join(folder, module), index);
  if (leads === "path" && /^\.{1,2}([\\/]|$)/.test(module))
    return besideOf(path.posix.join(folder, module.replaceAll("\\", "/")), index);
  if (leads === "path") {
    const plain = module.replace(/^[@~]\//, "").replaceAll("\\", "/");
    if (packages && /^[^/.]+$/.test(module)) return [];
    return [
      ...new Set([
        ...besideOf(path.posix.join(folder, plain), index, true),
        ...index.ending(plain.split("/")),
      ]),
    ];
  }
  const relative = /^\.+/.exec(module)?.[0];
  if (between === "." && relative !== undefined) {
    const up = Array.from({ length: relative.length - 1 }, () => "..");
    const names = module.slice(relative.length).split(".").filter(Boolean);
    return besideOf(path.posix.join(folder, ...up, ...names), index);
  }
  const names = module.split(between ?? "/").filter(Boolean);
  return namesOf(file, names, importing, index);
}

/**
 * Returns files for the parts of a module's name, each part in the folder of the previous part. The last
 * parts may be items in a file, and the first parts the project's name.
 */
function namesOf(
  file: string,
  names: readonly string[],
  { leads, between }: Pick<Importing, "leads" | "between">,
  index: PathIndex,
): string[] {
  const own = { self: path.posix.dirname(file), super: path.posix.dirname(path.posix.dirname(file)) };
  const [first = ""] = names;
  if (first === "self" || first === "super") {
    const base = own[first as keyof typeof own];
    const inside = names
      .slice(1)
      .map((_, at, all) => path.posix.join(base, ...all.slice(0, all.length - at)));
    return inside.flatMap((each) => besideOf(each, index, true));
  }
  const wanted = first === "crate" ? names.slice(1) : names;
  const isPath = between === "/";
  const isForeign = /^(System|Microsoft|std|core|alloc)$/.test(first);
  const drops = leads === "namespace" && !isForeign ? wanted.length - 1 : 0;
  // Tries the longest path first. Parts dropped at its beginning may be the project's name, at its end an
  // item in a file.
  const least = leads === "names" || !isPath ? wanted.length - 2 : wanted.length;
  for (let to = wanted.length; to >= Math.max(1, least); to--)
    for (let from = 0; from <= Math.min(drops, to - 1); from++) {
      // Looks up a single part only if it is the whole name, or follows the project's name.
      if (to - from === 1 && wanted.length > 1 && from === 0) continue;
      const found = index.ending(wanted.slice(from, to));
      if (found.length > 0) return found;
    }
  return [];
}

/** Returns the files of the repository at a path, with any extension; without any, the path itself. */
function besideOf(wanted: string, index: PathIndex, onlyKnown = false): string[] {
  const known = index.at(wanted);
  return known.length > 0 || onlyKnown ? known : [wanted];
}

/** An index of the repository's files by the names in their paths. */
export class PathIndex {
  private readonly byStem = new Map<string, string[]>();
  private readonly byLast = new Map<string, string[]>();

  constructor(files: readonly string[]) {
    const folders = new Set<string>();
    for (const file of files) {
      this.add(stemOf(file), file);
      const folder = path.posix.dirname(file);
      if (folder !== "." && !folders.has(folder)) {
        for (let at = folder; at !== "." && !folders.has(at); at = path.posix.dirname(at)) {
          folders.add(at);
          this.add(at, `${at}/`);
        }
      }
      // Indexes a folder by its main file too, such as `index.ts`: an import of the folder means that file.
      if (/^(index|__init__|mod|init|main)$/.test(path.posix.basename(stemOf(file)))) this.add(folder, file);
    }
  }

  private add(stem: string, file: string): void {
    const plain = plainOf(stem);
    push(this.byStem, plain, file);
    push(this.byLast, plain.slice(plain.lastIndexOf("/") + 1), file);
  }

  /** Returns files and folders at a path, with any extension. */
  at(wanted: string): string[] {
    return this.byStem.get(plainOf(wanted)) ?? this.byStem.get(plainOf(stemOf(wanted))) ?? [];
  }

  /** Returns files and folders whose paths end with these names. */
  ending(names: readonly string[]): string[] {
    const plain = plainOf(names.join("/"));
    const last = (text: string) => this.byLast.get(text.slice(text.lastIndexOf("/") + 1)) ?? [];
    const ends = (text: string) =>
      last(text).filter((file) => {
        const stem = plainOf(file.endsWith("/") ? file.slice(0, -1) : stemOf(file));
        return [stem, path.posix.dirname(stem)].some((each) => each === text || each.endsWith(`/${text}`));
      });
    const found = ends(plain);
    return found.length > 0 ? found : ends(plainOf(stemOf(names.join("/"))));
  }
}

function push(map: Map<string, string[]>, key: string, file: string): void {
  const list = map.get(key);
  if (list) list.push(file);
  else map.set(key, [file]);
}

function stemOf(file: string): string {
  return file.replace(/(?<=[^/.])\.[A-Za-z0-9]{1,8}$/, "");
}

/**
 * Normalizes the spelling of names in different languages: `HttpClient` equals `http_client`, and `a.b`
 * equals `a/b`.
 */
function plainOf(text: string): string {
  return text.toLowerCase().replace(/[-_]/g, "").replaceAll(".", "/");
}

/** Defines the import statements of each language, and how module names lead to files. */

/** Method by which the name of a module leads to files. */
type Leads =
  /** The name is a path: relative to the importing file after a dot, else the end of a path in any folder. */
  | "path"
  /** The name is a path relative to the importing file. */
  | "beside"
  /** The parts of the name are folders and a file, from the top of the sources. */
  | "names"
  /** Like `names`, but the first parts may be the project's name, which has no folder. */
  | "namespace";

/** The import statements of a language. */
export interface Importing {
  /** File extensions of the language, without their dots, separated by spaces. */
  readonly extensions: string;
  /** Patterns of import lines: the first group is the module, the second group the names imported from it. */
  readonly lines: readonly RegExp[];
  readonly leads: Leads;
  /** The separator between the parts of a module's name. */
  readonly between?: string;
  /** True if a name without separators is an external package. */
  readonly packages?: true;
}

const QUOTED = `["'\`]([^"'\`]+)["'\`]`;

/** Import statements of every language that `init` detects. */
export const IMPORTING: readonly Importing[] = [
  {
    extensions: "ts tsx mts cts js jsx mjs cjs vue svelte",
    lines: [
      new RegExp(`\\bfrom\\s*${QUOTED}`),
      new RegExp(`^\\s*import\\s*${QUOTED}`),
      new RegExp(`\\b(?:import|require)\\s*\\(\\s*${QUOTED}`),
    ],
    leads: "path",
    packages: true,
  },
  {
    extensions: "py pyi",
    lines: [
      /^\s*from\s+([.\w]+)\s+import\s+\(?\s*(\*|[\w ,]+)?/,
      /^\s*import\s+([\w.]+)(?:\s+as\s+\w+)?((?:\s*,\s*[\w.]+)*)/,
    ],
    leads: "names",
    between: ".",
  },
  {
    extensions: "go",
    lines: [/^\s*(?:import\s+)?(?:[\w.]+\s+)?"([^"\s]+)"\s*(?:\/\/.*)?$/],
    leads: "namespace",
    between: "/",
  },
  {
    extensions: "rs",
    lines: [
      /^\s*(?:pub(?:\([^)]*\))?\s+)?use\s+(?:::)?([\w:]+)(?:\{([^}]*))?/,
      /^\s*(?:pub(?:\([^)]*\))?\s+)?(?:mod|extern\s+crate)\s+(\w+)\s*;/,
    ],
    leads: "namespace",
    between: "::",
  },
  {
    extensions: "java kt kts scala groovy",
    lines: [/^\s*import\s+(?:static\s+)?([\w.]+)(?:[.{]\{?([^}]*))?/],
    leads: "names",
    between: ".",
  },
  {
    extensions: "rb",
    lines: [
      new RegExp(`^\\s*(?:require|load)\\s*\\(?\\s*${QUOTED}`),
      new RegExp(`\\bautoload\\b[^"']*${QUOTED}`),
    ],
    leads: "path",
  },
  { extensions: "rb", lines: [new RegExp(`^\\s*require_relative\\s*\\(?\\s*${QUOTED}`)], leads: "beside" },
  {
    extensions: "php",
    lines: [/^\s*use\s+(?:function\s+|const\s+)?\\?([\w\\]+)(?:\{([^}]*))?/],
    leads: "namespace",
    between: "\\",
  },
  {
    extensions: "php",
    lines: [new RegExp(`\\b(?:require|include)(?:_once)?\\b[^"']*${QUOTED}`)],
    leads: "beside",
  },
  {
    extensions: "cs",
    lines: [/^\s*(?:global\s+)?using\s+(?:static\s+)?(?:\w+\s*=\s*)?([\w.]+)\s*;/],
    leads: "namespace",
    between: ".",
  },
  {
    extensions: "fs vb",
    lines: [/^\s*open\s+(?:type\s+)?([\w.]+)/, /^\s*Imports\s+(?:\w+\s*=\s*)?([\w.]+)/i],
    leads: "namespace",
    between: ".",
  },
  {
    extensions: "c h cc cpp cxx hpp hh m mm",
    lines: [/^\s*#\s*(?:include|import)\s*[<"]([^>"]+)[>"]/, /^\s*@import\s+([\w.]+)/],
    leads: "path",
  },
  {
    extensions: "cc cpp cxx hpp hh",
    lines: [/^\s*(?:export\s+)?import\s+([\w.]+)\s*;/],
    leads: "names",
    between: ".",
  },
  {
    extensions: "swift",
    lines: [/^\s*(?:@\w+\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?([\w.]+)/],
    leads: "namespace",
    between: ".",
  },
  {
    extensions: "clj cljs cljc",
    lines: [/(?:^\s*|:require\s+|:use\s+|\(require\s+|\(use\s+)'?[[(]?'?([a-z][\w-]*(?:\.[\w-]+)+)/],
    leads: "names",
    between: ".",
  },
  {
    extensions: "ex exs",
    lines: [/^\s*(?:alias|import|use|require)\s+([A-Z][\w.]*)(?:\{([^}]*))?/],
    leads: "namespace",
    between: ".",
  },
  {
    extensions: "erl",
    lines: [/^\s*-include(?:_lib)?\(\s*"([^"]+)"/, /^\s*-import\(\s*(\w+)/],
    leads: "path",
  },
  {
    extensions: "elm hs",
    lines: [/^\s*import\s+(?:safe\s+)?(?:qualified\s+)?([A-Z][\w.]*)/],
    leads: "names",
    between: ".",
  },
  {
    extensions: "dart",
    lines: [/^\s*(?:import|export|part)\s+["'](?:package:\w+\/)?([^"']+)["']/],
    leads: "path",
  },
  {
    extensions: "sh bash bats",
    lines: [/^\s*(?:\.|source|load)\s+["']?(?:\$\(.*\)\/|\$\{?\w+\}?\/)?([^"'\s;$]+)/],
    leads: "path",
  },
  {
    extensions: "ps1",
    lines: [
      /^\s*\.\s+["']?(?:\$\w+[\\/])?([^"'\s]+)/,
      /\bImport-Module\s+(?:-Name\s+)?["']?(?:\$\w+[\\/])?([^"'\s;]+)/i,
      /^\s*using\s+module\s+["']?([^"'\s;]+)/i,
    ],
    leads: "path",
  },
  {
    extensions: "pl pm",
    lines: [/^\s*(?:use|require)\s+(?:(?:parent|base)\s+(?:-norequire,\s*)?(?:qw\W|["']))?([A-Z][\w:]*)/],
    leads: "names",
    between: "::",
  },
  { extensions: "pl pm", lines: [/^\s*(?:require|do)\s+["']([^"']+)["']/], leads: "path" },
  { extensions: "lua", lines: [/\brequire\s*\(?\s*["']([^"']+)["']/], leads: "names", between: "." },
  { extensions: "lua", lines: [/\b(?:dofile|loadfile)\s*\(?\s*["']([^"']+)["']/], leads: "path" },
  { extensions: "ml", lines: [/^\s*(?:open!?|include)\s+([A-Z][\w.]*)/], leads: "namespace", between: "." },
  {
    extensions: "nim",
    lines: [/^\s*(?:import|include)\s+([\w./]+)((?:\s*,\s*[\w./]+)*)/, /^\s*from\s+([\w./]+)\s+import/],
    leads: "path",
  },
  { extensions: "zig", lines: [/@import\(\s*"([^"]+)"/], leads: "path" },
  {
    extensions: "r",
    lines: [/\b(?:library|require|requireNamespace)\(\s*["']?([\w.]+)/, /\bsource\(\s*["']([^"']+)/],
    leads: "path",
    packages: true,
  },
  {
    extensions: "jl",
    lines: [/^\s*(?:using|import)\s+([\w.]+)((?:\s*,\s*[\w.]+)*)/],
    leads: "namespace",
    between: ".",
  },
  { extensions: "jl", lines: [/\binclude\(\s*"([^"]+)"/], leads: "beside" },
  {
    extensions: "sql",
    lines: [/^\s*\\ir?\s+["']?([^"'\s;]+)/, /^\s*(?:source\s+|@@?)["']?([\w./-]+)/i],
    leads: "path",
  },
];

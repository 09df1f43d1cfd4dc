/** Rules: patterns in linear time, globs, imports of every language, and shipped sets. */
import { describe, expect, test } from "vitest";
import { checkChange } from "../../src/rules/check.ts";
import { engine } from "../../src/rules/globs.ts";
import { importsIn, PathIndex } from "../../src/rules/imports.ts";
import { rulesOf, SETS } from "../../src/rules/sets.ts";
import type { Rule } from "../../src/settings/rule.ts";
import { checkValue } from "../../src/settings/schema.ts";

/** A change that adds these lines to files of a repository that has others too. */
function change(added: Readonly<Record<string, readonly string[]>>, others: readonly string[] = []) {
  const files = Object.entries(added).map(([path, lines]) => ({
    path,
    added: lines.map((text, at) => ({ line: at + 1, text })),
    removed: [],
  }));
  const tracked = async () => [...Object.keys(added), ...others];
  return { files, fresh: new Set(Object.keys(added)), tracked };
}

const found = async (rules: readonly Rule[], ...rest: Parameters<typeof change>) => {
  const { findings, problems } = await checkChange(rules, change(...rest));
  expect(problems).toEqual([]);
  return findings.map((each) => `${each.path}:${each.line} ${each.rule}`);
};

test("a pattern that would hang a backtracking engine gets an answer, and an invalid one is named", async () => {
  const evil: Rule[] = ["^(a+)+$", "(x+x+)+y", "(a|a)*b", "([a-z]+)*\\d$"].map((forbid, at) => ({
    ...{ name: `evil-${at}`, forbid, files: ["**/*{a,aa,aaa}*{a,b}*a*a*a*a*a*a*b.ts"] },
  }));
  const line = `${"a".repeat(3000)}!`;
  const path = `${"a".repeat(200)}/${"a".repeat(200)}b.ts`;
  expect(await found(evil, { [path]: [line, "aaa", "xxy"] })).toEqual([
    `${path}:2 evil-0`,
    `${path}:3 evil-1`,
  ]);
  const { problems } = await checkChange(
    [
      { name: "back", forbid: "(a)\\1" },
      { name: "fine", forbid: "TODO" },
    ],
    change({ "a.ts": ["TODO"] }),
  );
  expect(problems).toEqual([expect.stringMatching(/^the rule back cannot be checked: .*escape/)]);
});

test.each([
  ["src/**/*.ts", "src/a.ts src/b/c.ts", "a.ts lib/src/a.ts src/a.js"],
  ["**/domain/**", "domain/a src/domain/b/c.go src/domain/", "domains/a src/domain"],
  ["*.{md,txt}", "a.md b.txt", "docs/a.md c.rst"],
  ["src/[a-c]?.ts", "src/ax.ts", "src/dx.ts src/a/.ts src/a.ts"],
  ["src/[!a]*.ts", "src/b.ts", "src/a.ts"],
  ["./a(b)+{c", "a(b)+{c", "abb"],
  ["**", "a a/b/c.d", ""],
])("the glob %s matches its paths", async (glob, matching, others) => {
  const match = (await engine()).globs([glob]);
  for (const path of matching.split(" ").filter(Boolean)) expect([path, match(path)]).toEqual([path, true]);
  for (const path of others.split(" ").filter(Boolean)) expect([path, match(path)]).toEqual([path, false]);
});

/** In each language a line of a file in `app`, and the file of the repository that it means. */
const LINES: readonly (readonly [file: string, line: string, means: string])[] = [
  ["src/app/a.ts", 'import { db } from "../infra/db.js";', "src/infra/db.ts"],
  ["src/app/a.ts", 'export * from "../infra";', "src/infra/index.ts"],
  ["src/app/a.tsx", 'const db = await import("@/infra/db");', "src/infra/db.ts"],
  ["src/app/a.cjs", "const db = require('../infra/db')", "src/infra/db.ts"],
  ["src/app/a.vue", "import db from '../infra/db'", "src/infra/db.ts"],
  ["src/app/a.svelte", 'import "../infra/db";', "src/infra/db.ts"],
  ["app/core/a.py", "from app.infra import db, cache", "app/infra/db.py"],
  ["app/core/a.py", "from ..infra.db import connect", "app/infra/db.py"],
  ["app/core/a.py", "import os, app.infra.db as db", "app/infra/db.py"],
  ["internal/app/a.go", '\tdb "example.com/shop/internal/infra"', "internal/infra/"],
  ["src/app/a.rs", "use crate::infra::db::{Pool, Row};", "src/infra/db.rs"],
  ["src/app/mod.rs", "pub(crate) use super::infra::db;", "src/infra/db.rs"],
  ["src/main/java/com/acme/app/A.java", "import com.acme.infra.Db;", "src/main/java/com/acme/infra/Db.java"],
  [
    "src/main/java/com/acme/app/A.java",
    "import static com.acme.infra.Db.open;",
    "src/main/java/com/acme/infra/Db.java",
  ],
  ["app/src/com/acme/app/A.kt", "import com.acme.infra.Db as Base", "src/main/java/com/acme/infra/Db.java"],
  ["a/A.scala", "import com.acme.infra.{Db, Cache}", "src/main/java/com/acme/infra/Db.java"],
  ["a/A.groovy", "import com.acme.infra.Db", "src/main/java/com/acme/infra/Db.java"],
  ["lib/app/a.rb", "require_relative '../infra/store'", "lib/infra/store.rb"],
  ["lib/app/a.rb", 'require "infra/store"', "lib/infra/store.rb"],
  ["src/App/A.php", "use Acme\\Infra\\Store;", "src/Infra/Store.php"],
  ["src/App/A.php", "require_once __DIR__ . '/../Infra/Store.php';", "src/Infra/Store.php"],
  ["Shop.App/A.cs", "using Shop.Infra;", "Shop.Infra/"],
  ["App/A.fs", "open Shop.Infra", "Shop.Infra/"],
  ["App/A.vb", "Imports Shop.Infra", "Shop.Infra/"],
  ["src/app/a.c", '#include "../infra/db.h"', "src/infra/db.h"],
  ["src/app/a.cpp", "#include <infra/db.h>", "src/infra/db.h"],
  ["src/app/a.hpp", "import infra.db;", "src/infra/db.h"],
  ["src/app/A.m", '#import "infra/db.h"', "src/infra/db.h"],
  ["src/app/A.mm", '#import "infra/db.h"', "src/infra/db.h"],
  ["Sources/App/A.swift", "@testable import Infra", "Sources/Infra/"],
  ["src/shop/app/a.clj", "  (:require [shop.infra.data-base :as db])", "src/shop/infra/data_base.clj"],
  ["lib/shop/app/a.ex", "  alias Shop.Infra.DataBase, as: Db", "lib/shop/infra/data_base.ex"],
  ["src/a.erl", '-include("infra/records.hrl").', "src/infra/records.hrl"],
  ["src/App/A.elm", "import Infra.Store exposing (..)", "src/Infra/Store.elm"],
  ["src/App/A.hs", "import qualified Infra.Store as S", "src/Infra/Store.hs"],
  ["lib/app/a.dart", "import 'package:shop/infra/store.dart';", "lib/infra/store.dart"],
  ["bin/a.sh", '. "$(dirname "$0")/infra/lib.sh"', "bin/infra/lib.sh"],
  ["bin/a.bats", "load infra/lib.sh", "bin/infra/lib.sh"],
  ["bin/a.ps1", "Import-Module $PSScriptRoot\\infra\\tools.psm1", "bin/infra/tools.psm1"],
  ["lib/App/A.pm", "use parent -norequire, 'Infra::Store';", "lib/Infra/Store.pm"],
  ["src/app/a.lua", 'local db = require("infra.store")', "src/infra/store.lua"],
  ["src/app/a.ml", "open Infra_store", "src/infra/infra_store.ml"],
  ["src/app/a.nim", "import std/os, ../infra/store", "src/infra/store.nim"],
  ["src/app/a.zig", 'const db = @import("../infra/store.zig");', "src/infra/store.zig"],
  ["R/a.R", 'source("R/infra/store.R")', "R/infra/store.R"],
  ["src/a.jl", 'include("infra/store.jl")', "src/infra/store.jl"],
  ["db/a.sql", "\\i infra/tables.sql", "db/infra/tables.sql"],
];

describe("import rules", () => {
  const files = [...new Set(LINES.map(([, , means]) => means))].map((each) =>
    each.endsWith("/")
      ? `${each}x.${{ internal: "go", Shop: "cs", Sources: "swift" }[each.split(/[/.]/)[0] ?? ""]}`
      : each,
  );
  const index = new PathIndex([...files, "src/other/db.py", "README.md"]);

  test.each(LINES)("in %s: %s", (file, line, means) => {
    const paths = importsIn(file, line, index).flatMap((each) => each.paths);
    expect(paths).toContain(means);
    // Ten lines of words are none.
    for (const words of ["return from(infra)", "// the infra db", 'const text = "infra/db";', ""])
      expect(importsIn(file, words, index).flatMap((each) => each.paths)).toEqual([]);
  });

  test("match packages by name, and files unknown to git by path", async () => {
    const rule = (never: string[]): Rule[] => [{ name: "no", files: ["src/domain/**"], imports: { never } }];
    const lines = {
      "src/domain/a.ts": ['import pg from "pg";', 'import "node:fs";', 'import "../new/x.js";'],
    };
    expect(await found(rule(["pg", "src/new/**"]), lines)).toEqual([
      "src/domain/a.ts:1 no",
      "src/domain/a.ts:3 no",
    ]);
    expect(await found(rule(["node:*"]), lines)).toEqual(["src/domain/a.ts:2 no"]);
    expect(
      await found(rule(["com/acme/**"]), { "src/domain/A.java": ["import com.acme.infra.Db;"] }),
    ).toEqual(["src/domain/A.java:1 no"]);
    const only: Rule[] = [{ name: "only", imports: { only: ["src/domain/**"] } }];
    expect(
      await found(only, { "src/domain/a.ts": ['import "./b";', 'import "pg";', 'import "../web/c";'] }, [
        "src/web/c.ts",
      ]),
    ).toEqual(["src/domain/a.ts:3 only"]);
    const apart: Rule[] = [{ name: "apart", imports: { apart: "services/*" } }];
    expect(
      await found(
        apart,
        { "services/a/x.ts": ['import "./y";', 'import "../b/x";', 'import "../../lib/z";'] },
        ["services/b/x.ts", "lib/z.ts"],
      ),
    ).toEqual(["services/a/x.ts:2 apart"]);
  });
});

test("a new file requires its companion, and changed lines require other lines", async () => {
  const rules: Rule[] = [
    {
      name: "tested",
      files: ["src/**/*.ts"],
      except: ["**/*.test.ts"],
      require: { exists: "{dir}/{name}.test.{ext}" },
    },
    { name: "logged", files: ["src/**"], require: { changes: "CHANGELOG.md" } },
  ];
  const lines = ["x"];
  expect(await found(rules, { "src/a(1).ts": lines, "src/b.ts": lines }, ["src/b.test.ts"])).toEqual([
    ...["src/a(1).ts:null tested", "src/a(1).ts:null logged", "src/b.ts:null logged"],
  ]);
  expect(
    await found(rules, { "src/a(1).ts": lines, "src/a(1).test.ts": lines, "CHANGELOG.md": lines }),
  ).toEqual([]);
  expect(await found(rules, { "src/a(1).ts": [] })).toEqual([]);
});

describe("shipped rule sets", () => {
  const breaks: Readonly<Record<string, readonly [file: string, line: string, others?: string[]]>> = {
    hexagonal: ["src/domain/a.ts", 'import "../infrastructure/db";'],
    layered: ["app/controllers/a.rb", "require_relative '../repositories/users'"],
    clean: ["src/entities/a.ts", 'import "../usecases/b";'],
    ddd: ["src/domain/a.cs", "using Shop.Infrastructure;", ["Shop/Infrastructure/Db.cs"]],
    mvc: ["app/models/user.py", "from app.views import page", ["app/views/page.py"]],
    microservices: ["services/a/x.go", '\t"example.com/shop/services/b"', ["services/b/y.go"]],
    "repository-pattern": ["src/users.ts", 'const rows = await db.query("SELECT name FROM users");'],
    "dependency-injection": ["src/users.ts", "    this.mail = new MailService(config);"],
  };

  test.each(Object.keys(SETS))("%s: finds violations and ignores tests", async (set) => {
    const [file = "", line = "", others = []] = breaks[set] ?? [];
    const { rules, problems } = rulesOf([{ set, severity: "error" }]);
    expect(problems).toEqual([]);
    expect(checkValue("context.rules", rules)).toEqual({ value: rules });
    const seen = await found(rules, { [file]: [line, "plain words"] }, others);
    expect(seen).toEqual([expect.stringMatching(`^${file}:1 ${set}/`)]);
    if (set !== "microservices")
      expect(await found(rules, { [file.replace(/(\.\w+)$/, ".test$1")]: [line] }, others)).toEqual([]);
  });

  test("accept other folders, and name unknown parameters", async () => {
    const { rules } = rulesOf([
      { set: "hexagonal", where: { domain: ["kernel/**"], adapters: ["edge/**"] } },
    ]);
    expect(
      await found(rules, {
        "kernel/a.ts": ['import "../edge/b";'],
        "src/domain/a.ts": ['import "../infra/b";'],
      }),
    ).toEqual(["kernel/a.ts:1 hexagonal/domain"]);
    expect(rulesOf([{ set: "onion" }, { set: "mvc", where: { view: ["x"] } }]).problems).toEqual([
      expect.stringContaining("there is no rule set onion; there are hexagonal, "),
      "the rule set mvc has no part view; its parts are models, views, controllers, tests",
    ]);
  });
});

test.each([
  ["console", "context.rules must be a list"],
  [[{ name: "a" }], "context.rules, rule 1: a needs forbid, imports or require"],
  [
    [
      { name: "a", forbid: "x" },
      { name: "a", forbid: "y" },
    ],
    "context.rules, rule 2: another rule has the name a",
  ],
  [[{ name: "a", forbid: "x", file: ["*"] }], "context.rules, rule 1: file: "],
  [[{ name: "a", forbid: "x".repeat(501) }], "context.rules, rule 1: forbid: "],
  [[{ set: "mvc", part: {} }], "context.rules, rule 1: part: "],
])("an invalid rule %j is reported", (value, wrong) => {
  expect(checkValue("context.rules", value)).toEqual({ wrong: expect.stringContaining(wrong) });
});

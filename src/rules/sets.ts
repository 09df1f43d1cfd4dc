/**
 * Defines rules for the architectures and patterns that the settings can name; projects use them unchanged or
 * adapted.
 */
import type { Rule, RuleEntry } from "../settings/rule.ts";

interface RuleSet {
  readonly does: string;
  /** Usual globs for the parts of the architecture, by name of the part. */
  readonly where: Readonly<Record<string, readonly string[]>>;
  /** The rules; in `files`, `except` and `imports`, a name with `@` refers to a part. */
  readonly rules: readonly Rule[];
}

const TESTS = [
  "**/{test,tests,__tests__,spec,testdata}/**",
  "**/*{.,_}{test,spec}.*",
  "**/test_*.py",
  "**/*Test.*",
];

/** Returns globs of folders with these names, in lower case and capitalized as in C# and Swift. */
const in_ = (...names: readonly string[]) =>
  names.map((each) => `**/{${each},${each.charAt(0).toUpperCase()}${each.slice(1)}}/**`);

/** Returns a rule that forbids one part to import from other parts. */
const free = (name: string, part: string, others: readonly string[], say: string): Rule => ({
  ...{ name, say, severity: "error", files: [`@${part}`], except: ["@tests"] },
  imports: { never: others.map((each) => `@${each}`) },
});

const DOMAIN = in_("domain", "core", "entities");
const ADAPTERS = in_("adapters", "infrastructure", "infra");

export const SETS: Readonly<Record<string, RuleSet>> = {
  hexagonal: {
    does: "The domain knows neither the application nor adapters; the application knows ports, not adapters.",
    where: { domain: DOMAIN, application: in_("application", "usecases"), adapters: ADAPTERS, tests: TESTS },
    rules: [
      free(
        "domain",
        "domain",
        ["application", "adapters"],
        "The domain depends on nothing around it: define a port, and implement it in an adapter.",
      ),
      free(
        "application",
        "application",
        ["adapters"],
        "The application talks to ports; adapters are put in from outside.",
      ),
    ],
  },
  layered: {
    does: "Each layer uses the one below it, and none above.",
    where: {
      presentation: in_("controllers", "handlers", "routes", "ui", "presentation"),
      business: in_("services", "business"),
      persistence: in_("repositories", "persistence", "dao"),
      tests: TESTS,
    },
    rules: [
      free(
        "presentation",
        "presentation",
        ["persistence"],
        "The presentation asks the business layer, which asks the persistence.",
      ),
      free(
        "business",
        "business",
        ["presentation"],
        "The business layer does not know who shows its answers.",
      ),
      free(
        "persistence",
        "persistence",
        ["presentation", "business"],
        "The persistence stores and finds; it knows no layer above.",
      ),
    ],
  },
  clean: {
    does: "Dependencies point inward: frameworks, adapters, use cases, entities.",
    where: {
      entities: in_("entities", "domain"),
      usecases: in_("usecases", "use_cases", "application", "interactors"),
      adapters: in_("adapters", "controllers", "gateways", "presenters"),
      frameworks: in_("frameworks", "infrastructure", "infra", "drivers"),
      tests: TESTS,
    },
    rules: [
      free(
        "entities",
        "entities",
        ["usecases", "adapters", "frameworks"],
        "Entities depend on nothing outside of them.",
      ),
      free(
        "usecases",
        "usecases",
        ["adapters", "frameworks"],
        "Use cases depend on entities, and on interfaces of their own.",
      ),
      free(
        "adapters",
        "adapters",
        ["frameworks"],
        "Adapters are called by frameworks, and do not call them.",
      ),
    ],
  },
  ddd: {
    does: "The domain is apart from application, interfaces and infrastructure.",
    where: {
      domain: in_("domain"),
      application: in_("application"),
      interfaces: in_("interfaces", "presentation", "api"),
      infrastructure: in_("infrastructure", "infra"),
      tests: TESTS,
    },
    rules: [
      free(
        "domain",
        "domain",
        ["application", "interfaces", "infrastructure"],
        "The domain model depends on nothing around it.",
      ),
      free(
        "application",
        "application",
        ["interfaces", "infrastructure"],
        "Application services use the domain; infrastructure implements its interfaces.",
      ),
    ],
  },
  mvc: {
    does: "Models know neither views nor controllers; views know no controllers.",
    where: {
      models: in_("models"),
      views: in_("views", "templates"),
      controllers: in_("controllers"),
      tests: TESTS,
    },
    rules: [
      free("models", "models", ["views", "controllers"], "A model does not know who shows or changes it."),
      free("views", "views", ["controllers"], "A view receives its data."),
    ],
  },
  microservices: {
    does: "A service imports nothing from another one.",
    where: { services: ["services/*"], tests: [] },
    rules: [
      {
        ...{
          name: "apart",
          severity: "error",
          say: "Services talk over the network, or share a library of its own.",
        },
        imports: { apart: "@services" },
      },
    ],
  },
  "repository-pattern": {
    does: "Only repositories talk to the database.",
    where: {
      repositories: [
        "**/{repository,repositories,persistence,dao,db,database,migrations}/**",
        "**/*{Repository,_repository,.repository}.*",
      ],
      tests: TESTS,
    },
    rules: [
      {
        ...{
          name: "sql",
          say: "Queries belong in a repository.",
          except: ["@repositories", "@tests", "**/*.{md,sql}"],
        },
        forbid: `(?i)["'\`\\s](select\\s[^"'\`]+\\sfrom\\s|insert\\s+into\\s|update\\s+\\w+\\s+set\\s|delete\\s+from\\s)`,
      },
      {
        ...{
          name: "client",
          say: "Only a repository knows the database's client.",
          except: ["@repositories", "@tests"],
        },
        imports: {
          never: [
            "{pg,mysql,mysql2,sqlite3,better-sqlite3,knex,typeorm,sequelize,mongoose,mongodb,drizzle-orm,@prisma/client}{,/**}",
            "{psycopg,psycopg2,sqlite3,sqlalchemy,pymongo,peewee}{,/**}",
            "{database/sql,java/sql,javax/persistence,jakarta/persistence}{,/**}",
          ],
        },
      },
    ],
  },
  "dependency-injection": {
    does: "Services receive their dependencies; only the composition root creates them.",
    where: {
      root: [
        "**/{main,container,bootstrap,composition,app,index,wiring}.*",
        "**/*{Module,.module,Factory,_factory,.factory}.*",
        "**/{di,ioc,container,config}/**",
      ],
      tests: TESTS,
    },
    rules: [
      {
        ...{
          name: "made-outside",
          say: "Accept it as a parameter, and create it in the composition root.",
          except: ["@root", "@tests", "**/*.md"],
        },
        forbid: "\\bnew\\s+\\w+(Service|Repository|Client|Gateway|Store|Dao)\\s*[(<]",
      },
    ],
  },
};

/**
 * Returns rules with each set replaced by its rules, named after the set, and a problem for each unknown set.
 */
export function rulesOf(entries: readonly RuleEntry[]): {
  readonly rules: Rule[];
  readonly problems: string[];
} {
  const problems: string[] = [];
  const rules = entries.flatMap((entry): Rule[] => {
    if (!("set" in entry)) return [entry];
    const { set: name, where = {}, severity } = entry;
    const set = Object.hasOwn(SETS, name) ? SETS[name] : undefined;
    if (!set) {
      problems.push(`there is no rule set ${name}; there are ${Object.keys(SETS).join(", ")}`);
      return [];
    }
    const unknown = Object.keys(where).filter((each) => !Object.hasOwn(set.where, each));
    if (unknown.length > 0)
      problems.push(
        `the rule set ${name} has no part ${unknown[0]}; its parts are ${Object.keys(set.where).join(", ")}`,
      );
    const parts = { ...set.where, ...where };
    return set.rules.map((rule) => ({
      ...withParts(rule, parts),
      name: `${name}/${rule.name}`,
      ...(severity && { severity }),
    }));
  });
  return { rules, problems };
}

function withParts(rule: Rule, parts: Readonly<Record<string, readonly string[]>>): Rule {
  const globs = (list: readonly string[]) =>
    list.flatMap((each) => (each.startsWith("@") && parts[each.slice(1)]) || [each]);
  const { files, except, imports } = rule;
  const { never, only, apart } = imports ?? {};
  return {
    ...rule,
    ...(files && { files: globs(files) }),
    ...(except && { except: globs(except) }),
    ...(imports && {
      imports: {
        ...(never && { never: globs(never) }),
        ...(only && { only: globs(only) }),
        ...(apart !== undefined && { apart: `{${globs([apart]).join(",")}}` }),
      },
    }),
  };
}

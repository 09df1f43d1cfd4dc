import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  findingsOf,
  findSecrets,
  mayHoldSecrets,
  needsRules,
  redactSecrets,
  replaceSpots,
} from "../../src/text/secrets.ts";

/** Returns random-looking letters and digits, so that this file contains no secret. */
const random = (length: number, set = "aZ3kQ9xR7mT2vB8nW4pL6yC1dF5gH0jS") =>
  Array.from({ length }, (_, at) => set[(at * 7 + Math.floor(at / 5)) % set.length]).join("");
const hex = (length: number) => random(length, "a3f9c1e7b2d804655");
const upper = (length: number) => random(length, "QX7RM2TV5BN3WP6LYC4DFGHJKS");
const word = (...parts: string[]) => parts.join("");

const SECRETS: readonly [string, string][] = [
  ["a classic token", `use ${word("gh", "p_")}${random(36)} for now`],
  ["a token of an app", `${word("gh", "s_")}${random(36)}`],
  ["a fine-grained token", word("github", "_pat_", random(82))],
  ["a token of a self-hosted forge", `it is ${word("gl", "pat-")}${random(20)}`],
  ["a registry's token", `npm login with ${word("np", "m_")}${random(36)}`],
  ["an npmrc line", `//registry.example.org/:_auth${"Token"}=${random(36)}`],
  ["a chat bot's token", word("xox", "b-", "123456789012-", random(24))],
  [
    "a chat webhook",
    word("https://hooks.", "slack.com/services/T", upper(8), "/B", upper(8), "/", random(24)),
  ],
  ["a cloud key id", `key ${word("AK", "IA")}${upper(16)}`],
  ["a cloud secret", `AWS_SECRET_ACCESS_${"KEY"}=${random(40)}`],
  ["a maps key", word("AI", "za", random(35))],
  ["an access token", word("ya", "29.", random(60))],
  ["a model's key", word("s", "k-ant-api03-", random(93), "AA")],
  ["another model's key", word("s", "k-proj-", random(74))],
  ["an old model's key", word("s", "k-", random(48))],
  ["a payment key", word("sk", "_live_", random(24))],
  ["a webhook's secret", word("wh", "sec_", random(32))],
  ["a hub token", word("h", "f_", random(34))],
  ["an index token", word("py", "pi-", random(60))],
  ["a droplet token", word("do", "p_v1_", hex(64))],
  ["a mailer's key", word("S", "G.", random(22), ".", random(43))],
  ["a shop's token", word("shp", "at_", hex(32))],
  ["an issue tracker's key", word("lin", "_api_", random(40))],
  ["an age key", word("AGE-SECRET", "-KEY-1", upper(58))],
  ["a signed web token", word("ey", "J", random(20), ".ey", "J", random(40), ".", random(43))],
  [
    "a private key",
    `-----BEGIN ${"PRIVATE"} KEY-----\n${random(64)}\n${random(64)}\n-----END ${"PRIVATE"} KEY-----`,
  ],
  ["a key that was cut", `-----BEGIN RSA ${"PRIVATE"} KEY-----\n${random(64)}`],
  [
    "an ssh key in one line",
    `-----BEGIN OPENSSH ${"PRIVATE"} KEY-----\\n${random(200)}\\n-----END OPENSSH ${"PRIVATE"} KEY-----`,
  ],
  ["a bearer token", `curl -H "Authorization: Bearer ${random(40)}" https://api.example.org`],
  ["a basic login in a header", `Authorization: Basic ${random(20)}==`],
  ["an address with a password", word("https://deploy:", "pa55", "w0rd-x9@git.example.org/a.git")],
  ["a database", word("postgres://app:", "s3cret", "Value@db.internal:5432/app")],
  ["an address with a token", `https://${random(40)}@git.example.org/x.git`],
  ["a cache without a user", `redis://:${random(16)}@cache:6379`],
  ["a password", `pass${"word"} = "correcthorse"`],
  ["an environment line", `DB_PASS${"WORD"}=swordfish`],
  ["a password in prose", `the test pass${"word"}: hunter2x!`],
  ["a setting in YAML", `  client_sec${"ret"}: ${random(24)}`],
  ["a field in JSON", `{"api_${"key"}": "${random(32)}"}`],
  ["a hash after a telling name", `api-${"key"}: ${hex(40)}`],
  ["an export", `export SERVICE_TO${"KEN"}=${random(28)}`],
  ["a camel-case field", `authTo${"ken"}: '${random(30)}'`],
  ["an arrow", `:sec${"ret"} => "${random(20)}"`],
  ["an option", `deploy --to${"ken"} ${random(30)}`],
  ["a password option", `mysql --pass${"word"} Tr0ub4dor`],
  ["a login for curl", `curl -u admin:${random(10)} https://example.org`],
];

const HARMLESS: readonly [string, string][] = [
  ["prose about passwords", "Users can reset their password: the mail has a link"],
  ["a rule for passwords", "Password: must have 12 characters"],
  ["prose about tokens", "Access tokens live 15 minutes; the refresh token: rotated at each use"],
  ["a reason", "no secret on the client"],
  ["a decision", "Use PKCE with OAuth2 instead of the implicit flow: deprecated by the working group"],
  ["a commit id", `carried by ${hex(40)}`],
  ["a long commit id", `commit ${hex(64)}`],
  ["a session's id", "Session-Id: k3f9qzm2x7ab"],
  ["a uuid", "request 7d1f0c52-3f7e-4d5c-9a55-0f6a1a2b3c4d failed"],
  ["an item", "depends on dec-12 and obj-3"],
  ["a file with a telling name", "token: src/auth/token.ts"],
  ["a file and line", "secret: lib/secret_store.rb:120"],
  ["files", "src/model/secrets.ts, test/model/secrets.test.ts, docs/api-keys.md"],
  ["a branch", "feature/rotate-api-keys-2024"],
  ["a budget", "max_tokens: 2500"],
  ["a count", "tokens=128000 prompt tokens, 4096 for the answer"],
  ["a hash of a password", `password_hash: ${hex(60)}`],
  ["an id of a token", `token_id = ${random(24)}`],
  ["a variable", `api_${"key"} = process.env.API_KEY`],
  ["a shell variable", `DB_PASS${"WORD"}=$DB_PASSWORD`],
  ["a braced variable", `to${"ken"}: \${{ secrets.DEPLOY_TOKEN }}`],
  ["a template", `pass${"word"} = "{{ vault_password }}"`],
  ["a placeholder", `API_${"KEY"}=your-api-key-here`],
  ["stars", `pass${"word"}: ********`],
  ["crosses", `sec${"ret"} = xxxxxxxxxxxx`],
  ["an angle bracket", `to${"ken"}=<your token>`],
  ["a call", `const to${"ken"} = createToken(user.id)`],
  ["a member", `to${"ken"}: config.auth.token`],
  ["a type", `pass${"word"}: string`],
  ["a quoted type", `{ "type": "object", "pass${"word"}": "string" }`],
  ["an input", '<input type="password" name="password" autocomplete="current-password">'],
  ["an address of a forge", "git clone git@github.com:example/project.git"],
  ["an address with a user", "ssh://git@example.org/a/b.git"],
  ["an address with a port", "http://localhost:8080/login?next=/home"],
  ["an address with a placeholder", "https://user:$TOKEN@example.org/x.git"],
  ["an address in brackets", "postgres://<user>:<password>@host/db"],
  ["a mail address", "write to security@example.org"],
  ["the documented cloud key", word("AK", "IA", "IOSFODNN7", "EXAMPLE")],
  ["a library", "import sk-learn pipelines, see sk-learn-contrib-text-classification-tools"],
  ["a public key", `-----BEGIN PUBLIC KEY-----\n${random(64)}\n-----END PUBLIC KEY-----`],
  ["an ssh public key", `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${random(40)} me@example.org`],
  ["an integrity hash", `"integrity": "sha512-${random(86)}=="`],
  ["an image", `data:image/png;base64,${random(200)}`],
  ["a checksum", `sha256:${hex(64)}`],
  ["the bearer of news", "The bearer authentication middleware comes first"],
  ["a monkey", "keyboard: monkey patching the keymap, primary key: user_id"],
  ["a key of a map", "key: value, cache key = user:42:profile"],
  ["numbers", "2 files, +48 -3; Coverage: 79% → 84%"],
  ["a version", `to${"ken"}: v2.0.1`],
  ["a length", `sec${"ret"}: 256-bit`],
  ["a day", `to${"ken"}: 2024-01-31T12:00:00Z`],
  ["tags", "auth, security, token-rotation, secret-scanning"],
  ["a test's command", "npm test -- auth/token.test.ts: passed"],
  ["a trailer", "Decisions:\n - dec-1: Store the token in memory\n   Rationale: XSS cannot read it"],
];

describe("secret detection", () => {
  it.each(SECRETS)("finds %s", (_, text) => {
    expect(mayHoldSecrets(text)).toBe(true);
    expect(findSecrets(text)).toHaveLength(1);
  });

  it.each(HARMLESS)("ignores %s", (_, text) => {
    expect(findSecrets(text).map(({ start, end }) => text.slice(start, end))).toEqual([]);
  });

  it("runs no other scanner on ordinary text", () => {
    const asked = HARMLESS.filter(([, text]) => needsRules(text)).map(([what]) => what);
    // They begin like a secret; the scanner knows better.
    expect(asked).toEqual([
      "an address with a placeholder",
      "an address in brackets",
      "the documented cloud key",
      "a public key",
      "an ssh public key",
    ]);
  });

  it("reports line and rule, and masks every value in the line", () => {
    const one = word("gh", "p_", random(36));
    const two = random(30);
    const text = `# Objectives\n- [ ] obj-1: ${one} and to${"ken"}=${two}, soon\n`;
    const found = findingsOf(
      { name: "objectives.md", text },
      findSecrets(text),
      (value) => `${value.length}`,
    );
    const masked = "- [ ] obj-1: **** and token=****, soon";
    expect(found).toEqual([
      { id: "40", rule: "github-token", name: "objectives.md", line: 2, masked },
      { id: "30", rule: "assignment", name: "objectives.md", line: 2, masked },
    ]);
  });

  it("shows the surroundings of a value in a long line, never the value", () => {
    const value = word("gh", "p_", random(36));
    const text = `${"before ".repeat(50)}${value}${" after".repeat(50)}`;
    const [found] = findingsOf({ name: "note", text }, findSecrets(text), () => "x");
    expect(found?.masked).toMatch(/^….* \*\*\*\* .*…$/);
    expect(found?.masked.length).toBeLessThan(110);
  });

  it("removes a whole private key and keeps the text around it", () => {
    const key = `-----BEGIN ${"PRIVATE"} KEY-----\n${random(64)}\n-----END ${"PRIVATE"} KEY-----`;
    expect(redactSecrets(`before\n${key}\nafter`)).toBe("before\n[redacted]\nafter");
  });

  it("redacts every secret of the table, and redacting again changes nothing", () => {
    for (const [, text] of SECRETS) {
      const clean = redactSecrets(text);
      expect(clean).toContain("[redacted]");
      expect(findSecrets(clean)).toEqual([]);
    }
  });

  it("keeps an accepted value", () => {
    const value = word("gh", "p_", random(36));
    expect(redactSecrets(`a ${value} b`, (each) => each === value)).toBe(`a ${value} b`);
  });

  it("finds a secret at any position of ordinary text", () => {
    const prose = fc.constantFrom(
      ...HARMLESS.map(([, text]) => text).filter((text) => !text.includes("-----")),
    );
    fc.assert(
      fc.property(prose, fc.constantFrom(...SECRETS), prose, (before, [, secret], after) => {
        // A truncated key includes the next line if that looks like key data.
        const text = `${before}\n${secret}\n# ${after}`;
        const [spot] = findSecrets(text);
        expect(spot?.start).toBeGreaterThan(before.length);
        expect(spot?.end).toBeLessThanOrEqual(before.length + 1 + secret.length);
      }),
    );
  });

  it("leaves all other text unchanged", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (before, value, after) => {
        const spot = { rule: "x", start: before.length, end: before.length + value.length };
        expect(replaceSpots(before + value + after, [spot], "")).toBe(before + after);
      }),
    );
  });

  it("takes time linear in the length of any text", () => {
    const hostile = [
      "password",
      "key=",
      "a://",
      "-----BEGIN PRIVATE KEY-----",
      "token: ",
      "-",
      "eyJa.",
      "x_",
      "'\"",
      "bearer ",
    ];
    // A quadratic rule takes minutes for one of these.
    for (const each of hostile) {
      const text = each.repeat(Math.ceil(200_000 / each.length));
      const found = findSecrets(text);
      expect(found.every(({ start, end }) => start < end && end <= text.length)).toBe(true);
    }
  });
});

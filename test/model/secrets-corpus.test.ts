/** Tokens of many services, made when the test runs, and real prose that has none. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { findSecrets, mayHoldSecrets } from "../../src/text/secrets.ts";

const SETS = {
  a: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  x: "0123456789abcdef",
  l: "abcdefghijklmnopqrstuvwxyz0123456789",
  U: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  d: "0123456789",
  L: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
} as const;

/** Published shapes of tokens: `{x32}` is 32 hexadecimal digits; a bar is nothing, so that no shape reads as a token. */
const SHAPES = `
GOC|SPX-{a28} AI|za{a35} ya|29.{a60} 1/|/0{a60} hv|s.{a90} hv|b.{a140} da|pi{x32} da|pi{x32}-2 ATA|TT3{a180}={U8} ATC|TT3{a170}
AT|BB{a32} dckr|_pat_{a27} dckr|_oat_{a32} Account|Key={a86}== SharedAccess|Key={a43}= {a3}8|Q~{a34} 123456789:|AA{a33}
M{a23}.{a6}.{a27} N{a25}.{a6}.{a38} S|K{x32} ke|y-{x32} {x32}-|us12 gh|p_{a36} gh|o_{a36} gh|u_{a36} gh|s_{a36} gh|r_{a76}
github|_pat_{a22}_{a59} gl|pat-{a20} gl|dt-{a20} gl|rt-{a20} gl|ptt-{x40} gl|cbt-{a20} GR|1348941{a20} np|m_{a36}
xox|b-{d12}-{d12}-{a24} xox|p-{d12}-{d12}-{d12}-{x32} xapp|-1-{U11}-{d13}-{x64} https://hooks.sl|ack.com/services/T{U8}/B{U8}/{a24}
https://disc|ord.com/api/webhooks/{d18}/{a68} AK|IA{U16} AS|IA{U16} sk-|ant-api03-{a95} sk-|proj-{a74} sk-|{a48} sk-|svcacct-{a60}
gs|k_{a52} xa|i-{a80} ppl|x-{a48} nv|api-{a64} r8|_{a37} tv|ly-{a32} pc|sk_{a70} lsv|2_pt_{x32}_{x10} h|f_{L34}
sk|_live_{a24} rk|_live_{a24} sk|_test_{a99} wh|sec_{a32} sq0|atp-{a22} sq0|csp-{a43} EA|AA{a60} EAA|C{a160} py|pi-AgEIcHlwaS5vcmc{a80}
do|p_v1_{x64} do|o_v1_{x64} S|G.{a22}.{a43} shp|at_{x32} shp|ca_{x32} shp|ss_{x32} lin|_api_{a40} AGE-SECRET|-KEY-1{U58}
ey|J{a30}.ey|J{a60}.{a43} gl|c_{a80} gl|sa_{a32}_{x8} HRK|U-{a60} pat-|na1-{x8}-{x4}-{x4}-{x4}-{x12} sdk|-{x8}-{x4}-{x4}-{x4}-{x12}
access|-production-{x8}-{x4}-{x4}-{x4}-{x12} nf|p_{a36} NR|AK-{U27} nt|n_{d11}{a35} sec|ret_{a43} oy|2{l43} pscale|_tkn_{a43}
PM|AK-{x24}-{x34} pn|u_{a36} pu|l-{x40} rd|me_{l70} rubygems|_{x48} sntr|ys_ey|J{a120} sntr|yu_{x64} shippo|_live_{x40} sq|p_{x40}
sb|p_{x40} sb_sec|ret_{a31} tskey|-auth-{a17}-{a32} AK|ID{a32} {a14}.atlas|v1.{a67} AAAAAAAAAAAAAAAAAAA|AA{a90} tf|p_{a59}
vc|p_{a56} cf|ut_{a40}{x8} cf|k_{a40}{x8} v1|.0-{x24}-{x146} CF|PAT-{a43} c|io{a32} dt0|c01.{U24}.{U64} EZ|AK{a54} fig|d_{a43}
AKC|p{a69} LT|AI{a20} CCI|PAT_{a22}_{x40} bku|a_{x40} CLO|JARS_{l60} xkey|sib-{x64}-{a16} pat|{a14}.{x64} s|l.{a140}
dp|.st.dev.{a43} dp|.pt.{a43} op|s_ey|J{a260} A|3-{U6}-{U6}-{U5}-{U5}-{U5} p8|e-{l32} AB|SK{a110}=`
  .split(/\s+/)
  .filter(Boolean);

let state = Number(process.env.SESSION_TEST_SEED ?? 1) + 1;

function random(below: number): number {
  state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647 || 1;
  return state % below;
}

function made(shape: string): string {
  return shape
    .replaceAll("|", "")
    .replace(/\{([axlUdL])(\d+)\}/g, (_all, set: keyof typeof SETS, length: string) =>
      Array.from({ length: Number(length) }, () => SETS[set][random(SETS[set].length)]).join(""),
    );
}

const AROUND = [
  (token: string) => token,
  (token: string) => `use ${token} for now`,
  (token: string) => `the value (${token}).`,
  (token: string) => `curl -H 'X-Auth: ${token}' https://api.example.org`,
];

test("at least 97 of 100 tokens of many services are found anywhere in a text", () => {
  const tokens = SHAPES.flatMap((shape) => AROUND.map((around) => ({ shape, text: around(made(shape)) })));
  const missed = tokens.filter(({ text }) => !mayHoldSecrets(text) || findSecrets(text).length === 0);
  const recall = 1 - missed.length / tokens.length;
  expect(recall, [...new Set(missed.map((each) => each.shape))].join(" ")).toBeGreaterThan(0.97);
});

/** Texts of a folder or file of messages: JSON lines with a `message`, or messages with NUL between them. */
function messagesOf(from: string): string[] {
  const files = statSync(from).isDirectory()
    ? readdirSync(from).map((name) => path.join(from, name))
    : [from];
  return files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    if (!file.endsWith(".jsonl")) return text.split("\0");
    return text
      .split("\n")
      .filter(Boolean)
      .map((line) => String((JSON.parse(line) as { message: unknown }).message));
  });
}

const messages = process.env.SESSION_TEST_MESSAGES;

test.skipIf(messages === undefined)(
  "real commit messages contain no secret (SESSION_TEST_MESSAGES: a folder of them)",
  () => {
    const found = messagesOf(messages ?? "").flatMap((text) =>
      findSecrets(text).map(({ rule, start, end }) => `${rule}: ${text.slice(Math.max(0, start - 40), end)}`),
    );
    expect(found).toEqual([]);
  },
);

test("words that begin like a token are not found as secrets", () => {
  const words = [
    "sk-learn-contrib-text-classification-tools sk_create_session_with_parent_id rk_tree_node_list_of_all",
    "pat-utils-for-common-cases key-value-store npm_config_user_agent npm_package_json_version_number",
    "MATCHED_RECURSIVELY_LEADING OtherActiveSessionsOnBranch NO_SUCH_FILE_OR_DIRECTORY_HERE",
    "https://hooks.slack.com/ hf_hub_download_with_retries secret_key_base_of_the_application",
    "fix: gl-matrix, ghp pages, glpat prefix, hvs storage, SG. Nothing, dp.st.dev, sl. no",
    "Change-Id: I1234567890abcdef1234567890abcdef12345678, commit 3f9a12cd3f9a12cd3f9a12cd3f9a12cd3f9a12cd",
  ];
  for (const text of words) expect(findSecrets(text), text).toEqual([]);
});

/** Finds tokens with an identifying prefix. Pure. */
import { lazyValue } from "./lazy.ts";

const UUID = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}";

/**
 * Name of a rule, and its pattern. Each pattern begins with the token's prefix and matches all following
 * letters; the characters around it are checked separately.
 */
const PATTERNS: readonly (readonly [string, string])[] = [
  ["1password-token", "ops_eyJ[A-Za-z0-9+/=_-]{100,}"],
  ["1password-key", "A3-[A-Z0-9]{6}-[A-Z0-9]{6,11}(?:-[A-Z0-9]{5}){3,4}"],
  ["adobe-secret", "p8e-[A-Za-z0-9]{32}"],
  ["age-key", "AGE-SECRET-KEY-1[A-Z0-9]{50,}"],
  ["ai-key", "sk-(?:ant|proj|svcacct|admin|or)-[A-Za-z0-9_-]{20,}"],
  ["ai-key", "sk-[A-Za-z0-9]{32,}"],
  ["ai-key", "gsk_[A-Za-z0-9]{40,}"],
  ["ai-key", "xai-[A-Za-z0-9]{60,}"],
  ["ai-key", "pplx-[A-Za-z0-9]{40,}"],
  ["ai-key", "nvapi-[A-Za-z0-9_-]{50,}"],
  ["ai-key", "r8_[A-Za-z0-9]{37}"],
  ["ai-key", "tvly-[A-Za-z0-9-]{24,}"],
  ["ai-key", "pcsk_[A-Za-z0-9_]{40,}"],
  ["ai-key", "lsv2_[a-z]{2}_[a-f0-9]{32}_[a-f0-9]{10}"],
  ["airtable-token", "pat[A-Za-z0-9]{14}\\.[a-f0-9]{64}"],
  ["alibaba-key", "LTAI[A-Za-z0-9]{17,24}"],
  ["artifactory-key", "AKCp[A-Za-z0-9]{60,}"],
  ["atlassian-token", "AT[AC]TT3[A-Za-z0-9_=-]{60,}"],
  ["atlassian-token", "ATBB[A-Za-z0-9]{28,}"],
  ["aws-key", "A[KSGIRN][ADIPOV]A[A-Z0-9]{16}"],
  ["aws-key", "A3T[A-Z0-9]{17}"],
  ["aws-key", "ABSK[A-Za-z0-9+/]{60,}={0,2}"],
  ["azure-key", "AccountKey=[A-Za-z0-9+/]{86}=="],
  ["azure-key", "SharedAccessKey=[A-Za-z0-9+/]{43}="],
  ["azure-secret", "[A-Za-z0-9_~.-]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}"],
  ["brevo-key", "xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"],
  ["buildkite-token", "bkua_[a-f0-9]{40}"],
  ["circleci-token", "CCI[PR][A-Z]{2,3}_[A-Za-z0-9]{20,24}_[a-f0-9]{40}"],
  ["clojars-token", "CLOJARS_[a-z0-9]{60}"],
  ["cloudflare-token", "cf(?:k|ut|at)_[A-Za-z0-9]{40}[0-9a-f]{8}"],
  ["cloudflare-key", "v1\\.0-[a-f0-9]{24}-[a-f0-9]{100,}"],
  ["contentful-token", "CFPAT-[A-Za-z0-9_-]{40,}"],
  ["crates-token", "cio[A-Za-z0-9]{32}"],
  ["databricks-token", "dapi[a-f0-9]{32}(?:-\\d)?"],
  ["digitalocean-token", "do[opr]_v1_[a-f0-9]{64}"],
  ["discord-token", "[MNO][A-Za-z0-9_-]{23,25}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,38}"],
  ["docker-token", "dckr_[a-z]{2,4}_[A-Za-z0-9_-]{27,}"],
  ["doppler-token", "dp\\.[a-z]{2,5}\\.(?:[a-z0-9_-]{2,35}\\.)?[A-Za-z0-9]{40,44}"],
  ["dropbox-token", "sl\\.[A-Za-z0-9_.-]{100,}"],
  ["dynatrace-token", "dt0[a-z]\\d{2}\\.[A-Z0-9]{24}\\.[A-Z0-9]{64}"],
  ["easypost-key", "EZ[AT]K[A-Za-z0-9]{54}"],
  ["facebook-token", "EAA[A-Za-z0-9]{90,}"],
  ["figma-token", "fig[dour]_[A-Za-z0-9_-]{40,}"],
  ["github-token", "gh[pousr]_[A-Za-z0-9]{30,}"],
  ["github-token", "github_pat_[A-Za-z0-9_]{40,}"],
  ["gitlab-token", "gl(?:pat|dt|rt|ptt|ft|soat|cbt|imt|agent|oas|ffct|wt)-[A-Za-z0-9_.-]{18,}"],
  ["gitlab-token", "GR1348941[A-Za-z0-9_-]{20}"],
  ["google-key", "AIza[A-Za-z0-9_-]{35}"],
  ["google-token", "ya29\\.[A-Za-z0-9_-]{20,}"],
  ["google-token", "1//0[A-Za-z0-9_-]{40,}"],
  ["google-secret", "GOCSPX-[A-Za-z0-9_-]{28}"],
  ["grafana-token", "glc_[A-Za-z0-9+/]{32,}={0,2}"],
  ["grafana-token", "glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}"],
  ["heroku-key", "HRKU-[A-Za-z0-9_-]{30,}"],
  ["hubspot-token", `pat-[a-z]{2}\\d-${UUID}`],
  ["huggingface-token", "hf_[A-Za-z0-9]{30,}"],
  ["huggingface-token", "api_org_[A-Za-z]{34}"],
  ["launchdarkly-key", `(?:sdk|mob|api)-${UUID}`],
  ["linear-key", "lin_(?:api|oauth)_[A-Za-z0-9]{32,}"],
  ["mailchimp-key", "[0-9a-f]{32}-us\\d{1,2}"],
  ["mailgun-key", "key-[0-9a-f]{32}"],
  ["netlify-token", "nf[pc]_[A-Za-z0-9]{36,}"],
  ["newrelic-key", "NR(?:AK|II|JS|RA|SP)-[A-Za-z0-9_-]{19,}"],
  ["notion-token", "ntn_\\d{11}[A-Za-z0-9]{35}"],
  ["notion-token", "secret_[A-Za-z0-9]{43}"],
  ["npm-token", "npm_[A-Za-z0-9]{30,}"],
  ["nuget-key", "oy2[a-z0-9]{43}"],
  ["payment-key", "[sr]k_(?:live|test|prod)_[A-Za-z0-9]{16,}"],
  ["payment-key", "[sr]k_[A-Za-z0-9]{24,}"],
  ["payment-key", "whsec_[A-Za-z0-9+/=]{24,}"],
  ["plaid-token", `access-(?:sandbox|development|production)-${UUID}`],
  ["planetscale-token", "pscale_[a-z]{2,5}_[A-Za-z0-9_=.-]{32,}"],
  ["postman-key", "PMAK-[a-f0-9]{24}-[a-f0-9]{34}"],
  ["prefect-key", "pn[ub]_[A-Za-z0-9]{36}"],
  ["pulumi-token", "pul-[a-f0-9]{40}"],
  ["pypi-token", "pypi-[A-Za-z0-9_-]{50,}"],
  ["readme-key", "rdme_[a-z0-9]{70}"],
  ["rubygems-key", "rubygems_[a-f0-9]{48}"],
  ["sendgrid-key", "SG\\.[A-Za-z0-9_-]{16,64}\\.[A-Za-z0-9_-]{16,}"],
  ["sentry-token", "sntry[su]_[A-Za-z0-9+/=_-]{60,}"],
  ["shippo-token", "shippo_[a-z]{4}_[a-f0-9]{40}"],
  ["shopify-token", "shp[a-z]{2}_[A-Fa-f0-9]{32,}"],
  ["slack-token", "xox[abeoprs]-(?:[A-Za-z0-9]{1,80}-)*[A-Za-z0-9]{10,}"],
  ["slack-token", "xapp-\\d-[A-Z0-9]{8,}-\\d{8,}-[a-f0-9]{32,}"],
  ["sonar-token", "sq[pua]_[a-f0-9]{40}"],
  ["square-token", "sq0[a-z]{3}-[A-Za-z0-9_-]{22,}"],
  ["square-token", "EAAA[A-Za-z0-9_-]{60}"],
  ["supabase-token", "sbp_[a-f0-9]{40}"],
  ["supabase-token", "sb_secret_[A-Za-z0-9_-]{20,}"],
  ["tailscale-key", "tskey-[a-z]{2,20}-[A-Za-z0-9_]{8,40}-[A-Za-z0-9_]{16,}"],
  ["telegram-token", "\\d{8,10}:AA[A-Za-z0-9_-]{33}"],
  ["tencent-key", "AKID[A-Za-z0-9]{32}"],
  ["terraform-token", "[A-Za-z0-9]{14}\\.atlasv1\\.[A-Za-z0-9_=-]{60,}"],
  ["twilio-key", "SK[0-9a-f]{32}"],
  ["twitter-token", "AAAAAAAAAAAAAAAAAAAAA[A-Za-z0-9%]{60,}"],
  ["typeform-token", "tfp_[A-Za-z0-9_.=-]{50,}"],
  ["vault-token", "hv[sbr]\\.[A-Za-z0-9_-]{24,}"],
  ["vercel-token", "vc[piark]_[A-Za-z0-9]{20,}"],
  ["web-token", "eyJ[\\w-]{8,2000}\\.eyJ[\\w-]{8,4000}\\.[\\w-]{16,2000}"],
  ["chat-webhook", "https://hooks\\.slack\\.com/(?:services|workflows)/[\\w/-]{20,}"],
  ["chat-webhook", "https://discord(?:app)?\\.com/api/webhooks/\\d{10,}/[\\w-]{40,}"],
  ["chat-webhook", "https://[a-z0-9-]{1,80}\\.webhook\\.office\\.com/webhookb2/[\\w@/-]{40,}"],
];

/** Compiled on first use: a hundred patterns take as long to compile as a short text to scan. */
const tokens = lazyValue(() => PATTERNS.map(([rule, source]) => [rule, new RegExp(source, "g")] as const));

/**
 * Matches letters without a gap, long enough for a token. Commit ids, which every record contains, have only
 * hexadecimal digits.
 */
const RUN = /[\w.~+/=%@-]{15,}/g;
const HEXADECIMAL = /^[0-9a-f]+$/;

/** Matches the prefix of a pattern, with the minimum number of letters after it. */
const LEAD = /^(?:(?:[\w:/=-]|\\[.d]|\[[^\]]+\]|\(\?:[\w|]+\))(?![{*+?]))+(?:\[[^\]]+\]\{\d+)?/;

/** Middle parts of token patterns that begin with ordinary text: texts are searched for these parts. */
const MIDDLES = [
  "\\dQ~",
  "\\d:AA",
  "\\.[\\w-]{6}\\.[\\w-]{27}",
  "[0-9a-f]-us\\d",
  "\\.atlasv1\\.",
  "\\.webhook\\.office",
];

const leads = lazyValue(
  () =>
    new RegExp(
      [...MIDDLES, ...PATTERNS.flatMap(([, source]) => LEAD.exec(source)?.[0].replace(/\{\d+$/, "$&}") ?? [])]
        .filter((each) => !each.endsWith("{1}"))
        .join("|"),
    ),
);

/** Reports whether a text contains the prefix of a token. Fast. */
export function mayHoldTokens(text: string): boolean {
  for (const [run] of text.matchAll(RUN)) if (!HEXADECIMAL.test(run)) return leads().test(text);
  return false;
}

/** Yields every token of a text: rule, value and offset. */
export function* findTokens(text: string): Generator<{ rule: string; value: string; at: number }> {
  for (const [rule, pattern] of tokens())
    for (const { 0: value, index: at } of text.matchAll(pattern)) {
      const isApart = !/[\p{L}\d_]$/u.test(text.slice(Math.max(0, at - 2), at));
      const isWhole = !/^[A-Za-z0-9_]/.test(text.slice(at + value.length, at + value.length + 1));
      if (isApart && isWhole) yield { rule, value, at };
    }
}

// What `npm run bench -- brief` asks: written down before the brief was measured, and the fixture that the answers are in.

export const README = `# shop

A shop for small publishers. Node 20, TypeScript.

    npm ci && npm test

The checkout is in src/checkout, payments are in src/payment.
`;

export const ARCHITECTURE = `# Architecture

Ports and adapters. The core in src/*/core knows no network and no database.

- Money is handled by src/payment alone; nothing else adds amounts.
- Every request to a payment provider goes through the outbox.
- The catalog is read-only for the checkout.

Pages are rendered on the server. There is no client-side state beyond the cart's id.
`;

export const CONVENTIONS = `# Conventions

- Errors are values; nothing throws across a port.
- Tests stand beside what they test.
- No new dependency without a decision.
`;

export const OBJECTIVES = [
  "Cart as one aggregate",
  "Address form with validation",
  "Shipping options by weight",
  "Tax by country",
  "Vouchers and gift cards",
  "Order summary page",
  "Payment by card",
  "Payment by invoice",
  "Outbox for provider calls",
  "Retry failed payments",
  "Receipt by mail",
  "Guest checkout",
  "Order history in the account",
  "Cancel an order within an hour",
  "Stock reservation while paying",
  "Accessible form errors",
  "Metrics of abandoned carts",
  "Load test with 500 carts a minute",
  "Remove the old checkout",
  "Documentation for support staff",
];

export const BLOCKERS = [
  ["Waiting for keys of the payment sandbox", "#412"],
  ["Tax rates for Norway are not confirmed", "#398"],
  ["Legal has to approve the invoice terms", ""],
  ["Mail server rejects the new sender domain", "#420"],
  ["Staging database is two versions behind", ""],
  ["Designer is away until the summary page is reviewed", ""],
  ["No test cards for refunds", ""],
  ["Voucher codes of the old shop are not exported", ""],
];

const SPECIAL = new Map([
  [
    30,
    [
      "Retries use the order's id as idempotency key",
      "a provider charged twice",
      "random keys: they do not survive a restart",
    ],
  ],
  [33, ["Receipts are rendered from the order, not the cart", "the cart may change afterwards", ""]],
  [
    35,
    [
      "Guests get a signed link instead of an account",
      "half of them never come back",
      "silent accounts: legal said no",
    ],
  ],
  [38, ["Reservations expire after ten minutes", "the warehouse closes its books by then", ""]],
  [
    39,
    [
      "Abandoned carts are counted without cookies",
      "no consent banner is needed",
      "a tracking pixel: needs consent",
    ],
  ],
]);

export const DECISIONS = Array.from(
  { length: 40 },
  (_, n) =>
    SPECIAL.get(n) ?? [
      `Step ${n} of the checkout keeps its own form model`,
      `forms of step ${n} change for reasons of their own`,
      n % 3 === 0 ? `one model for all: step ${n} would know the others` : "",
    ],
);

export const NOTES = [
  "The old checkout stays behind the flag checkout.v1 until March",
  "Numbers of the load test are in the workspace",
];

/** A question that somebody new asks on the first day, and words that an answer has in it. */
export const QUESTIONS = [
  ["What is this work called?", "Rewrite the checkout"],
  ["Which branch is it on?", "feature/checkout-rewrite"],
  ["What is it based on?", "from main"],
  ["How far is it?", "9 of 20 done"],
  ["What is being worked on now?", "[>] obj-10: Retry failed payments"],
  ["Is the receipt open?", "[>] obj-11: Receipt by mail"],
  ["Is guest checkout open?", "[>] obj-12: Guest checkout"],
  ["What comes after that?", "[ ] obj-13: Order history in the account"],
  ["Can orders be cancelled yet?", "[ ] obj-14: Cancel an order within an hour"],
  ["Who reserves stock?", "[ ] obj-15: Stock reservation while paying"],
  ["What has to be measured?", "[ ] obj-18: Load test with 500 carts a minute"],
  ["What is the last thing to do?", "[ ] obj-20: Documentation for support staff"],
  ["What should I do first?", "go on with obj-10"],
  ["What blocks payments?", "Waiting for keys of the payment sandbox"],
  ["Which issue is that?", "#412"],
  ["What blocks taxes?", "Tax rates for Norway are not confirmed"],
  ["What blocks invoices?", "Legal has to approve the invoice terms"],
  ["What blocks the mail?", "Mail server rejects the new sender domain"],
  ["What is wrong with staging?", "Staging database is two versions behind"],
  ["Who else has to look?", "Designer is away until the summary page is reviewed"],
  ["Do the tests pass?", "a check fails: npm test"],
  ["Was it linted, and does that still hold?", "npm run lint passed"],
  ["What is unfinished in the code?", "limit retries to three"],
  ["What is known to be broken?", "tax of gift cards"],
  ["What is not committed?", "src/checkout/step-3.ts changed, +"],
  ["How is it built?", "hexagonal"],
  ["What must I not do with money?", "Money is handled by src/payment alone"],
  ["How do I call a provider?", "goes through the outbox"],
  ["How are errors handled?", "Errors are values"],
  ["How do I test it?", "npm test"],
  ["How do I build it?", "npm run build"],
  ["What was done last?", "feat(checkout): Guest checkout"],
  ["How many commits is it ahead?", "60 commits ahead"],
  ["What happened on main meanwhile?", "receipts in the customer's language"],
  ["What was decided last?", "Abandoned carts are counted without cookies"],
  ["Why?", "no consent banner is needed"],
  ["How long do reservations hold?", "Reservations expire after ten minutes"],
  ["What did others decide about amounts?", "Amounts are whole cents, never floats"],
  ["Which file changes most?", "src/payment/amount.ts changed"],
  ["What happens to the old checkout?", "behind the flag checkout.v1 until March"],
];

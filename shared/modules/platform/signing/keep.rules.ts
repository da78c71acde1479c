import type { PrivacyKeep } from '#modules/platform/privacy';

/** How long claims from a contract can be raised: Ecuador, Codigo Civil art. 2415; Spain, Codigo de Comercio art. 30. */
const yearsIn: Readonly<Record<string, number>> = { EC: 10, ES: 6 };
const longest = 10;

/** What was signed is proved by whom it was signed: the chain would break if names were taken out of it. */
export const keptSignatures: readonly PrivacyKeep[] = [
  {
    of: 'Signature',
    reason: 'Evidence of a contract is kept as long as claims from it can be raised',
    since: 'openUntil',
    years: (country) => yearsIn[country] ?? longest,
  },
  {
    of: 'SignatureEvent',
    reason: 'Evidence of a contract is kept as long as claims from it can be raised',
    since: 'at',
    years: (country) => yearsIn[country] ?? longest,
  },
];

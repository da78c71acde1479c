import type { PrivacyKeep } from '#modules/platform/privacy';

/** Years for which tax law keeps the documents of sales: seven in Ecuador, six in Spain (domain.md 15). */
const yearsIn: Readonly<Record<string, number>> = { EC: 7, ES: 6 };
const longest = 7;

/** Documents of sales stay when their customer is forgotten, with the tax identity in them. */
export const keptDocuments: PrivacyKeep = {
  of: 'OutsideDocument',
  reason: 'Tax law keeps documents of sales and collections',
  since: 'issuedOn',
  years: (country) => yearsIn[country] ?? longest,
  holder: 'account',
  identity: 'billedTo',
};

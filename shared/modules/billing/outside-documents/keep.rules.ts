import { yearsKept } from '#modules/billing/invoices';
import type { PrivacyKeep } from '#modules/platform/privacy';

/** Documents of sales stay when their customer is forgotten, with the tax identity in them. */
export const keptDocuments: PrivacyKeep = {
  of: 'OutsideDocument',
  reason: 'Tax law keeps documents of sales and collections',
  since: 'issuedOn',
  years: yearsKept,
  holder: 'account',
  identity: 'billedTo',
};

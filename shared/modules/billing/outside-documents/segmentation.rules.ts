import { relationBy } from '#modules/parties/segments';
import { OutsideDocument } from './outside-document.entity.ts';

/** What accounts bought, as criteria of segments ask of it. */
export const purchaseRelation = relationBy({
  name: 'purchases',
  describes: 'What the account was invoiced.',
  subject: 'Account',
  of: OutsideDocument,
  by: 'account',
  keeps: ['issuedOn', 'products', 'total', 'open', 'dueOn'],
  when: ({ type }) => type === 'INVOICE',
});

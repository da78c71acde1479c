import { affinitiesShownBy } from '#modules/catalog/affinities';
import { relationBy } from '#modules/parties/segments';
import { OutsideDocument } from './outside-document.entity.ts';

/** What accounts bought, as criteria of segments ask of it, and what they like because of it. */
export const purchaseRelations = [
  affinitiesShownBy(OutsideDocument, ({ account, type, products, issuedOn }) =>
    type === 'INVOICE' ? products.map((product) => ({ account, product, source: 'PURCHASE', on: issuedOn })) : [],
  ),
  relationBy({
    name: 'purchases',
    describes: 'What the account was invoiced.',
    subject: 'Account',
    of: OutsideDocument,
    by: 'account',
    keeps: ['issuedOn', 'products', 'total', 'open', 'dueOn'],
    when: ({ type }) => type === 'INVOICE',
  }),
];

import {
  choice,
  date,
  decimal,
  defaulted,
  derived,
  derivedOptional,
  entity,
  externalIds,
  inheritsFrom,
  link,
  list,
  money,
  object,
  optional,
  parts,
  ref,
  text,
  type Row,
} from '#kernel';
import { documentProblems, settleDocument } from './outside-document.rules.ts';

/** What another system issues or books. */
export const outsideTypes = ['ORDER', 'DELIVERY', 'INVOICE', 'CREDIT_NOTE', 'PAYMENT'] as const;

const line = {
  product: optional(ref('Product', { describes: 'The product, where we know it.' })),
  sku: optional(text({ max: 60, describes: 'Its code there.' })),
  description: text({ max: 500, describes: 'What was sold.' }),
  quantity: decimal({ scale: 6, describes: 'How much.' }),
  total: optional(money({ describes: 'What it comes to before taxes.' })),
};

/** An order, delivery, invoice, credit note or payment of another system. */
export const OutsideDocument = entity('OutsideDocument', {
  idPrefix: 'odo',
  describes:
    'An order, delivery, invoice, credit note or payment that another system (an ERP) issued or booked: for people here to see what a customer buys and owes. It is changed there, not here.',
  fields: {
    type: choice(outsideTypes, { named: 'OutsideDocumentType', describes: 'What it is.' }),
    account: ref('Account', { describes: 'Whose it is.' }),
    number: text({ max: 60, search: 'words', describes: 'Its number there.' }),
    issuedOn: date({ describes: 'Its day.' }),
    dueOn: optional(date({ describes: 'When it is to be paid.' })),
    total: money({ describes: 'What it comes to, taxes included.' }),
    openAmount: optional(money({ describes: 'What of it is still to be paid; of an invoice all when not said.' })),
    open: derivedOptional(money({ describes: 'What of an invoice is still to be paid.' })),
    status: optional(text({ max: 60, describes: 'How it stands there, in the words of that system.' })),
    opportunity: optional(ref('Opportunity', { describes: 'The sale that it came of.' })),
    lines: defaulted(parts('OutsideDocumentLine', line, { describes: 'Its lines.' }), []),
    products: derived(list(ref('Product'), { max: 500, describes: 'The products in its lines.' })),
    externalIds: externalIds(),
    billedTo: derivedOptional(
      object(
        'OutsideDocumentHolder',
        {
          name: text({ max: 300, describes: 'The name.' }),
          taxId: text({ max: 60, describes: 'The tax number.' }),
        },
        {
          describes:
            'Whose it was, where that person has been forgotten: law keeps the tax identity with the document.',
          sensitive: true,
        },
      ),
    ),
  },
  owner: inheritsFrom('account'),
  keys: {
    // `doc#all#` ends where the open cases of an account begin: its overview reads both in one request.
    byAccount: { gsi: 1, of: 'account', sort: 'issuedOn', as: 'doc#all', on: 'Account.outsideDocuments' },
    all: { gsi: 3, sort: 'issuedOn', shards: 4 },
    byOpportunity: link('opportunity', 'issuedOn'),
  },
  defaults: ['create', 'update', 'archive'],
  timeline: ['id', 'account', 'opportunity'],
  title: ({ number }) => number,
  prepare: (row) => settleDocument(row),
  check: (row) => documentProblems(row),
});

/** A document, as code sees it. */
export type OutsideDocumentRow = Row<typeof OutsideDocument>;

import { date, derived, derivedOptional, entity, inheritsFrom, money, ref, text, type Row } from '#kernel';

/** What is given up of an invoice. */
export const WriteOff = entity('WriteOff', {
  idPrefix: 'wof',
  describes: 'What we give up of an invoice that will not be paid, once those who must agree have agreed.',
  fields: {
    invoice: ref('Invoice', { describes: 'The invoice.' }),
    amount: money({ describes: 'How much is given up.' }),
    reason: text({ min: 1, max: 500, describes: 'Why it will not be paid.' }),
    account: derived(ref('Account', { describes: 'Who owes it.' })),
    number: derived(text({ max: 60, describes: 'The number of the invoice.' })),
    decidedOn: derivedOptional(date({ describes: 'When it was decided.' })),
    refusal: derivedOptional(text({ max: 500, describes: 'Why it was not written off.' })),
  },
  states: {
    field: 'status',
    initial: 'PENDING_APPROVAL',
    moves: { PENDING_APPROVAL: ['APPROVED', 'REJECTED'], APPROVED: [], REJECTED: [] },
    frozenIn: ['APPROVED', 'REJECTED'],
    closedIn: ['APPROVED', 'REJECTED'],
  },
  owner: inheritsFrom('account'),
  keys: {
    byInvoice: { gsi: 1, of: 'invoice', sort: 'createdAt', on: 'Invoice.writeOffs' },
    all: { gsi: 3, sort: 'createdAt', shards: 2 },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt' },
  },
  defaults: [],
  timeline: ['id', 'account'],
  title: ({ number }) => number,
});

/** A write-off, as code sees it. */
export type WriteOffRow = Row<typeof WriteOff>;

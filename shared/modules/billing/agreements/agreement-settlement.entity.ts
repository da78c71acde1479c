import {
  choice,
  date,
  dateTime,
  derivedOptional,
  entity,
  inheritsFrom,
  list,
  money,
  ref,
  text,
  type Row,
} from '#kernel';

/** What of a period is given to the customer. */
export const AgreementSettlement = entity('AgreementSettlement', {
  idPrefix: 'ags',
  describes:
    'What a customer earned by an agreement and gets: part of what is due in a period, or all of it. Once somebody agreed, credit notes are issued, or the customer’s invoice or payment is noted.',
  fields: {
    agreement: ref('Agreement', { describes: 'The agreement.' }),
    period: ref('AgreementPeriod', { describes: 'The period.' }),
    amount: money({ describes: 'How much, without taxes.' }),
    by: choice(['CREDIT_NOTE', 'INVOICE_FROM_CUSTOMER', 'PAYMENT'], {
      named: 'AgreementSettledBy',
      describes: 'How it is given.',
    }),
    creditNotes: list(ref('CreditNote'), { max: 20, describes: 'The credit notes, drafts until it is agreed to.' }),
    decidedAt: derivedOptional(dateTime({ describes: 'When it was decided.' })),
    decidedBy: derivedOptional(ref('User', { describes: 'Who decided, where no approval policy names those who do.' })),
    reason: derivedOptional(text({ max: 1000, describes: 'Why it was rejected.' })),
    settledOn: derivedOptional(date({ describes: 'When it was given.' })),
    reference: derivedOptional(text({ max: 120, describes: 'The invoice of the customer, or the transfer.' })),
  },
  states: {
    field: 'status',
    initial: 'PENDING',
    moves: { PENDING: ['APPROVED', 'DONE', 'REJECTED'], APPROVED: ['DONE'], DONE: [], REJECTED: [] },
    frozenIn: ['APPROVED', 'DONE', 'REJECTED'],
    closedIn: ['DONE', 'REJECTED'],
  },
  owner: inheritsFrom('agreement'),
  keys: {
    byPeriod: { gsi: 1, of: 'period', sort: 'createdAt', on: 'AgreementPeriod.settlements' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt' },
  },
  timeline: ['id', 'agreement'],
  title: ({ by }) => by,
});

/** A settlement, as code sees it. */
export type AgreementSettlementRow = Row<typeof AgreementSettlement>;

import { choice, date, derivedOptional, entity, inheritsFrom, link, money, ref, text, type Row } from '#kernel';

/** By what an invoice was settled. */
export const settlementKinds = ['PAYMENT', 'CREDIT_NOTE', 'WRITE_OFF'] as const;

/** One change of what an invoice owes, as it was on its day: what ageing of any day is computed of. */
export const InvoiceSettlement = entity('InvoiceSettlement', {
  idPrefix: 'ins',
  describes:
    'What a payment, a credit note or a write-off took of what an invoice owes, or gave back to it. It is never changed: what is taken back is a line of its own.',
  fields: {
    invoice: ref('Invoice', { describes: 'The invoice.' }),
    account: ref('Account', { describes: 'Whose invoice.' }),
    on: date({ describes: 'From which day on it counts.' }),
    dueOn: date({ describes: 'When the invoice was to be paid.' }),
    kind: choice(settlementKinds, { named: 'InvoiceSettlementKind', describes: 'By what.' }),
    source: ref('*', { describes: 'The payment, credit note or write-off.' }),
    amount: money({ describes: 'By how much it owes less; negative where that was taken back.' }),
    place: derivedOptional(
      text({ max: 60, unique: true, describes: 'Its place among those of its credit note: each is noted once.' }),
    ),
  },
  owner: inheritsFrom('invoice'),
  keys: {
    byInvoice: { gsi: 1, of: 'invoice', sort: 'on', on: 'Invoice.settlements' },
    all: { gsi: 3, sort: 'on', shards: 4 },
    byAccount: link('account', 'on'),
  },
  defaults: [],
  title: ({ on, kind }) => `${on} ${kind}`,
});

/** A settlement, as code sees it. */
export type InvoiceSettlementRow = Row<typeof InvoiceSettlement>;

import { date, decimal, entity, inheritsFrom, link, money, optional, parts, ref, text, type Row } from '#kernel';

/** What a document added to what a customer earns by an agreement, line by line. */
export const AgreementAccrual = entity('AgreementAccrual', {
  idPrefix: 'aga',
  describes:
    'An entry of the ledger of an agreement: the lines of a document that count, and what each of them added to what is due. There is one for each document (or change of what was paid) and agreement; it never changes.',
  fields: {
    agreement: ref('Agreement', { describes: 'The agreement.' }),
    place: text({ max: 120, unique: true, describes: 'Agreement and document in one: each counts once.' }),
    document: ref('*', { describes: 'The invoice or credit note.' }),
    sale: ref('Invoice', { describes: 'The invoice that was issued for the sale.' }),
    account: ref('Account', { describes: 'Who bought.' }),
    on: date({ describes: 'The day of the document or the payment.' }),
    earnedIn: ref('AgreementPeriod', { describes: 'The period whose figures it counts in.' }),
    period: ref('AgreementPeriod', {
      describes: 'The period that it is settled with; a later one where that was settled before.',
    }),
    base: money({ describes: 'What counts of it, without taxes; negative where it takes back.' }),
    accrued: money({ describes: 'What it added to what is due, with tiers that were reached by it.' }),
    lines: parts(
      'AgreementAccrualLine',
      {
        key: text({ max: 30, describes: 'The line of the invoice.' }),
        product: optional(ref('Product', { describes: 'What was sold.' })),
        base: money({ describes: 'What of it counts, without taxes.' }),
        counted: decimal({ describes: 'How many pieces or kilograms, where tiers look at those.' }),
        accrued: money({ describes: 'What it added to what is due.' }),
      },
      { describes: 'The lines that count.' },
    ),
  },
  owner: inheritsFrom('agreement'),
  keys: {
    byPeriod: { gsi: 1, of: 'period', sort: 'on', on: 'AgreementPeriod.accruals' },
    all: { gsi: 3, sort: 'on', shards: 4 },
    byEarned: link('earnedIn', 'on'),
    bySale: link('sale', 'on'),
  },
  title: ({ on }) => on,
});

/** An entry, as code sees it. */
export type AgreementAccrualRow = Row<typeof AgreementAccrual>;

import { date, entity, inheritsFrom, list, money, object, optional, ref, text, type Row } from '#kernel';

/** What is left of an advance. */
export const Advance = entity('Advance', {
  idPrefix: 'adv',
  describes: 'What we owe an account for an advance that it was invoiced: later invoices are reduced by it.',
  fields: {
    account: ref('Account', { describes: 'Who paid ahead.' }),
    invoice: ref('Invoice', { describes: 'The invoice of the advance.' }),
    number: text({ max: 60, search: 'words', describes: 'The number of that invoice.' }),
    issuedOn: date({ describes: 'Its day.' }),
    total: money({ describes: 'What it was, taxes included.' }),
    remaining: money({ describes: 'What is left of it.' }),
    applications: list(
      object('AdvanceApplication', {
        invoice: ref('Invoice', { describes: 'The invoice that it reduced.' }),
        creditNote: optional(ref('CreditNote', { describes: 'The credit note that did, where the law asks for one.' })),
        amount: money({ describes: 'By how much; negative where it was taken back.' }),
        on: date({ describes: 'When.' }),
      }),
      { max: 200, describes: 'Where it went, in order.' },
    ),
  },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'issuedOn', on: 'Account.advances' },
    all: { gsi: 3, sort: 'issuedOn', shards: 4 },
  },
  timeline: ['id', 'account'],
  title: ({ number }) => number,
  isOpen: ({ remaining }) => remaining.minor > 0,
  events: { applied: 'An invoice was reduced by it.', restored: 'An invoice that it reduced was given up.' },
});

/** An advance, as code sees it. */
export type AdvanceRow = Row<typeof Advance>;

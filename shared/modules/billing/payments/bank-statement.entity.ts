import {
  choice,
  date,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  integer,
  list,
  money,
  noOwner,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';
import { matchRules } from './matching.rules.ts';

/** A file of a bank. */
export const BankStatement = entity('BankStatement', {
  idPrefix: 'bst',
  describes:
    'A file in which a bank tells what came in on an account of ours: ISO 20022 camt.053, or a table (CSV). The same file is taken once.',
  fields: {
    file: ref('File', { describes: 'The file.' }),
    bankAccount: text({ max: 60, describes: 'The account of ours, as the file or whoever sent it says.' }),
    format: choice(['CAMT_053', 'CSV'], { named: 'BankFormat', describes: 'What kind of file it is.' }),
    sha256: text({ max: 64, unique: true, describes: 'SHA-256 of the file, in hex: no two statements share it.' }),
    entries: integer({ min: 0, describes: 'How many entries tell of money that came in.' }),
    others: integer({ min: 0, describes: 'How many tell of something else and are left out.' }),
    job: derivedOptional(ref('Job', { describes: 'The job that takes its entries in.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  defaults: [],
  title: ({ bankAccount }) => bankAccount,
});
/** A statement, as code sees it. */
export type BankStatementRow = Row<typeof BankStatement>;

/** Money that came in, as a bank tells it. */
export const BankLine = entity('BankLine', {
  idPrefix: 'bln',
  describes:
    'Money that came in, as the bank tells it, with a proposal whose payment it is and for which invoices. A person confirms it, and it becomes a payment.',
  fields: {
    statement: ref('BankStatement', { describes: 'The statement that told of it first.' }),
    bookedOn: date({ describes: 'The day on which the bank booked it.' }),
    amount: money({ describes: 'How much.' }),
    reference: optional(text({ max: 500, search: 'words', describes: 'What the payer wrote with it.' })),
    payer: optional(text({ max: 200, search: 'words', describes: 'Who paid, as the bank has the name.' })),
    bankReference: optional(text({ max: 100, describes: 'The number that the bank gives it.' })),
    key: text({ max: 64, unique: true, describes: 'By what it is known in every file: it is taken in once.' }),
    account: derivedOptional(ref('Account', { describes: 'Whose payment it seems to be.' })),
    rule: derivedOptional(choice(matchRules, { named: 'MatchRule', describes: 'By what the invoices were found.' })),
    proposal: derived(
      list(
        object('BankLineShare', {
          invoice: ref('Invoice', { describes: 'The invoice.' }),
          number: text({ max: 60, describes: 'Its number.' }),
          amount: money({ describes: 'How much would be for it.' }),
        }),
        { max: 30, describes: 'For which invoices it seems to be.' },
      ),
    ),
    payment: derivedOptional(ref('Payment', { describes: 'The payment that it became.' })),
    reason: derivedOptional(text({ max: 300, describes: 'Why it is no payment of a customer.' })),
  },
  states: {
    field: 'status',
    initial: 'OPEN',
    moves: { OPEN: ['CONFIRMED', 'IGNORED'], CONFIRMED: [], IGNORED: ['OPEN'] },
    frozenIn: ['CONFIRMED'],
    closedIn: ['CONFIRMED', 'IGNORED'],
    verbs: { OPEN: 'reopened' },
  },
  owner: noOwner,
  keys: {
    byStatement: { gsi: 1, of: 'statement', sort: 'bookedOn', on: 'BankStatement.lines' },
    all: { gsi: 3, sort: 'bookedOn', shards: 2 },
    byStatus: { gsi: 4, of: 'status', sort: 'bookedOn' },
  },
  defaults: [],
  title: ({ payer, reference, bookedOn }) => payer ?? reference ?? bookedOn,
});
/** An entry, as code sees it. */
export type BankLineRow = Row<typeof BankLine>;

/** Whose payments a payer's were: what a person confirmed is known the next time. */
export const BankPayer = entity('BankPayer', {
  idPrefix: 'bpy',
  describes: 'The account whose payments come under the name of a payer, as a person confirmed it last.',
  fields: {
    key: text({ max: 200, unique: true, describes: 'The name of the payer, in plain letters.' }),
    account: ref('Account', { describes: 'The account.' }),
  },
  owner: inheritsFrom('account'),
  keys: { byAccount: { gsi: 1, of: 'account', sort: 'key' }, all: { gsi: 3, sort: 'key' } },
  defaults: [],
  internal: true,
  title: ({ key }) => key,
});

/** A payer's name in plain letters: banks shorten, shout and leave accents out. */
export const payerKey = (name: string): string =>
  name
    .normalize('NFD')
    .replaceAll(/[\p{M}.]/gu, '')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, ' ')
    .trim()
    .slice(0, 200);

import {
  date,
  derivedOptional,
  email,
  entity,
  inheritsFrom,
  integer,
  link,
  list,
  money,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';

/** A letter to somebody who owes. */
export const DunningLetter = entity('DunningLetter', {
  idPrefix: 'dnl',
  describes: 'A letter that asks an account to pay: which level, about which invoices, the document and the mail.',
  fields: {
    account: ref('Account', { describes: 'Who got it.' }),
    case: optional(
      ref('CollectionCase', { describes: 'The case that it belongs to; none where nothing is late yet.' }),
    ),
    level: integer({ min: 0, max: 9, describes: 'Its level.' }),
    sentOn: date({ describes: 'Its day.' }),
    lines: list(
      object('DunningLetterLine', {
        invoice: ref('Invoice', { describes: 'The invoice.' }),
        number: text({ max: 60, describes: 'Its number.' }),
        dueOn: date({ describes: 'When it was to be paid.' }),
        open: money({ describes: 'What is owed of it.' }),
        interest: optional(money({ describes: 'The interest on it so far.' })),
      }),
      { max: 200, describes: 'The invoices that it lists.' },
    ),
    total: list(money(), { max: 20, describes: 'What they come to, by currency.' }),
    fee: optional(money({ describes: 'What the letter costs.' })),
    pdf: derivedOptional(ref('File', { describes: 'The letter.' })),
    mail: derivedOptional(ref('Mail', { describes: 'The mail that it went out with.' })),
    to: derivedOptional(email({ describes: 'Where it was sent.' })),
    problem: derivedOptional(text({ max: 300, describes: 'Why it did not go out by mail.' })),
  },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'sentOn', on: 'Account.dunningLetters' },
    all: { gsi: 3, sort: 'sentOn' },
    byCase: link('case', 'sentOn', 'CollectionCase.letters'),
  },
  defaults: [],
  timeline: ['id', 'account'],
  title: ({ sentOn, level }) => `${sentOn} ${String(level)}`,
});
/** A letter, as code sees it. */
export type DunningLetterRow = Row<typeof DunningLetter>;

import {
  date,
  dateTime,
  derivedOptional,
  entity,
  link,
  money,
  optional,
  ownedBy,
  parts,
  percent,
  ref,
  text,
  type Row,
} from '#kernel';
import { entryKind } from './commission-statement.entity.ts';

/** What somebody earned by one document. */
export const CommissionEntry = entity('CommissionEntry', {
  idPrefix: 'coe',
  describes:
    'What a person earned by a document, or lost by it, line by line: an entry of the statement of a period. It never changes; what is taken back is an entry of its own.',
  fields: {
    plan: ref('CommissionPlan', { describes: 'The plan.' }),
    user: ref('User', { describes: 'Who earned it.' }),
    statement: ref('CommissionStatement', { describes: 'The statement that it is in.' }),
    place: text({ max: 160, unique: true, describes: 'Plan, document and person in one: each counts once.' }),
    kind: entryKind,
    document: optional(ref('*', { describes: 'The invoice, credit note or order.' })),
    sale: optional(ref('*', { describes: 'The invoice or order that was made for the sale.' })),
    on: date({ describes: 'Its day.' }),
    base: optional(money({ describes: 'On what it was earned; negative where it was taken back.' })),
    amount: money({ describes: 'What of it the person has, bonus included.' }),
    reason: optional(text({ max: 300, describes: 'What for, of a spiff.' })),
    checkAt: derivedOptional(dateTime({ describes: 'When is looked whether the invoice was paid.' })),
    lines: parts(
      'CommissionEntryLine',
      {
        key: text({ max: 30, describes: 'The line of the invoice or order.' }),
        product: optional(ref('Product', { describes: 'What was sold.' })),
        base: money({ describes: 'On what it is earned.' }),
        percent: percent({ describes: 'The rate of the line; without meaning where tiers count.' }),
        amount: money({ describes: 'What that is, before tiers and shares.' }),
      },
      { describes: 'The lines of the document.' },
    ),
  },
  owner: ownedBy('user'),
  keys: {
    byStatement: { gsi: 1, of: 'statement', sort: 'on', on: 'CommissionStatement.entries' },
    byUser: { gsi: 2, sort: 'on' },
    all: { gsi: 3, sort: 'on', shards: 4 },
    bySale: link('sale', 'on'),
  },
  title: ({ on, kind }) => `${on} ${kind}`,
  dueAt: ({ checkAt }) => checkAt,
});

/** An entry, as code sees it. */
export type CommissionEntryRow = Row<typeof CommissionEntry>;

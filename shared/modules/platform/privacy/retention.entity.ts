import {
  choice,
  dateTime,
  defaulted,
  boolean,
  derivedOptional,
  entity,
  integer,
  noOwner,
  ref,
  text,
  type Row,
} from '#kernel';

/** How long records of a kind are kept. */
export const RetentionRule = entity('RetentionRule', {
  idPrefix: 'ret',
  describes:
    'How long records of a kind are kept after their last change, and what becomes of them then. It runs by itself once a day.',
  fields: {
    recordType: text({ max: 60, unique: true, describes: 'Which records: Contact, Mail. One rule for each kind.' }),
    days: integer({ min: 1, max: 36_500, describes: 'Days after which.' }),
    since: defaulted(
      choice(['UPDATED', 'CREATED'], {
        named: 'RetentionSince',
        describes: 'Counted from the last change, or from when it was made.',
      }),
      'UPDATED',
    ),
    action: choice(['ARCHIVE', 'ERASE'], {
      named: 'RetentionAction',
      describes: 'Archived it can be restored; erased it is gone, with its history.',
    }),
    active: defaulted(boolean({ describes: 'Whether it runs.' }), true),
    nextRunAt: derivedOptional(dateTime({ describes: 'When it runs next.' })),
    lastJob: derivedOptional(ref('Job', { describes: 'Its last run.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  defaults: ['archive', 'restore'],
  title: ({ recordType: of, days }) => `${of} ${String(days)}`,
  dueAt: ({ active, nextRunAt }) => (active ? nextRunAt : undefined),
});

/** A rule, as code sees it. */
export type RetentionRuleRow = Row<typeof RetentionRule>;

import { choice, email, entity, noOwner, optional, ref, text, type Row } from '#kernel';

/** An address that is written to no more. */
export const Suppression = entity('Suppression', {
  idPrefix: 'sup',
  describes:
    'An address to which the tenant sends no more mail: it does not exist, its owner complained, or asked not to be written to. Archive it to write again.',
  fields: {
    address: email({ unique: true, search: 'words', describes: 'The address; no two alike.' }),
    reason: choice(['BOUNCED', 'COMPLAINED', 'UNSUBSCRIBED', 'MANUAL'], {
      named: 'SuppressionReason',
      describes: 'Why. UNSUBSCRIBED stops marketing only; the others stop everything.',
    }),
    mail: optional(ref('Mail', { describes: 'The mail that it came of.' })),
    note: optional(text({ max: 500, describes: 'What the mail server or a person said.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' }, byReason: { gsi: 4, of: 'reason', sort: 'createdAt' } },
  defaults: ['create', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ address }) => address,
});

/** A suppressed address, as code sees it. */
export type SuppressionRow = Row<typeof Suppression>;

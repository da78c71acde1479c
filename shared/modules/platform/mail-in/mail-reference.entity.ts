import { dateTime, derived, entity, noOwner, ref, type Row } from '#kernel';

/**
 * By what a mail is known to belong to a conversation: a Message-ID, a subject between two addresses, a mail of ours. Its id is
 * made of that, so that it is found by a consistent read and two mails at the same moment cannot open two conversations.
 */
export const MailReference = entity('MailReference', {
  idPrefix: 'mref',
  describes: 'By what a mail is known to belong to a conversation.',
  internal: true,
  fields: {
    thread: derived(ref('MailThread', { describes: 'The conversation.' })),
    seenAt: derived(dateTime({ describes: 'When a mail with it was seen last.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'seenAt', shards: 4 } },
  title: ({ thread }) => thread,
});

/** A reference, as code sees it. */
export type MailReferenceRow = Row<typeof MailReference>;

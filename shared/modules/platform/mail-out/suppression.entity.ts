import { choice, dateTime, defaulted, derivedOptional, entity, noOwner, optional, ref, text, type Row } from '#kernel';
import { addressProblems, channels, suppressionKey, type Channel } from './suppression.rules.ts';

/** An address that is written to no more. */
export const Suppression = entity('Suppression', {
  idPrefix: 'sup',
  describes:
    'An address to which the tenant writes no more by one channel: it does not exist, its owner complained, or asked not to be written to. Archive it to write again.',
  fields: {
    channel: defaulted(
      choice(channels, { named: 'SuppressionChannel', describes: 'By which way nothing goes there any more.' }),
      'EMAIL',
    ),
    address: text({
      max: 254,
      unique: (address: string, { channel = 'EMAIL' }) => suppressionKey(channel as Channel, address),
      search: 'words',
      describes:
        'The e-mail address, the phone number in E.164, or what the channel calls the person; once by each channel.',
    }),
    reason: choice(['BOUNCED', 'COMPLAINED', 'UNSUBSCRIBED', 'MANUAL'], {
      named: 'SuppressionReason',
      describes: 'Why. UNSUBSCRIBED stops marketing only; the others stop everything.',
    }),
    mail: optional(ref('Mail', { describes: 'The mail that it came of.' })),
    unsubscribedAt: derivedOptional(
      dateTime({
        describes:
          'When they asked last for no more marketing, whatever else stops the address: once that is lifted, this stands.',
      }),
    ),
    conversation: derivedOptional(
      ref('*', { describes: 'The conversation in which they asked for it by STOP; ALTA or START there ends it.' }),
    ),
    note: optional(text({ max: 500, describes: 'What the mail server or a person said.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' }, byReason: { gsi: 4, of: 'reason', sort: 'createdAt' } },
  defaults: ['create', 'archive', 'restore'],
  timeline: ['id'],
  check: ({ channel, address }) => addressProblems(channel, address),
  title: ({ address }) => address,
});

/** A suppressed address, as code sees it. */
export type SuppressionRow = Row<typeof Suppression>;

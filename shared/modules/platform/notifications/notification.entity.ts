import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  longText,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';
import { channels } from './kinds.rules.ts';

/** Something that one person should know. */
export const Notification = entity('Notification', {
  idPrefix: 'ntf',
  describes: 'Something that a person should know: a reminder that is due, work that a colleague handed over.',
  fields: {
    user: ref('User', { describes: 'Whom it is for.' }),
    kind: text({ max: 60, describes: 'What it tells of; `myNotificationSettings` lists the kinds.' }),
    title: text({ max: 300, describes: 'What there is to know, in the language of its reader.' }),
    body: optional(longText({ max: 2000, describes: 'More of it.' })),
    about: optional(ref('*', { describes: 'The record that it is about.' })),
    channel: derived(
      choice(channels, {
        named: 'NotificationChannel',
        describes: 'How it reaches its reader, besides in the product.',
      }),
    ),
    mailAt: derivedOptional(dateTime({ describes: 'When it goes out by mail, unless it is read before.' })),
    mailedAt: derivedOptional(dateTime({ describes: 'When it went out by mail.' })),
    readAt: derivedOptional(dateTime({ describes: 'When it was read.' })),
  },
  states: {
    field: 'status',
    initial: 'UNREAD',
    moves: { UNREAD: ['READ'], READ: ['UNREAD'] },
    closedIn: ['READ'],
    verbs: { UNREAD: 'reopened' },
  },
  owner: ownedBy('user'),
  keys: { byUser: { gsi: 2, sort: 'createdAt' }, all: { gsi: 3, sort: 'createdAt', shards: 4 } },
  title: (row) => row.title,
  events: { mailed: 'It went out by mail.' },
  dueAt: ({ status, mailAt, mailedAt }) => (status === 'UNREAD' && mailedAt === undefined ? mailAt : undefined),
});

/** A notification, as code sees it. */
export type NotificationRow = Row<typeof Notification>;

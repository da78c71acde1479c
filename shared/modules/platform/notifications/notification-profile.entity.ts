import {
  boolean,
  choice,
  dateTime,
  defaulted,
  derivedOptional,
  entity,
  list,
  noOwner,
  object,
  ref,
  text,
  type Row,
} from '#kernel';
import { channels } from './kinds.rules.ts';

const clock = (describes: string) => text({ max: 5, pattern: /^([01]\d|2[0-3]):[0-5]\d$/, describes });

/** What a person chooses of a kind of notification. */
export const choiceFields = {
  kind: text({ max: 60, describes: 'The kind: reminder.due.' }),
  channel: choice(channels, {
    named: 'NotificationChannel',
    describes: 'NONE not at all, IN_APP in the product alone, DIGEST once a day by mail too, MAIL at once by mail too.',
  }),
};

/** What people settle about when mails reach them. */
export const quietFields = {
  quietFrom: defaulted(clock('From when on no mail goes out, on one’s own clock: `20:00`.'), '20:00'),
  quietTo: defaulted(clock('Until when; the same time as `quietFrom` for no quiet time.'), '07:00'),
  quietOnFreeDays: defaulted(
    boolean({ describes: 'No mail on days on which nobody works, by the tenant’s calendar.' }),
    true,
  ),
  digestAt: defaulted(clock('When the digest goes out.'), '08:00'),
};

/** What a person has settled about notifications, and when the next digest is due. One a person, by the person's own id. */
export const NotificationProfile = entity('NotificationProfile', {
  idPrefix: 'npf',
  describes: 'What a person has settled about notifications.',
  fields: {
    user: ref('User', { describes: 'Whose they are.' }),
    chosen: defaulted(
      list(object('ChannelChoice', choiceFields), { max: 200, describes: 'Kinds that were chosen.' }),
      [],
    ),
    ...quietFields,
    lastDigestAt: derivedOptional(dateTime({ describes: 'When the last digest was made.' })),
    nextDigestAt: derivedOptional(dateTime({ describes: 'When the next one is, while something waits for it.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  internal: true,
  title: () => 'Notifications',
  events: { digested: 'What had gathered went out by mail.' },
  dueAt: ({ nextDigestAt }) => nextDigestAt,
});

/** A person's settings, as code sees them. */
export type ProfileRow = Row<typeof NotificationProfile>;

/** The id of a person's settings. */
export const profileOf = (user: string): string =>
  `${NotificationProfile.idPrefix}_${user.slice(user.indexOf('_') + 1)}`;

/** What counts until a person settles something. */
export const usualSettings = {
  quietFrom: '20:00',
  quietTo: '07:00',
  quietOnFreeDays: true,
  digestAt: '08:00',
} as const;

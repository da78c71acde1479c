import {
  dateTime,
  derivedOptional,
  entity,
  inheritsFrom,
  integer,
  list,
  object,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';
import { windowProblems } from './due.rules.ts';

const clock = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;

/** What visiting an account asks for, and when it was done last. */
export const VisitProfile = entity('VisitProfile', {
  idPrefix: 'vpr',
  describes: 'How an account wants to be visited: in which hours, how long, how often; and when it was visited last.',
  fields: {
    account: ref('Account', { describes: 'Whom.' }),
    everyDays: optional(
      integer({ min: 1, max: 730, describes: 'So many days lie between two visits; else its segment says it.' }),
    ),
    minutes: optional(integer({ min: 5, max: 480, describes: 'How long a visit takes.' })),
    windows: optional(
      list(
        object('VisitWindow', {
          weekday: integer({ min: 1, max: 7, describes: '1 is Monday, 7 Sunday.' }),
          from: text({ pattern: clock, max: 5, describes: 'From when on a visit may begin: 09:00.' }),
          to: text({ pattern: clock, max: 5, describes: 'Until when it may begin: 12:30.' }),
        }),
        { max: 21, describes: 'When it receives visitors; at any working time when not said.' },
      ),
    ),
    lastVisitAt: derivedOptional(dateTime({ describes: 'When it was visited last.' })),
    lastVisitBy: derivedOptional(ref('User', { describes: 'By whom.' })),
  },
  owner: inheritsFrom('account'),
  keys: { byAccount: { gsi: 1, of: 'account', sort: 'createdAt' }, all: { gsi: 3, sort: 'createdAt', shards: 4 } },
  check: (after) => windowProblems(after.windows ?? []),
  title: ({ account }) => account,
});

/** A profile, as code sees it. */
export type VisitProfileRow = Row<typeof VisitProfile>;

/** The id of an account's profile: one each, found without an index. */
export const profileId = (account: string): string => `vpr_${account.slice(account.indexOf('_') + 1)}`;

import {
  choice,
  dateTime,
  derived,
  derivedOptional,
  entity,
  integer,
  link,
  list,
  object,
  optional,
  ownedBy,
  ref,
  text,
  type Row,
} from '#kernel';
import { channelKinds } from './extension-points.rules.ts';

/** People of whom an alert keeps that they were told. */
export const mostTold = 200;

/** Something that a rule found. */
export const Alert = entity('Alert', {
  idPrefix: 'alrt',
  describes:
    'Something that people are alerted to, by a rule: raised once for one thing however often it is seen, and told to further people until somebody attends to it.',
  fields: {
    rule: ref('AlertRule', { describes: 'The rule that found it.' }),
    key: text({ max: 200, describes: 'What it is about, for the rule: the same is never raised twice at a time.' }),
    title: text({ max: 300, describes: 'What is the matter.' }),
    detail: derivedOptional(
      object(
        'AlertDetail',
        { es: text({ max: 1000, describes: 'In Spanish.' }), en: text({ max: 1000, describes: 'In English.' }) },
        {
          describes:
            'How things stood when it was raised, in words: of a goal whose it is, how far it had got, and its time.',
        },
      ),
    ),
    record: optional(ref('*', { describes: 'The record that it is about.' })),
    owner: optional(ref('User', { describes: 'Whose matter it is.' })),
    team: optional(ref('Team', { describes: 'The team whose matter it is.' })),
    watchedUntil: derivedOptional(dateTime({ describes: 'Until when what was promised is awaited.' })),
    raisedAt: derivedOptional(dateTime({ describes: 'When it was raised.' })),
    times: derived(integer({ describes: 'How often it was raised.' })),
    repeats: derived(integer({ describes: 'How often it was seen again while it was open.' })),
    step: derived(integer({ describes: 'How many steps of the escalation were done.' })),
    told: derived(list(ref('User'), { max: mostTold, describes: 'Who was told, or is in a moment: the first 200.' })),
    toTell: derivedOptional(
      list(
        object('AlertToTell', {
          user: ref('User', { describes: 'Whom.' }),
          channel: optional(choice(channelKinds, { named: 'AlertChannel', describes: 'By what, as the step says.' })),
        }),
        { max: mostTold, describes: 'Who of them is still to be told: many are told a few at a time.' },
      ),
    ),
    wakesAt: derivedOptional(dateTime({ describes: 'When its next step is due, or it is over.' })),
    acknowledgedAt: derivedOptional(dateTime({ describes: 'When somebody said that they attend to it.' })),
    acknowledgedBy: derivedOptional(ref('User', { describes: 'Who did.' })),
    endedAt: derivedOptional(dateTime({ describes: 'When it was resolved or expired.' })),
    reason: derivedOptional(
      text({
        max: 500,
        describes:
          'How it was resolved; a word in capitals where it ended by itself: KEPT, NO_LONGER_SO, CAUGHT_UP, STOPPED, ARCHIVED, GONE, RULE_OFF.',
      }),
    ),
  },
  states: {
    field: 'status',
    initial: 'WATCHING',
    moves: {
      WATCHING: ['OPEN', 'RESOLVED'],
      OPEN: ['ACKNOWLEDGED', 'RESOLVED', 'EXPIRED', 'WATCHING'],
      ACKNOWLEDGED: ['RESOLVED', 'EXPIRED', 'WATCHING'],
      RESOLVED: ['OPEN', 'WATCHING'],
      EXPIRED: ['OPEN', 'WATCHING', 'RESOLVED'],
    },
    closedIn: ['RESOLVED', 'EXPIRED'],
    verbs: { OPEN: 'raised', WATCHING: 'watched' },
  },
  owner: ownedBy('owner', 'team'),
  keys: {
    byRule: { gsi: 1, of: 'rule', sort: 'createdAt', on: 'AlertRule.alerts' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byReader: link('told', 'raisedAt'),
    byStatus: { gsi: 4, of: 'status', sort: 'raisedAt' },
  },
  timeline: ['record'],
  title: ({ title }) => title,
  events: { escalated: 'Further people were told.' },
  dueAt: ({ status, watchedUntil, wakesAt }) => {
    if (status === 'WATCHING') return watchedUntil;
    return status === 'OPEN' || status === 'ACKNOWLEDGED' ? wakesAt : undefined;
  },
});

/** An alert, as code sees it. */
export type AlertRow = Row<typeof Alert>;

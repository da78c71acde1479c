import {
  choice,
  dateTime,
  entity,
  derivedOptional,
  integer,
  link,
  list,
  longText,
  optional,
  ownedBy,
  phone,
  ref,
  text,
  url,
  type Row,
} from '#kernel';
import { dueOf } from './call-news.rules.ts';

/** A call on the telephone. */
export const PhoneCall = entity('PhoneCall', {
  idPrefix: 'pca',
  describes:
    'A call on the telephone, in or out, as the exchange tells of it: who, when, how long, and what came of it.',
  fields: {
    line: ref('PhoneLine', { describes: 'By which exchange.' }),
    direction: choice(['INBOUND', 'OUTBOUND'], { named: 'CallDirection', describes: 'Whether we were called.' }),
    number: optional(
      phone({ search: 'digits', describes: 'The number of the other side; absent when it is withheld.' }),
    ),
    lineNumber: optional(phone({ describes: 'The number of ours that was called.' })),
    choice: optional(text({ max: 40, describes: 'What was chosen in the menu.' })),
    exchangeKey: derivedOptional(
      text({ max: 200, unique: true, describes: 'The line and the id that the exchange gave the call.' }),
    ),
    request: derivedOptional(text({ max: 60, describes: 'The request that asked the exchange to make it.' })),
    ringing: derivedOptional(list(ref('User'), { max: 50, describes: 'Whose telephones it rings at.' })),
    user: optional(ref('User', { describes: 'Who took it or makes it.' })),
    takenBy: derivedOptional(
      list(ref('User'), {
        max: 50,
        describes: 'Who spoke, one after another: it was put through from each to the next.',
      }),
    ),
    takenAt: derivedOptional(dateTime({ describes: 'When the last of them took it.' })),
    team: optional(ref('Team', { describes: 'Whose call it is while nobody took it.' })),
    account: optional(ref('Account', { describes: 'With which account.' })),
    contact: optional(ref('Contact', { describes: 'With whom.' })),
    about: optional(ref('*', { describes: 'Whom else the number belongs to: a lead.' })),
    task: optional(ref('Activity', { describes: 'The planned call that it does.' })),
    activity: derivedOptional(ref('Activity', { describes: 'The call among the activities.' })),
    callBack: derivedOptional(ref('Activity', { describes: 'The task to call back, where nobody answered.' })),
    opened: derivedOptional(ref('*', { describes: 'What it opened by the number called or the choice in the menu.' })),
    made: derivedOptional(list(ref('*'), { max: 50, describes: 'What was made from the call: offers, orders.' })),
    startedAt: dateTime({ describes: 'When it began to ring.' }),
    answeredAt: derivedOptional(dateTime({ describes: 'When it was answered.' })),
    endedAt: derivedOptional(dateTime({ describes: 'When it ended.' })),
    seconds: derivedOptional(integer({ min: 0, describes: 'How long people spoke.' })),
    recording: derivedOptional(
      text({
        max: 80,
        describes: 'The media type of its recording, while it is kept; `callRecording` lets one listen.',
      }),
    ),
    recordingNotice: derivedOptional(
      longText({ max: 1000, describes: 'What people were told before they were recorded.' }),
    ),
    recordingUrl: derivedOptional(url({ sensitive: true, describes: 'Where the exchange has the recording.' })),
    recordingTries: derivedOptional(integer({ min: 0, describes: 'How often it was tried to fetch it.' })),
    recordingAt: derivedOptional(dateTime({ describes: 'When the recording is fetched, or deleted.' })),
    problem: derivedOptional(longText({ max: 500, describes: 'Why it did not come about, or was not recorded.' })),
  },
  states: {
    field: 'status',
    initial: 'RINGING',
    moves: {
      RINGING: ['ANSWERED', 'MISSED', 'ENDED', 'FAILED'],
      ANSWERED: ['ENDED'],
      MISSED: ['ENDED'],
      ENDED: [],
      FAILED: [],
    },
    closedIn: ['MISSED', 'ENDED', 'FAILED'],
  },
  owner: ownedBy('user', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'startedAt', on: 'Account.phoneCalls' },
    byUser: { gsi: 2, sort: 'startedAt' },
    all: { gsi: 3, sort: 'startedAt', shards: 4 },
    byContact: link('contact', 'startedAt', 'Contact.phoneCalls'),
  },
  timeline: ['id', 'account', 'contact'],
  title: ({ number, direction }) => `${direction === 'INBOUND' ? '←' : '→'} ${number ?? '?'}`,
  events: { noted: 'Somebody said whom it was with, or what came of it.', recorded: 'Its recording is there.' },
  dueAt: (call) => dueOf(call),
});

/** A call, as code sees it. */
export type PhoneCallRow = Row<typeof PhoneCall>;

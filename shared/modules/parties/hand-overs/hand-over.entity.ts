import { dateTime, derivedOptional, entity, link, optional, ownedBy, ref, text, type Row } from '#kernel';

/** A colleague asks for a record that somebody else looks after. */
export const HandOverRequest = entity('HandOverRequest', {
  idPrefix: 'hor',
  describes:
    'A request to hand a record over, of somebody who was told that it is already handled: for whoever looks after it, or leads that team, to accept or decline. Unanswered it expires.',
  fields: {
    record: ref('*', { describes: 'What is asked for; null for those who may not see it, whoever asks among them.' }),
    recordType: text({ max: 60, describes: 'What it is: Account, Contact, Lead.' }),
    askedBy: ref('User', { describes: 'Who would look after it.' }),
    askedOf: optional(ref('User', { describes: 'Who looks after it, or leads the team in which it waits.' })),
    reason: text({ max: 500, describes: 'Why.' }),
    answerBy: derivedOptional(dateTime({ describes: 'Until when an answer is awaited.' })),
    answeredBy: derivedOptional(ref('User', { describes: 'Who answered.' })),
    answeredAt: derivedOptional(dateTime({ describes: 'When it was answered, withdrawn, or expired.' })),
    answer: derivedOptional(text({ max: 500, describes: 'What was said with the answer.' })),
  },
  states: {
    field: 'status',
    initial: 'ASKED',
    moves: {
      ASKED: ['ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED'],
      ACCEPTED: [],
      DECLINED: [],
      WITHDRAWN: [],
      EXPIRED: [],
    },
    closedIn: ['ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED'],
    frozenIn: ['ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED'],
  },
  owner: ownedBy('askedOf'),
  keys: {
    byRecord: { gsi: 1, of: 'record', sort: 'createdAt' },
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt' },
    byAsker: link('askedBy', 'createdAt'),
  },
  timeline: ['id', 'record'],
  title: ({ recordType, reason }) => `${recordType}: ${reason}`,
  dueAt: ({ status, answerBy }) => (status === 'ASKED' ? answerBy : undefined),
});

/** A request, as code sees it. */
export type HandOverRow = Row<typeof HandOverRequest>;

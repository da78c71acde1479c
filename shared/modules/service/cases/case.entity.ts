import {
  choice,
  customFields,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  entity,
  integer,
  link,
  list,
  longText,
  object,
  optional,
  ownedBy,
  ref,
  tags,
  text,
  type Row,
} from '#kernel';
import { stageKinds } from '#modules/platform/flows';
import { caseProblems } from './case.rules.ts';

const visit = object('CaseStatusVisit', {
  status: text({ max: 40, describes: 'The status it had.' }),
  enteredAt: dateTime({ describes: 'Since when.' }),
  leftAt: dateTime({ describes: 'Until when.' }),
  seconds: integer({ describes: 'How long.' }),
  by: text({ describes: 'Who moved it on.' }),
});

/** Something that concerns an account and is worked on until it is settled. */
export const Case = entity('Case', {
  idPrefix: 'cas',
  describes:
    'Something that concerns an account and is worked on until it is settled: as many as there are, of every type that the tenant defines.',
  fields: {
    number: derived(text({ max: 60, search: 'words', describes: "Its number, without gaps in its type's series." })),
    type: ref('CaseType', { describes: 'What kind of case it is. It stays.' }),
    subject: text({ search: 'words', describes: 'What it is about.' }),
    account: ref('Account', { describes: 'Whom it concerns.' }),
    contact: optional(ref('Contact', { describes: 'Whom one talks to.' })),
    opportunity: optional(ref('Opportunity', { describes: 'The opportunity that it belongs to.' })),
    description: optional(longText({ describes: 'What is to be known.' })),
    priority: defaulted(
      choice(['LOW', 'NORMAL', 'HIGH'], { named: 'Priority', describes: 'How much it matters.' }),
      'NORMAL',
    ),
    owner: optional(ref('User', { describes: 'Who works on it.' })),
    team: optional(ref('Team', { describes: 'The team that works on it.' })),
    orgUnit: optional(ref('OrgUnit', { describes: 'The part of the organisation that it counts for.' })),
    tags: defaulted(tags({ describes: 'Free labels.' }), []),
    externalId: optional(text({ max: 100, unique: true, describes: 'Its id in another system, unique.' })),
    custom: customFields(),
    pipeline: derived(ref('Pipeline', { describes: 'The pipeline of its type.' })),
    status: derived(text({ max: 40, describes: 'The key of its status: a stage of the pipeline.' })),
    statusKind: derived(
      choice(stageKinds, { named: 'StageKind', describes: 'Whether work goes on; WON is settled, LOST is not.' }),
    ),
    place: derived(text({ max: 80, describes: '`<pipeline id>/<status>`: the column of a board.' })),
    statusEnteredAt: derived(dateTime({ describes: 'Since when it has its status.' })),
    statusHistory: derived(list(visit, { max: 200, describes: 'The statuses that it had before, oldest first.' })),
    openedAt: derived(dateTime({ describes: 'When it was opened.' })),
    closedAt: derivedOptional(dateTime({ describes: 'When it was closed.' })),
    result: derivedOptional(longText({ describes: 'What came of it.' })),
  },
  owner: ownedBy('owner', 'team'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'openedAt', as: 'doc', openFirst: true },
    byOwner: { gsi: 2, sort: 'openedAt' },
    all: { gsi: 3, sort: 'openedAt', shards: 4 },
    byPlace: { gsi: 4, of: 'place', sort: 'statusEnteredAt', keepsClosed: true },
    byNumber: { gsi: 5, of: 'number' },
    byType: link('type', 'openedAt', 'CaseType.cases'),
    byContact: link('contact', 'openedAt', 'Contact.cases'),
    byOpportunity: link('opportunity', 'openedAt', 'Opportunity.cases'),
  },
  defaults: ['update', 'archive', 'restore'],
  timeline: ['id', 'account', 'contact', 'opportunity'],
  title: ({ number, subject }) => `${number} ${subject}`,
  events: {
    statusChanged: 'It has another status, and is still open or still closed.',
    closed: 'It came to a status of kind WON or LOST.',
    reopened: 'It came back to an open status.',
  },
  isOpen: ({ statusKind }) => statusKind === 'OPEN' || statusKind === 'POSTPONED',
  check: (after, before) => caseProblems(after, before),
});

/** A case, as code sees it. */
export type CaseRow = Row<typeof Case>;

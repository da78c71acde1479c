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
  optional,
  ownedBy,
  ref,
  tags,
  text,
} from '#kernel';
import { activityKinds } from './activity-type.entity.ts';
import { activityProblems, withTimes } from './activity.rules.ts';
import { queueOf, queueProblems, withEscalation } from './queue.rules.ts';

/** A piece of work with a customer: planned, done with its result, or dropped. */
export const Activity = entity('Activity', {
  idPrefix: 'act',
  plural: 'activities',
  describes: 'A piece of work with a customer: planned for a time, done with a result, or dropped.',
  fields: {
    subject: text({ describes: 'What is to be done.', search: 'words' }),
    type: ref('ActivityType', { describes: 'The kind of work.' }),
    account: optional(ref('Account', { describes: 'With which account.' })),
    contact: optional(ref('Contact', { describes: 'With whom.' })),
    opportunity: optional(ref('Opportunity', { describes: 'For which opportunity.' })),
    about: optional(
      ref('*', { describes: 'The record that it is about, where that is no account, contact or opportunity: a lead.' }),
    ),
    products: defaulted(list(ref('Product'), { max: 50, describes: 'The products talked about.' }), []),
    notes: optional(longText({ describes: 'What to prepare, what to know.' })),
    location: optional(text({ describes: 'Where.' })),
    startsAt: optional(dateTime({ describes: 'When it begins, for what has a time.' })),
    minutes: optional(integer({ min: 1, max: 10_080, describes: "Planned duration; the type's when absent." })),
    dueAt: optional(dateTime({ describes: 'Until when it is to be done; the begin where there is one.' })),
    priority: defaulted(
      choice(['LOW', 'NORMAL', 'HIGH'], { named: 'Priority', describes: 'How much it matters.' }),
      'NORMAL',
    ),
    owner: optional(ref('User', { describes: 'Who does it.' })),
    team: optional(ref('Team', { describes: 'Which team does it, while nobody of it has taken it.' })),
    department: optional(
      ref('OrgUnit', { describes: 'Which part of the organisation does it, while nobody of it has taken it.' }),
    ),
    role: optional(
      text({ max: 40, describes: 'The key of the role whose people do it, while nobody of them has taken it.' }),
    ),
    escalateAfter: optional(
      integer({
        min: 1,
        max: 43_200,
        describes:
          'So many working minutes whoever has it may leave it, not taken or not done, until the manager above is told; then again for each level. The calendar of its owner or team counts, else that of the tenant.',
      }),
    ),
    orgUnit: optional(ref('OrgUnit', { describes: 'The part of the organisation that it counts for.' })),
    previous: optional(ref('Activity', { describes: 'The activity that led to it.' })),
    tags: defaulted(tags({ describes: 'Free labels.' }), []),
    externalId: optional(text({ max: 100, describes: 'Its id in another system, unique.', unique: true })),
    custom: customFields(),
    kind: derived(choice(activityKinds, { named: 'ActivityKind', describes: 'What its type is.' })),
    endsAt: derivedOptional(dateTime({ describes: 'When it ends, for what has a time.' })),
    agendaAt: derived(dateTime({ describes: 'Its place in an agenda: begin, else due, else when it was made.' })),
    result: derivedOptional(text({ describes: 'What came of it, in a few words.' })),
    outcome: derivedOptional(longText({ describes: 'What came of it.' })),
    completedAt: derivedOptional(dateTime({ describes: 'When it was done.' })),
    spentMinutes: derivedOptional(integer({ describes: 'How long it took.' })),
    droppedReason: derivedOptional(text({ describes: 'Why it was not done.' })),
    timeZone: derivedOptional(
      text({ max: 60, describes: 'The zone whose days it is counted in: that of whoever made it.' }),
    ),
    queue: derivedOptional(
      text({
        max: 60,
        describes: 'Where it waits or came from: the id of a team or of a part of the organisation, or `role:<key>`.',
      }),
    ),
    escalatesFrom: derivedOptional(
      dateTime({ describes: 'Since when the minutes count after which the next manager is told.' }),
    ),
    escalatesAt: derivedOptional(
      dateTime({
        describes: 'When the next manager is told, unless nobody worked until then; it moves on in that case.',
      }),
    ),
    escalations: derivedOptional(
      integer({ describes: 'How many levels of managers were told since it was given to whoever has it.' }),
    ),
    escalatedTo: derivedOptional(ref('User', { describes: 'The manager who was told last.' })),
    postponed: derived(integer({ describes: 'How often it was put off.' })),
    delegatedBy: derivedOptional(ref('User', { describes: 'Who asked a colleague to do it.' })),
    delegation: derivedOptional(
      choice(['ASKED', 'ACCEPTED', 'DECLINED'], { named: 'DelegationState', describes: 'What the colleague said.' }),
    ),
    delegationNote: derivedOptional(text({ describes: 'What was said with it.' })),
  },
  states: {
    field: 'status',
    initial: 'PLANNED',
    moves: { PLANNED: ['DONE', 'DROPPED'], DONE: ['PLANNED'], DROPPED: ['PLANNED'] },
    closedIn: ['DONE', 'DROPPED'],
    verbs: { DONE: 'completed', PLANNED: 'reopened' },
  },
  owner: ownedBy('owner', 'queue'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'agendaAt', on: 'Account.activities', openFirst: true },
    byOwner: { gsi: 2, sort: 'agendaAt' },
    all: { gsi: 3, sort: 'agendaAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'agendaAt', shards: 2 },
    byContact: link('contact', 'agendaAt', 'Contact.activities'),
    byOpportunity: link('opportunity', 'agendaAt', 'Opportunity.activities'),
    byDelegator: link('delegatedBy', 'agendaAt'),
    byEscalation: link('escalatedTo', 'agendaAt'),
  },
  defaults: ['update', 'archive', 'restore'],
  timeline: ['id', 'account', 'contact', 'opportunity', 'about', 'previous'],
  title: (row) => row.subject,
  events: {
    postponed: 'It was put off to another time.',
    claimed: 'Somebody of those whom it waited for took it.',
    reassigned: 'It was given to somebody else.',
    escalated: 'Nobody took or did it in time: the manager above was told.',
    handedOver: 'It was given to somebody else among many others.',
    delegated: 'A colleague was asked to do it.',
    delegationAccepted: 'The colleague takes it over.',
    delegationDeclined: 'The colleague does not take it over.',
  },
  prepare: (row, before) => ({
    ...withTimes(row),
    queue: queueOf(row) ?? null,
    ...withEscalation(row, before),
  }),
  check: (row) => [...activityProblems(row), ...queueProblems(row)],
  dueAt: ({ status, escalatesAt }) => (status === 'PLANNED' ? escalatesAt : undefined),
});

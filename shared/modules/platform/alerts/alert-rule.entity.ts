import {
  boolean,
  choice,
  date,
  dateTime,
  defaulted,
  derivedOptional,
  entity,
  integer,
  json,
  list,
  longText,
  noOwner,
  object,
  optional,
  ref,
  text,
  type Filter,
  type Row,
  type Values,
} from '#kernel';
import { channelKinds } from './extension-points.rules.ts';
import { ruleProblems } from './alert-rule.rules.ts';

/** What an alert begins with. */
export const triggerKinds = ['EVENT', 'THRESHOLD', 'SCHEDULE', 'PROMISE', 'GOAL'] as const;

const triggerFields = {
  kind: choice(triggerKinds, {
    named: 'AlertTriggerKind',
    describes:
      'EVENT: something happened. THRESHOLD: a record has come to be so; it is over when it no longer is. SCHEDULE: records that are so when the time of a timetable comes. PROMISE: something was not done in time. GOAL: somebody is behind, looked at every working day.',
  }),
  on: optional(text({ max: 80, describes: 'EVENT: its type: invoice.voided, case.*.' })),
  of: optional(text({ max: 60, describes: 'THRESHOLD, SCHEDULE: which records: Opportunity.' })),
  where: optional(
    json<Filter>({
      describes:
        'Only records for which this filter holds, as lists take it; `{"$": "now", "plusDays": -14}` in it is that moment, `today` that day.',
    }),
  ),
  source: optional(text({ max: 60, describes: 'PROMISE, GOAL: which; `alertSources` names them.' })),
  below: optional(
    integer({
      min: 1,
      max: 200,
      describes: 'GOAL: percent of what the working days so far ask for; less is an alert.',
    }),
  ),
  at: optional(
    text({
      max: 5,
      pattern: /^([01]\d|2[0-3]):[0-5]\d$/,
      describes: 'SCHEDULE, GOAL: at what time of the day, on the clock of the calendar; 08:00 when absent.',
    }),
  ),
  rule: optional(
    text({
      max: 300,
      describes:
        'SCHEDULE: when it comes again, by RFC 5545 without RRULE: FREQ=WEEKLY;BYDAY=MO; once an hour at the most. Once when absent.',
    }),
  ),
  startsOn: optional(
    date({ describes: 'SCHEDULE: the first day, from which its rule counts; the day it was made when absent.' }),
  ),
};
/** A trigger. */
export type AlertTrigger = Values<typeof triggerFields>;

const stepFields = {
  afterMinutes: integer({ min: 0, max: 100_000, describes: 'Working minutes after it was raised; 0 is at once.' }),
  to: choice(['OWNER', 'MANAGER', 'TEAM', 'ROLE', 'USER'], {
    named: 'AlertReader',
    describes:
      'Who is told. OWNER: whose matter it is, the people of its team where nobody owns it. MANAGER: who stands above the owner. TEAM: the people of its team, or of those of the owner. Who is away is told with the substitute.',
  }),
  level: optional(integer({ min: 1, max: 10, describes: 'MANAGER: how far above the owner; 1 when absent.' })),
  role: optional(text({ max: 40, describes: 'ROLE: the key of the role, all of whose people are told.' })),
  user: optional(ref('User', { describes: 'USER: whom.' })),
  channel: optional(
    choice(channelKinds, {
      named: 'AlertChannel',
      describes:
        'By what they are told, besides in the product, also those who were told before; as each of them has settled when absent.',
    }),
  ),
};
/** A step of an escalation. */
export type AlertStep = Values<typeof stepFields>;

/** What people are to be alerted to, and who is told when nobody attends to it. */
export const AlertRule = entity('AlertRule', {
  idPrefix: 'alrl',
  describes:
    'What people are to be alerted to, and who is told one after the other while nobody attends to it. It takes up what stands open when it is made or changed, and sees what happens from then on: in its first two minutes perhaps only at their end.',
  fields: {
    name: text({ min: 1, max: 100, search: 'words', describes: 'What the alert says.' }),
    note: optional(longText({ max: 2000, describes: 'What is to be done then.' })),
    trigger: object('AlertTrigger', triggerFields, { describes: 'What it begins with.' }),
    steps: list(object('AlertStep', stepFields), { max: 10, describes: 'Who is told and when, in order of time.' }),
    stopWhen: optional(
      json<Filter>({
        describes: 'An alert is over, and none is raised, once this filter holds for its record; not for a GOAL.',
      }),
    ),
    calendar: optional(ref('WorkingCalendar', { describes: "Whose working time counts; the tenant's when absent." })),
    coolDownHours: defaulted(
      integer({ min: 0, max: 8760, describes: 'Hours after its end in which the same is not raised again.' }),
      24,
    ),
    expireHours: defaulted(
      integer({ min: 1, max: 8760, describes: 'Hours after which an alert that nobody resolves is over.' }),
      168,
    ),
    active: defaulted(boolean({ describes: 'Whether it raises alerts.' }), true),
    looksAt: derivedOptional(dateTime({ describes: 'SCHEDULE, GOAL: when it looks next.' })),
    looksBackAt: derivedOptional(
      dateTime({
        describes: 'After a change: when it is known everywhere, and what happened meanwhile is looked through.',
      }),
    ),
    looksBackFrom: derivedOptional(dateTime({ describes: 'From when on that is.' })),
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' } },
  defaults: ['archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: (after) => ruleProblems(after),
  dueAt: ({ active, looksAt, looksBackAt }) =>
    [active ? looksAt : undefined, looksBackAt].filter((at) => at !== undefined).sort()[0],
});

/** A rule, as code sees it. */
export type AlertRuleRow = Row<typeof AlertRule>;

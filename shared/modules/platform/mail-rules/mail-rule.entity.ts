import {
  boolean,
  choice,
  dateTime,
  defaulted,
  derivedOptional,
  entity,
  integer,
  json,
  list,
  noOwner,
  object,
  optional,
  ref,
  text,
  type Filter,
  type Row,
  type Values,
} from '#kernel';
import { askedConsent, campaign, purposeField } from '#modules/platform/mail-out';
import { clockForm, rhythms } from './moments.rules.ts';
import { mailRuleProblems } from './mail-rule.rules.ts';

/** To whom a rule sends. */
export const recipientKinds = ['OWNER', 'MANAGER', 'USER', 'TEAM', 'ROLE', 'CUSTOMER'] as const;

const recipientFields = {
  kind: choice(recipientKinds, {
    named: 'MailRecipientKind',
    describes:
      "OWNER whose the record is, MANAGER whom that person reports to, USER, TEAM, ROLE everybody of it, CUSTOMER the record's own address.",
  }),
  user: optional(ref('User', { describes: 'USER: who.' })),
  team: optional(ref('Team', { describes: 'TEAM: which one.' })),
  role: optional(text({ max: 40, describes: 'ROLE: the key of the role.' })),
  path: optional(
    text({
      max: 80,
      pattern: /^[a-z][A-Za-z0-9]*(\.[a-z][A-Za-z0-9]*)?$/,
      describes:
        'CUSTOMER: where the address stands: `email`, `contact.email`. When not said: of the contact, else of the account, else its own.',
    }),
  ),
};
/** To whom. */
export type Recipient = Values<typeof recipientFields>;

const scheduleFields = {
  every: choice(rhythms, { named: 'MailRhythm', describes: 'How often; WORKING_DAY goes by the calendar.' }),
  at: text({ max: 5, pattern: clockForm, describes: "The time of day, on the tenant's clock: 08:00." }),
  weekday: optional(integer({ min: 1, max: 7, describes: 'WEEK: 1 is Monday.' })),
  day: optional(integer({ min: 1, max: 31, describes: 'MONTH: the day; the last one where the month is shorter.' })),
};
/** When a rule sends that goes by the clock. */
export type Schedule = Values<typeof scheduleFields>;

/** Mails that go out by themselves: when something happens, or again and again. */
export const MailRule = entity('MailRule', {
  idPrefix: 'mrl',
  describes:
    'Mails that go out by themselves: to users or customers when something happens to a record (`on`), or to users at fixed times with the records that fulfil a filter (`schedule`).',
  fields: {
    name: text({ min: 1, max: 120, describes: 'What people call it.', search: 'words' }),
    active: defaulted(boolean({ describes: 'Whether it sends.' }), true),
    on: optional(
      text({
        max: 80,
        pattern: /^[a-z][A-Za-z0-9]*\.([a-z][A-Za-z0-9]*|\*)$/,
        describes:
          'The type of event, as `eventTypes` lists them: case.created; opportunity.* for all of a kind, inboundMail.* for all mails but those that are ignored.',
      }),
    ),
    schedule: optional(
      object('MailSchedule', scheduleFields, { describes: 'When it sends, where no event makes it.' }),
    ),
    of: optional(text({ max: 60, describes: 'With `schedule`: the kind of records that are listed: Opportunity.' })),
    where: optional(
      json<Filter>({
        describes:
          'Only where this filter over the record holds. With `.*` it is the moment in which it comes to hold that counts: {"status": {"eq": "WON"}} when it is won.',
      }),
    ),
    to: list(object('MailRecipient', recipientFields), {
      max: 10,
      describes: 'To whom; nobody gets it twice. One event reaches 20 addresses at most, a schedule any number.',
    }),
    template: text({
      max: 60,
      describes: 'The key of the template; its placeholders know the record, of a schedule the list `records`.',
    }),
    kind: defaulted(
      choice(['TRANSACTIONAL', 'MARKETING'], { named: 'MailKind', describes: 'MARKETING asks for consent first.' }),
      'TRANSACTIONAL',
    ),
    consent: defaulted(
      askedConsent(
        'Of MARKETING: to those who said yes, or also to those whom nobody has asked. Whom it may not be sent to stands in the ledger: REFUSED.',
      ),
      'GRANTED',
    ),
    purpose: optional(
      purposeField('Of MARKETING: what it is for, as consents name it: NEWSLETTER; GENERAL when absent.'),
    ),
    campaign: optional(campaign('The campaign that its mails belong to.')),
    delayMinutes: defaulted(integer({ min: 0, max: 525_600, describes: 'So many minutes after the event.' }), 0),
    once: defaulted(
      boolean({ describes: 'At most once for each record and address, however often it happens.' }),
      false,
    ),
    answersHere: defaulted(
      boolean({ describes: 'Answers come to the product; else to the owner of the record.' }),
      false,
    ),
    attachments: defaulted(list(ref('File'), { max: 5, describes: 'Files that go with each mail.' }), []),
    nextAt: derivedOptional(dateTime({ describes: 'Of a schedule: the next time.' })),
    wakesAt: derivedOptional(dateTime({ describes: 'When it goes on with the mails of this time.' })),
    reached: derivedOptional(text({ max: 60, describes: 'The last user who has the mail of this time already.' })),
    problem: derivedOptional(text({ max: 500, describes: 'Why its last mail could not be written.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['archive', 'restore'],
  title: ({ name }) => name,
  check: (rule) => mailRuleProblems(rule),
  events: { fired: 'Its time came, and its mails were written.', failed: 'A mail of it could not be written.' },
  dueAt: ({ active, nextAt, wakesAt, archivedAt }) =>
    active && archivedAt === undefined ? (wakesAt ?? nextAt) : undefined,
});

/** A rule, as code sees it. */
export type MailRuleRow = Row<typeof MailRule>;

import {
  boolean,
  choice,
  dateTime,
  defaulted,
  derived,
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
  url,
  type Row,
} from '#kernel';
import { addressProblems } from './address.rules.ts';
import { orderings } from './lanes.rules.ts';

const filterFields = {
  recordType: text({ max: 60, describes: 'The kind of record: Opportunity.' }),
  where: defaulted(
    json({ describes: 'What must hold of it, in the language of lists: `{"amount": {"gte": ...}}`.' }),
    {},
  ),
  before: optional(
    json({
      describes:
        'What must have held before, in the same language; of a new record nothing has: `{"status": {"eq": "DRAFT"}}`.',
    }),
  ),
  changed: optional(
    list(text({ max: 100 }), {
      max: 50,
      describes: 'At least one of these fields must have changed: `status`, and of the tenant’s own `custom.tier`.',
    }),
  ),
};

/** Where a partner is called when something happens. */
export const WebhookEndpoint = entity('WebhookEndpoint', {
  idPrefix: 'whe',
  describes:
    'An address of a partner that is called when something happens, signed as Standard Webhooks say. It hears of what its maker may see.',
  fields: {
    name: text({ max: 100, search: 'words', describes: 'What it is for: the shop, the warehouse.' }),
    url: url({ describes: 'Where it is called: https, at the port 443 or 8443, on the public internet.' }),
    eventTypes: list(text({ max: 100, pattern: /^(?:\*|[a-zA-Z0-9_]+\.(?:\*|[a-zA-Z0-9_]+))$/ }), {
      max: 100,
      describes: 'What it hears of: `quote.accepted`, `invoice.*`, `*`.',
    }),
    filters: defaulted(
      list(object('WebhookFilter', filterFields), {
        max: 20,
        describes: 'Of these kinds of records it hears only where the filter holds; of others always.',
      }),
      [],
    ),
    payload: defaulted(
      choice(['FULL', 'THIN'], {
        named: 'WebhookPayload',
        describes: 'THIN says only what happened to which record; FULL says the record and what changed, too.',
      }),
      'FULL',
    ),
    ordering: defaulted(
      choice(orderings, {
        named: 'WebhookOrdering',
        describes:
          'RECORD: what happens to a record comes in order, and one that is refused holds up its own record alone. SHARD: all that has the same `shard` comes in the order of `sequence`, and one that is refused holds up an eighth of everything.',
      }),
      'RECORD',
    ),
    perSecond: defaulted(integer({ min: 1, max: 50, describes: 'At most so many calls in a second.' }), 50),
    concurrency: defaulted(integer({ min: 1, max: 10, describes: 'At most so many calls at a time.' }), 10),
    description: optional(longText({ max: 2000, describes: 'For colleagues: who runs it, whom to ask.' })),
    user: derivedOptional(
      ref('User', {
        describes:
          'Who made it, or last changed what it hears. It hears of what that person may see at the time, and ends with that person.',
      }),
    ),
    key: derivedOptional(
      ref('ApiKey', { describes: 'By which key: it hears of no more than that key may see, and ends with it.' }),
    ),
    startsAt: derived(
      list(integer({ describes: 'A sequence.' }), {
        max: 8,
        describes: 'The place in each shard of the feed after which it hears of everything.',
      }),
    ),
    enabledAt: derivedOptional(dateTime({ describes: 'When it was last enabled again.' })),
    failingSince: derivedOptional(dateTime({ describes: 'Since when nothing got through.' })),
    retryAt: derivedOptional(dateTime({ describes: 'When what did not get through is tried again.' })),
    exhausted: derived(integer({ min: 0, describes: 'How many events were given up after the last attempt.' })),
    disabledBecause: derivedOptional(
      choice(['USER', 'FAILING', 'GONE', 'MAKER_LEFT', 'SECRET_LOST'], {
        named: 'WebhookDisabledBecause',
        describes:
          'Somebody did it; it failed for five days; it answered 410; its maker has no access any more; its secret does not open here, since the tenant is a copy.',
      }),
    ),
    secretRotatedAt: derivedOptional(dateTime({ describes: 'When its secret was last replaced.' })),
    oldSecretUntil: derivedOptional(dateTime({ describes: 'Until when the secret before signs along.' })),
    headerNames: derived(
      list(text({ max: 60 }), {
        max: 10,
        describes: 'The headers of its own that it is called with; what they say is shown to nobody.',
      }),
    ),
    isTested: derived(boolean({ describes: 'Whether a test was sent to it and arrived.' })),
  },
  states: {
    field: 'status',
    initial: 'ACTIVE',
    moves: { ACTIVE: ['FAILING', 'DISABLED'], FAILING: ['ACTIVE', 'DISABLED'], DISABLED: ['ACTIVE'] },
    verbs: { ACTIVE: 'recovered' },
  },
  owner: noOwner,
  keys: { byName: { gsi: 3, sort: 'name' }, byStatus: { gsi: 4, of: 'status', sort: 'createdAt' } },
  defaults: ['archive'],
  timeline: ['id'],
  events: {
    enabled: 'It was switched on again.',
    secretRotated: 'It got another secret; the one before signs along for a while.',
    exhausted: 'Events were given up after the last attempt.',
  },
  title: ({ name }) => name,
  check: ({ url: address, eventTypes }) => [
    ...addressProblems(address),
    ...(eventTypes.length === 0
      ? [{ code: 'NOTHING_TO_HEAR', message: 'It hears of at least one type of event.', path: ['eventTypes'] }]
      : []),
  ],
  dueAt: ({ retryAt, status }) => (status === 'DISABLED' ? undefined : retryAt),
});

/** An endpoint, as code sees it. */
export type WebhookEndpointRow = Row<typeof WebhookEndpoint>;

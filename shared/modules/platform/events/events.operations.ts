import {
  boolean,
  dateTime,
  defaulted,
  DomainError,
  integer,
  json,
  list,
  matchesType,
  object,
  optional,
  query,
  ref,
  scopeOf,
  seenValues,
  text,
  type Actor,
  type DomainEvent,
  type Table,
} from '#kernel';
import { feedStart, readFeed, type FeedPosition } from '#kernel/feed';
import { fitting, placeAfter } from './feed-place.rules.ts';
import { placeBefore } from './feed-search.operations.ts';
import { openCursor, sealCursor } from '#kernel/cursor';

const lostFields = {
  from: integer({ min: 1, describes: 'The first of them.' }),
  to: integer({ min: 1, describes: 'The last of them.' }),
};

const eventFields = {
  id: text({ describes: 'Its id; the same however often it is read or sent.' }),
  type: text({ describes: 'What happened, in the past tense: `opportunity.won`.' }),
  schemaVersion: integer({
    describes: 'The version of the contract that `eventTypes` shows. Within one, fields are only added.',
  }),
  at: dateTime({ describes: 'When.' }),
  actor: text({ describes: 'Who: a user, a key, or `system:<what>`.' }),
  recordType: text({ describes: 'The kind of record.' }),
  recordId: text({ describes: 'The record’s id.' }),
  version: integer({ describes: 'The version of the record that it made.' }),
  data: optional(json({ describes: 'The record after it; absent above 200 KB.' })),
  changed: json({ describes: 'The fields that changed, each with `from` and `to`.' }),
  lost: optional(
    object('LostVersions', lostFields, { describes: 'Versions that never reached the log, where the event says so.' }),
  ),
  sequence: integer({ describes: 'Its place in its shard of the feed: dense, from 1.' }),
  shard: integer({ describes: 'The shard of the feed; all events of a record are in one, in order.' }),
  correlationId: text({ describes: 'Shared by all events of one operation.' }),
  causationId: optional(text({ describes: 'The event that led to it.' })),
};

export const events = query('events', {
  describes:
    'The tenant’s events after a place in the feed, oldest first. It has the records that the caller may read all of. Nothing is ever skipped: read on from `endCursor`, also when a page is empty.',
  needs: 'event.follow',
  input: {
    after: optional(
      text({ max: 500, describes: 'The `endCursor` of the page before; the first event ever when neither is said.' }),
    ),
    since: optional(
      dateTime({
        describes:
          'Where to begin when no place is known yet: what happened from this moment on, and up to five minutes before.',
      }),
    ),
    types: defaulted(
      list(text({ max: 100 }), {
        max: 50,
        describes: 'Only these types: `quote.accepted`, `quote.*`. All when empty.',
      }),
      [],
    ),
    notBy: defaulted(
      list(text({ max: 80 }), {
        max: 50,
        describes:
          'Without what these did: ids of people and keys; `me` is the caller, so that a system does not hear what it has pushed itself. What the product did in consequence is told.',
      }),
      [],
    ),
    records: defaulted(list(ref('*'), { max: 50, describes: 'Only events of these records.' }), []),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many to read from each of the 8 shards.' }), 25),
  },
  returns: {
    events: list(object('Event', eventFields), { max: 800, describes: 'The oldest first; in order for each record.' }),
    endCursor: text({ describes: 'The place after this page.' }),
    isUpToDate: boolean({ describes: 'Nothing more was there when it was read.' }),
  },
  run: async ({ after, since, first, ...wanted }, { ports, actor }) => {
    const secret = await ports.secrets.get('signing');
    const start =
      after === undefined
        ? await startAt(ports.table, actor.tenant, since)
        : positionIn(openCursor(secret, cursorOf(actor.tenant), after));
    const read = await readFeed(ports.table, actor.tenant, start, first);
    const seen = fitting(read.events, start, mostBytes);
    const asked = seen.filter(
      (event) => scopeOf(actor, event.record.type, 'read') === 'all' && isAsked(event, wanted, actor),
    );
    return {
      events: asked.map((event) => shown(event, actor)),
      endCursor: sealCursor(secret, cursorOf(actor.tenant), JSON.stringify(placeAfter(start, seen))),
      isUpToDate: read.events.length === 0,
    };
  },
});

/** Lambda answers with 6 MB at most, and in JSON within JSON. */
const mostBytes = 3_500_000;

const startAt = async (table: Table, tenant: string, since: string | undefined): Promise<FeedPosition> =>
  since === undefined ? feedStart : placeBefore(table, tenant, since);

const cursorOf = (tenant: string): string => `events of ${tenant}`;

const positionIn = (text: string): FeedPosition => {
  const position = JSON.parse(text) as unknown;
  if (!Array.isArray(position) || position.length !== feedStart.length)
    throw new DomainError('BAD_INPUT', 'The cursor is not one of this feed.', ['after']);
  return position as FeedPosition;
};

type Wanted = {
  readonly types: readonly string[];
  readonly records: readonly string[];
  readonly notBy: readonly string[];
};

const isAsked = (event: DomainEvent, { types, records, notBy }: Wanted, { id }: Actor): boolean =>
  !notBy.some((who) => event.actor === (who === 'me' ? id : who)) &&
  (types.length === 0 || types.some((pattern) => matchesType(pattern, event.type))) &&
  (records.length === 0 || records.includes(event.record.id));

/** The event without the fields that the actor's role hides. */
const shown = ({ record, data, changed, ...event }: DomainEvent, actor: Actor) => {
  const seen = (values: Readonly<Record<string, unknown>>) => seenValues(actor, record.type, values);
  return {
    ...event,
    recordType: record.type,
    recordId: record.id,
    version: record.version,
    changed: seen(changed),
    ...(data && { data: seen(data) }),
  };
};

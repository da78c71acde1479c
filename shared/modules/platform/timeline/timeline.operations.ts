import {
  boolean,
  defaulted,
  integer,
  list,
  notFound,
  object,
  optional,
  query,
  ref,
  signedIn,
  text,
  type Context,
  type DomainEvent,
} from '#kernel';
import { readHistory } from '#kernel/feed';
import { eventFields, readEntries, recordsOf, showEntries, showEvent, timelineEntries } from './entries.operations.ts';

const first = (describes: string) => defaulted(integer({ min: 1, max: 100, describes }), 25);
const hasNextPage = boolean({ describes: 'Whether there are older ones.' });

/** What happened to a record and to those around it. */
export const timeline = query('timeline', {
  describes:
    'What happened to a record and to those that belong to it, newest first: for an account its contacts, activities, opportunities and documents.',
  needs: signedIn,
  input: {
    record: ref('*', { describes: 'Whose timeline.' }),
    first: first('How many entries at most, 1 to 100. A page may be shorter, when records are not for you to see.'),
    after: optional(text({ max: 500, describes: 'The `endCursor` of the page before.' })),
  },
  returns: {
    entries: timelineEntries,
    hasNextPage,
    endCursor: optional(text({ describes: 'For `after`, to read on.' })),
  },
  run: async ({ record, ...asked }, context) => {
    const { entries, ...page } = await readEntries(context, record, asked);
    const rows = await context.records([record, ...recordsOf(entries)]);
    assertSeen(context, record, rows);
    return { entries: showEntries(context, entries, rows), ...page };
  },
});

/** The versions of a record. */
export const history = query('history', {
  describes: 'The versions of one record, newest first: who changed what, and when.',
  needs: signedIn,
  input: {
    record: ref('*', { describes: 'Whose versions.' }),
    first: first('How many versions at most, 1 to 100.'),
    before: optional(integer({ min: 1, describes: 'Only versions older than this one.' })),
  },
  returns: {
    versions: list(
      object('RecordVersion', {
        version: integer({ describes: 'Which version the change made.' }),
        ...eventFields,
        correlationId: text({ describes: 'Shared by all changes of one operation.' }),
      }),
      { max: 100, describes: 'The versions, newest first.' },
    ),
    hasNextPage,
  },
  run: async ({ record, first: limit, before }, context) => {
    const [versions, seen] = await Promise.all([
      readShown(context, record, limit + 1, before),
      context.records([record]),
    ]);
    assertSeen(context, record, seen);
    const shown = versions.slice(0, limit);
    const users = await context.records([
      ...new Set(shown.map((event) => event.actor).filter((id) => id.startsWith('usr_'))),
    ]);
    return {
      versions: shown.map((event) => ({
        version: event.record.version,
        correlationId: event.correlationId,
        ...showEvent(context, event, users),
      })),
      hasNextPage: versions.length > limit,
    };
  },
});

/** Versions that people and their programs made, newest first: what the product keeps up aside is left out. */
const readShown = async (
  { ports, actor }: Context,
  record: string,
  limit: number,
  before?: number,
): Promise<readonly DomainEvent[]> => {
  const shown: DomainEvent[] = [];
  let oldest = before;
  for (let most = limit; ; most = 100) {
    const older = oldest === undefined ? {} : { before: oldest };
    const page = await readHistory(ports.table, actor.tenant, record, { limit: most, ...older });
    shown.push(...page.filter(({ aside }) => aside !== true));
    if (shown.length >= limit || page.length < most) return shown.slice(0, limit);
    oldest = page.at(-1)?.record.version;
  }
};

const assertSeen = ({ registry }: Context, id: string, rows: ReadonlyMap<string, unknown>): void => {
  if (!rows.has(id)) throw notFound(registry.byPrefix.get(id.slice(0, id.indexOf('_')))?.name ?? 'record', id);
};

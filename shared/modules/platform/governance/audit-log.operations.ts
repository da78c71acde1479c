import {
  anyRecord,
  choice,
  dateTime,
  defaulted,
  integer,
  list,
  object,
  optional,
  query,
  ref,
  text,
  boolean,
  type Context,
} from '#kernel';
import { openCursor, sealCursor } from '#kernel/cursor';
import { auditTrail, readTimeline, type TimelineEntry } from '#kernel/timeline';
import { ApiKey } from '#modules/platform/keys';
import { eventFields, recordsOf, showEvent } from '#modules/platform/timeline';
import { auditKinds, kindOfRecord } from './audit.rules.ts';

/** Entries that one call looks through at most. */
const mostRead = 2000;
const perPage = 200;

const entryFields = {
  ...eventFields,
  kind: choice(auditKinds, { named: 'AuditKind', describes: 'What it is about.' }),
  recordType: text({ describes: 'The kind of record.' }),
  record: optional(anyRecord('The record, where you may see it.')),
};

export const auditLog = query('auditLog', {
  describes:
    'Who took what, when, and who was given which rights: sign-ins, exports, imports, privacy requests, roles, people, keys and settings. The newest first.',
  needs: 'audit.view',
  input: {
    kinds: defaulted(
      list(choice(auditKinds, { named: 'AuditKind' }), {
        max: auditKinds.length,
        describes: 'Only these; all when empty.',
      }),
      [],
    ),
    user: optional(ref('User', { describes: 'Only what this person did.' })),
    from: optional(dateTime({ describes: 'From this moment on.' })),
    to: optional(dateTime({ describes: 'Until this moment.' })),
    first: defaulted(integer({ min: 1, max: 100, describes: 'So many entries.' }), 50),
    after: optional(text({ max: 500, describes: 'The `endCursor` of the page before.' })),
  },
  returns: {
    entries: list(object('AuditEntry', entryFields), { max: 100, describes: 'The newest first.' }),
    hasNextPage: boolean({ describes: 'Whether there may be more; a page may be short.' }),
    endCursor: optional(text({ describes: 'To read on.' })),
  },
  run: async ({ after, first, ...asked }, context) => {
    const { ports, actor } = context;
    const secret = await ports.secrets.get('signing');
    const sealed = `audit of ${actor.tenant} ${JSON.stringify(asked)}`;
    const start = after === undefined ? asked.to && `time#${asked.to}~` : openCursor(secret, sealed, after);
    const actors = await actorsOf(context, asked.user);
    const { entries, end } = await readEntries(context, { ...asked, actors }, first, start);
    const rows = await context.records(recordsOf(entries));
    return {
      entries: entries.map((entry) => shown(context, entry, rows)),
      hasNextPage: end !== undefined,
      ...(end !== undefined && { endCursor: sealCursor(secret, sealed, end) }),
    };
  },
});

type Asked = {
  readonly kinds: readonly (typeof auditKinds)[number][];
  readonly actors: readonly string[] | undefined;
  readonly from?: string | undefined;
};

/** A person, and the keys in the person's name. */
const actorsOf = async ({ trusted }: Context, user: string | undefined): Promise<readonly string[] | undefined> => {
  if (user === undefined) return undefined;
  const { rows } = await trusted(ApiKey).page('byUser', { of: user, first: 100 });
  return [user, ...rows.map(({ id }) => id)];
};

/** What is asked for, and where to read on; nothing there when the period is through. */
const readEntries = async ({ ports, actor }: Context, asked: Asked, first: number, start: string | undefined) => {
  const entries: TimelineEntry[] = [];
  let before = start;
  for (let read = 0; read < mostRead; read += perPage) {
    const page = await readTimeline(ports.table, actor.tenant, auditTrail, {
      limit: perPage,
      ...(before !== undefined && { before }),
    });
    for (const entry of page.entries) {
      if (asked.from !== undefined && entry.at < asked.from) return { entries };
      before = entry.sort;
      if (isAsked(entry, asked)) entries.push(entry);
      if (entries.length === first) return { entries, end: before };
    }
    if (!page.hasMore) return { entries };
  }
  return { entries, ...(before !== undefined && { end: before }) };
};

const isAsked = ({ record, actor }: TimelineEntry, { kinds, actors }: Asked): boolean => {
  const kind = kindOfRecord(record.type);
  return (kinds.length === 0 || (kind !== undefined && kinds.includes(kind))) && (actors?.includes(actor) ?? true);
};

const shown = (context: Context, entry: TimelineEntry, rows: Parameters<typeof showEvent>[2]) => {
  const record = rows.get(entry.record.id);
  return {
    ...showEvent(context, entry, rows),
    kind: kindOfRecord(entry.record.type) ?? ('SETTINGS' as const),
    recordType: entry.record.type,
    ...(record && { record }),
  };
};

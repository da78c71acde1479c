import {
  anyRecord,
  dateTime,
  DomainError,
  integer,
  json,
  list,
  maySeeField,
  notFound,
  object,
  optional,
  query,
  ref,
  signedIn,
  text,
  boolean,
  type AnyEntity,
  type AnyRow,
  type Context,
  type DomainEvent,
} from '#kernel';
import { readVersions } from '#kernel/feed';
import { readTimeline } from '#kernel/timeline';
import { changesOver, pastOf, type Past } from './versions.rules.ts';

const record = ref('*', { describes: 'Which record.' });
const at = dateTime({ describes: 'The moment; what happened at it has happened.' });
const untold = list(text(), {
  max: 500,
  describes: 'Fields whose values the log does not hold: sensitive ones, lines.',
});

/** The entity of a record that the actor may see now. @throws NOT_FOUND */
const entitySeen = async (context: Context, id: string): Promise<AnyEntity> => {
  const of = context.registry.byPrefix.get(id.slice(0, id.indexOf('_')));
  const rows = await context.records([id]);
  if (!of || !rows.has(id)) throw notFound(of?.name ?? 'record', id);
  return context.registry.entity(of.name);
};

/** The versions that a record had made by a moment, oldest first. */
const versionsBy = async ({ ports, actor }: Context, id: string, moment: string): Promise<readonly DomainEvent[]> => {
  const versions = await readVersions(ports.table, actor.tenant, id, { from: 1 });
  return versions.map(({ event }) => event).filter((event) => event.at <= moment);
};

/** A record as it was at a moment; undefined before it was made. */
export const pastAt = async (
  context: Context,
  of: AnyEntity,
  id: string,
  moment: string,
): Promise<Past | undefined> => {
  const last = (await versionsBy(context, id, moment)).at(-1);
  return last && pastOf(of, last);
};

export const recordAsOf = query('recordAsOf', {
  describes:
    'A record as it was at a moment: its own fields from the log. What it refers to is shown as it is today; whoever may read the record today may read its past.',
  needs: signedIn,
  input: { record, at },
  returns: {
    record: optional(anyRecord('The record as it was; null when it did not exist yet.')),
    version: optional(integer({ describes: 'Its version then.' })),
    since: optional(dateTime({ describes: 'Since when it had been so.' })),
    untold,
  },
  run: async ({ record: id, at: moment }, context) => {
    const past = await pastAt(context, await entitySeen(context, id), id, instant(moment));
    if (!past) return { untold: [] };
    const { row, event } = past;
    return { record: row, version: row.version, since: event.at, untold: past.untold };
  },
});

const instant = (moment: string): string => new Date(moment).toISOString();

const change = object('ChangeOverTime', {
  field: text({ describes: 'Which field.' }),
  from: optional(json({ describes: 'Its value at the first moment.' })),
  to: optional(json({ describes: 'Its value at the second.' })),
});

export const compareMoments = query('compareMoments', {
  describes: 'What changed in a record between two moments, and how many versions that took.',
  needs: signedIn,
  input: {
    record,
    from: dateTime({ describes: 'The earlier moment.' }),
    to: dateTime({ describes: 'The later one.' }),
  },
  returns: {
    changes: list(change, { max: 500, describes: 'Fields whose value differs; of sensitive ones, that it does.' }),
    versions: integer({ describes: 'Versions made in between.' }),
  },
  run: async ({ record: id, from, to }, context) => {
    if (from > to) throw new DomainError('BAD_INPUT', 'The first moment comes after the second.', ['to']);
    const of = await entitySeen(context, id);
    const between = (await versionsBy(context, id, instant(to))).filter((event) => event.at > instant(from));
    const seen = Object.entries(changesOver(between)).filter(([name]) => maySeeField(context.actor, of.name, name));
    return { changes: seen.map(([field, values]) => ({ field, ...values })), versions: between.length };
  },
});

/** Entries of a timeline that are looked through for what hung on a record. */
const mostEntries = 2000;
const perPage = 500;
/** Records that an overview of the past shows. */
const mostRelated = 200;

export const overviewAsOf = query('overviewAsOf', {
  describes:
    'A record and what belonged to it at a moment, as both were then: the 360 view of an account in the past, with its contacts, activities, opportunities.',
  needs: signedIn,
  input: { record, at },
  returns: {
    record: optional(anyRecord('The record as it was; null when it did not exist yet.')),
    related: list(anyRecord(), { max: mostRelated, describes: 'What belonged to it then, by kind and age.' }),
    isComplete: boolean({ describes: 'Whether these are all; a long past is looked through from its end.' }),
  },
  run: async ({ record: id, at: given }, context) => {
    const moment = instant(given);
    const past = await pastAt(context, await entitySeen(context, id), id, moment);
    if (!past) return { related: [], isComplete: true };
    const { ids, isComplete } = await relatedBy(context, id, moment);
    const shown = ids.slice(0, mostRelated);
    const related = await Promise.all(shown.map((other) => belongingThen(context, id, other, moment)));
    return {
      record: past.row,
      related: related.flat().sort((left, right) => (left.id < right.id ? -1 : 1)),
      isComplete: isComplete && ids.length <= mostRelated,
    };
  },
});

/** The records that a record's timeline had told of by a moment. */
const relatedBy = async ({ ports, actor }: Context, id: string, moment: string) => {
  const ids = new Set<string>();
  let before: string | undefined = `time#${moment}#~`;
  let looked = 0;
  while (before !== undefined && looked < mostEntries) {
    const page: Awaited<ReturnType<typeof readTimeline>> = await readTimeline(ports.table, actor.tenant, id, {
      limit: perPage,
      before,
    });
    for (const { record: of } of page.entries) if (of.id !== id) ids.add(of.id);
    looked += page.entries.length;
    before = page.hasMore ? page.entries.at(-1)?.sort : undefined;
  }
  return { ids: [...ids], isComplete: before === undefined };
};

/** A record as it was, if it referred to the other one then, was in use, and may be seen today. */
const belongingThen = async (
  context: Context,
  id: string,
  other: string,
  moment: string,
): Promise<readonly AnyRow[]> => {
  const of = context.registry.byPrefix.get(other.slice(0, other.indexOf('_')));
  if (!of || !(await context.records([other])).has(other)) return [];
  const past = await pastAt(context, context.registry.entity(of.name), other, moment);
  if (!past || past.row.archivedAt !== undefined) return [];
  return Object.keys(of.fields).some((name) => [past.row[name]].flat().includes(id)) ? [past.row] : [];
};

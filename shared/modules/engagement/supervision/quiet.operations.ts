import {
  anyRecord,
  dateTime,
  defaulted,
  DomainError,
  forbidden,
  integer,
  list,
  object,
  optional,
  query,
  ref,
  text,
  type AnyEntity,
  type Context,
} from '#kernel';
import { mayCount, readRollup } from '#kernel/rollup-cells';
import { quietPrefix, quietTotalsOf, watchedIn } from './quiet.projections.ts';
import { daysBefore, weekOf } from './work.rules.ts';
import { peopleAsked, whose } from './whose.operations.ts';

const asked = {
  of: text({ max: 60, describes: 'What is neglected: Account, Opportunity.' }),
  days: integer({ min: 1, max: 3650, describes: 'For how many days at least nobody was in touch.' }),
};

/** The kind of records that is asked for. @throws BAD_INPUT with those that there are */
const watchedOf = ({ registry }: Context, name: string): AnyEntity => {
  const found = watchedIn(registry).find(({ of }) => of.name === name);
  if (found) return found.of;
  const names = watchedIn(registry).map(({ of }) => of.name);
  throw new DomainError('BAD_INPUT', `Contact with ${name} is not watched. There are ${names.join(', ')}.`, ['of']);
};

export const neglect = query('neglect', {
  describes:
    'How many accounts or opportunities of each owner nobody was in touch about for so many days: from totals kept current, in three requests. Days are counted in UTC.',
  needs: 'activity.supervise',
  input: { ...asked, ...whose },
  returns: {
    owners: list(
      object('OwnerNeglect', {
        owner: ref('User', { describes: 'Whose they are.' }),
        count: integer({ describes: 'How many.' }),
      }),
      { max: 1000, describes: 'Most first.' },
    ),
    total: integer({ describes: 'How many in all.' }),
  },
  run: async ({ of: name, days, ...people }, context) => {
    const of = watchedOf(context, name);
    const last = daysBefore(context.clock.instant(), days);
    const week = weekOf(last);
    const [mine, weeks, itsDays] = await Promise.all([
      peopleAsked(context, people),
      cellsUntil(context, name, 'weeks', daysBefore(week, 1)),
      cellsUntil(context, name, week, last),
    ]);
    const counts = new Map<string, number>();
    for (const [cell, { count = 0 }] of [...weeks, ...itsDays]) {
      const owner = cell.slice(cell.indexOf('#') + 1);
      if (mine.has(owner) && mayCount(context.actor, of, owner)) counts.set(owner, (counts.get(owner) ?? 0) + count);
    }
    const owners = [...counts].filter(([, count]) => count > 0).sort(([, left], [, right]) => right - left);
    return {
      owners: owners.map(([owner, count]) => ({ owner, count })),
      total: owners.reduce((sum, [, count]) => sum + count, 0),
    };
  },
});

const cellsUntil = ({ ports, actor }: Context, entity: string, partition: string, last: string) =>
  readRollup(ports.table, actor.tenant, quietTotalsOf(entity), partition, { from: '0', to: `${last}~` });

export const neglected = query('neglected', {
  describes:
    'The accounts or opportunities of a person that nobody was in touch about for so many days, the longest untouched first. Two requests.',
  needs: 'activity.supervise',
  input: {
    ...asked,
    owner: ref('User', { describes: 'Whose they are.' }),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many.' }), 25),
    after: optional(text({ max: 100, describes: 'The `endCursor` of the page before.' })),
  },
  returns: {
    entries: list(
      object('NeglectedRecord', {
        record: anyRecord('The record.'),
        since: dateTime({ describes: 'Since when: its last contact, or when it was made.' }),
      }),
      { max: 100, describes: 'The longest untouched first.' },
    ),
    endCursor: optional(text({ max: 100, describes: 'Where the next page begins; absent on the last one.' })),
  },
  run: async ({ of: name, days, owner, first, after }, context) => {
    const of = watchedOf(context, name);
    const { ports, actor, clock } = context;
    if (!mayCount(actor, of, owner)) throw forbidden('You may not see the work of this person.');
    const prefix = quietPrefix(name);
    const page = await ports.table.query({
      pk: `${actor.tenant}#${owner}`,
      sort: {
        from: `${prefix}${after === undefined ? '' : `${after}~`}`,
        to: `${prefix}${daysBefore(clock.instant(), days)}~`,
      },
      limit: first,
    });
    const places = page.items.map(({ sk }) => sk.slice(prefix.length));
    const rows = await context.records(places.map(idIn));
    const end = places.at(-1);
    return {
      entries: places.flatMap((place) => {
        const record = rows.get(idIn(place));
        return record ? [{ record, since: place.slice(0, place.indexOf('#')) }] : [];
      }),
      ...(page.next && end !== undefined && { endCursor: end }),
    };
  },
});

const idIn = (place: string): string => place.slice(place.indexOf('#') + 1);

import {
  integer,
  list,
  object,
  optional,
  prefixOf,
  query,
  reachOf,
  ref,
  scopeOf,
  text,
  type AnyEntity,
  type Context,
} from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { dayAfter } from '#modules/platform/settings';
import { Team } from '#modules/platform/teams';
import { User } from '#modules/platform/users';
import { completeness, type Standard } from './measure.rules.ts';
import { readPlaces, type Place } from './places.operations.ts';
import type { QualityKind } from './quality-kinds.rules.ts';
import { amountsOf, duplicateTotals, qualityTotalsOf } from './quality.projections.ts';
import { kindAsked, standardOf } from './standard.operations.ts';
import { holdersAsked, mayMeasure, whose } from './whose.operations.ts';

const sums = {
  records: integer({ describes: 'How many records.' }),
  score: integer({ describes: 'How complete they are, 0 to 100, by the weights of the standard.' }),
  stale: integer({ describes: 'How many of them nobody has touched for as many days as the standard says.' }),
  duplicates: integer({ describes: 'How many suspected duplicates wait to be settled.' }),
  missing: list(
    object('QualityGap', {
      field: text({ describes: 'What is missing.' }),
      count: integer({ describes: 'In how many records.' }),
    }),
    { max: 100, describes: 'What is missing, what weighs most first.' },
  ),
};

export const qualityTotals = query('qualityTotals', {
  describes:
    'The quality of the records of each person: how complete, how many stale, how many suspected duplicates; from totals kept current, in ' +
    'at most four requests. Of contacts the rows are counted, of at most 50 people and 5 requests each. You measure what you may read.',
  needs: 'quality.measure',
  input: { of: text({ max: 60, describes: 'Which kind of records: Account, Contact, Lead.' }), ...whose },
  returns: {
    owners: list(
      object('OwnerQuality', {
        owner: optional(ref('User', { describes: 'Whose they are.' })),
        team: optional(
          ref('Team', { describes: 'The team in which they wait; absent too where nobody looks after them.' }),
        ),
        ...sums,
      }),
      { max: 1000, describes: 'The least complete first.' },
    ),
    total: object('QualitySums', sums, { describes: 'All of them together.' }),
  },
  run: async ({ of: name, ...people }, context) => {
    const kind = kindAsked(context, name);
    const { ports, actor, clock } = context;
    const [standard, asked, cells, duplicates] = await Promise.all([
      standardOf(context, kind),
      holdersAsked(context, people),
      kind.readsRows ? undefined : readRollup(ports.table, actor.tenant, qualityTotalsOf(name), 'all'),
      readRollup(ports.table, actor.tenant, duplicateTotals.name, name),
    ]);
    const isMeant = (holder: string) => (asked?.includes(holder) ?? true) && mayMeasure(actor, kind.of, holder);
    const staleOn = dayAfter(clock.instant().slice(0, 10), -standard.staleDays);
    const counted = cells ?? (await countRows(context, kind, asked ?? (await everybody(context, kind.of))));
    const tallies = tallied(counted, duplicates, staleOn).filter(({ holder }) => isMeant(holder));
    const owners = tallies.filter(isLive).map((tally) => ({ ...holderIn(tally), ...told(standard, [tally]) }));
    return {
      owners: owners.sort((left, right) => left.score - right.score).slice(0, 1000),
      total: told(standard, tallies),
    };
  },
});

type Amounts = Readonly<Record<string, number>>;
type Cells = ReadonlyMap<string, Amounts>;
type Tally = {
  readonly holder: string;
  readonly months: readonly Amounts[];
  readonly stale: number;
  readonly duplicates: number;
};

/** People whose rows are counted in one answer, and requests for each of them, at most. */
const mostPeople = 50;
const mostRequests = 5;

/** The people whose records the actor's right reaches. */
const everybody = async ({ actor, trusted }: Context, of: AnyEntity): Promise<readonly string[]> => {
  const scope = scopeOf(actor, of.name, 'read');
  if (scope === 'own' || scope === 'team') return reachOf(actor, scope).owners;
  return (await trusted(User).list({ first: mostPeople })).rows.map(({ id }) => id);
};

/** What the cells would hold, from the rows themselves; all people at once. */
const countRows = async (context: Context, kind: QualityKind, holders: readonly string[]): Promise<Cells> => {
  const meant = holders.filter((holder) => mayMeasure(context.actor, kind.of, holder)).slice(0, mostPeople);
  const cells = new Map<string, Record<string, number>>();
  await Promise.all(
    meant.map(async (holder) => {
      for (const { touchedOn, had } of await allPlaces(context, kind, holder)) {
        const cell = cells.get(`${holder}#${touchedOn.slice(0, 7)}`) ?? {};
        for (const [name, count] of Object.entries(amountsOf(touchedOn, had))) cell[name] = (cell[name] ?? 0) + count;
        cells.set(`${holder}#${touchedOn.slice(0, 7)}`, cell);
      }
    }),
  );
  return cells;
};

const allPlaces = async (context: Context, kind: QualityKind, holder: string): Promise<readonly Place[]> => {
  const found: Place[] = [];
  for (let request = 1, after = ''; request <= mostRequests; request += 1) {
    const page = await readPlaces(context, kind, holder, { after });
    found.push(...page.places);
    if (!page.hasMore) break;
    after = page.places.at(-1)?.sort ?? '';
  }
  return found;
};

/** The cells of each person together, with how many of the days in them are long ago. */
const tallied = (cells: Cells, duplicates: Cells, staleOn: string): readonly Tally[] => {
  const split = [...cells].map(([cell, amounts]) => {
    const [holder = '', month = ''] = cell.split('#');
    return { holder, month, amounts };
  });
  const byHolder = Map.groupBy(split, ({ holder }) => holder);
  return [...new Set([...byHolder.keys(), ...duplicates.keys()])].map((holder) => {
    const months = byHolder.get(holder) ?? [];
    return {
      holder,
      months: months.map(({ amounts }) => amounts),
      stale: months.reduce((sum, { month, amounts }) => sum + daysUntil(month, amounts, staleOn), 0),
      duplicates: duplicates.get(holder)?.['open'] ?? 0,
    };
  });
};

const daysUntil = (month: string, amounts: Amounts, last: string): number =>
  Object.entries(amounts)
    .filter(([name]) => name.startsWith('day.') && `${month}-${name.slice(4)}` <= last)
    .reduce((sum, [, count]) => sum + count, 0);

const sumOf = (tallies: readonly Tally[], name: string): number =>
  tallies.flatMap(({ months }) => months).reduce((sum, amounts) => sum + (amounts[name] ?? 0), 0);

const isLive = (tally: Tally): boolean => tally.duplicates > 0 || sumOf([tally], 'records') > 0;

const holderIn = ({ holder }: Tally) => {
  if (prefixOf(holder) === User.idPrefix) return { owner: holder };
  return prefixOf(holder) === Team.idPrefix ? { team: holder } : {};
};

const told = (standard: Standard, tallies: readonly Tally[]) => {
  const records = sumOf(tallies, 'records');
  return {
    records,
    ...completeness(standard, records, (field) => sumOf(tallies, `had.${field}`)),
    stale: tallies.reduce((sum, { stale }) => sum + stale, 0),
    duplicates: tallies.reduce((sum, { duplicates }) => sum + duplicates, 0),
  };
};

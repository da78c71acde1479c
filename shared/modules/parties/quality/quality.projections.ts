import { isOpenRow, projection, rollup, type AnyEntity, type AnyRow, type Rollup } from '#kernel';
import { DuplicateCandidate } from '#modules/parties/duplicates';
import { hadBy } from './measure.rules.ts';
import { qualityKindsIn, type QualityKind } from './quality-kinds.rules.ts';

/** In place of an owner: records that neither a person nor a team looks after. */
export const nobody = 'nobody';

/** Who looks after a record that is measured: a person, else a team, else nobody; undefined for one that asks for no work. */
const holderOf = (of: AnyEntity, row: AnyRow): string | undefined =>
  row.archivedAt === undefined && isOpenRow(of, row) ? (row.ownerId ?? row.teamId ?? nobody) : undefined;

/** Where the records of a kind stand with whoever looks after them, the longest untouched first. */
export const placePrefix = (entity: string): string => `quality#${entity}#`;

/** Staleness needs no timer: as days pass, more of a range is asked for. */
export const qualityPlaces = projection('qualityPlaces', {
  describes: 'The records of each person by the day on which they were last touched, with the fields that they have.',
  of: ['*'],
  items: (row, of, registry) => {
    const kind = qualityKindsIn(registry).get(of.name);
    const holder = kind && !kind.readsRows ? holderOf(of, row) : undefined;
    if (kind === undefined || holder === undefined) return [];
    const sort = `${placePrefix(of.name)}${row.updatedAt.slice(0, 10)}#${row.id}`;
    return [{ partition: holder, sort, attributes: { had: hadBy(kind, row) } }];
  },
});

/** The name of the totals of a kind. */
export const qualityTotalsOf = (entity: string): string => `qualityOf${entity}`;

/** What a record adds to the month in which it was last touched. */
export const amountsOf = (touched: string, had: readonly string[]): Readonly<Record<string, number>> => ({
  records: 1,
  [`day.${touched.slice(8, 10)}`]: 1,
  ...Object.fromEntries(had.map((field) => [`had.${field}`, 1])),
});

/**
 * A cell for each owner and month in which records were last touched: how many there are, how many of each day, and how many have
 * each field. So any weights and any number of days are measured from the same cells.
 */
export const qualityCells = (kind: QualityKind): Rollup =>
  rollup(qualityTotalsOf(kind.of.name), {
    describes: `Records of ${kind.of.name} by owner: when they were last touched, and which fields they have.`,
    of: kind.of,
    shards: 1,
    contributions: (row) => {
      const holder = holderOf(kind.of, row);
      if (holder === undefined) return [];
      const amounts = amountsOf(row.updatedAt, hadBy(kind, row));
      return [{ partition: 'all', cell: `${holder}#${row.updatedAt.slice(0, 7)}`, amounts }];
    },
  });

/** How many suspected duplicates wait for each owner. */
export const duplicateTotals = rollup('openDuplicates', {
  describes: 'Suspected duplicates that nobody has settled, by kind of record and owner.',
  of: DuplicateCandidate,
  shards: 1,
  contributions: ({ status, type, ownerId }) =>
    status === 'OPEN' ? [{ partition: type, cell: ownerId ?? nobody, amounts: { open: 1 } }] : [],
});

import type { AnyRow } from '#kernel';
import { waiverOf, type QualityKind } from './quality-kinds.rules.ts';

/** What a tenant asks of the records of a kind: what counts how much, and after how many days untouched one is stale. */
export type Standard = { readonly weights: Readonly<Record<string, number>>; readonly staleDays: number };

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/** The fields that a record has of those that may be asked for, its tenant's own fields among them; what it need not have counts as had. */
export const hadBy = ({ weights }: QualityKind, row: AnyRow): readonly string[] => {
  const custom = Object.entries((row['custom'] ?? {}) as Readonly<Record<string, unknown>>);
  const had = [
    ...Object.keys(weights).filter((name) => isGiven(row[name])),
    ...custom.filter(([, value]) => isGiven(value)).map(([key]) => `custom.${key}`),
    ...(waiverOf(row)?.fields ?? []),
  ];
  return [...new Set(had)].sort();
};

/** How complete records are, 0 to 100: `had` says for a field how many of them have it. */
export const completeness = (
  { weights }: Standard,
  records: number,
  had: (field: string) => number,
): { readonly score: number; readonly missing: readonly { readonly field: string; readonly count: number }[] } => {
  const asked = Object.entries(weights).filter(([, weight]) => weight > 0);
  const full = asked.reduce((sum, [, weight]) => sum + weight, 0) * records;
  const reached = asked.reduce((sum, [field, weight]) => sum + weight * had(field), 0);
  const missing = asked.map(([field, weight]) => ({ field, weight, count: records - had(field) }));
  return {
    score: full === 0 ? 100 : Math.round((100 * reached) / full),
    missing: missing
      .filter(({ count }) => count > 0)
      .sort((left, right) => right.weight * right.count - left.weight * left.count)
      .map(({ field, count }) => ({ field, count })),
  };
};

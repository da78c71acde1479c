// What a change makes of a row, and whether two values say the same.
import type { AnyRow } from './entity.ts';

/** The row with the changes in it; the same row when nothing differs. Null clears. */
export const applyChanges = (row: AnyRow, changes: Readonly<Record<string, unknown>>): AnyRow => {
  const differing = Object.entries(changes).filter(
    ([name, value]) => value !== undefined && !isSame(row[name], value ?? undefined),
  );
  if (differing.length === 0) return row;
  const next: Record<string, unknown> = { ...row };
  for (const [name, value] of differing) {
    if (value === null) Reflect.deleteProperty(next, name);
    else next[name] = value;
  }
  return next as AnyRow;
};

const isSame = (left: unknown, right: unknown): boolean => {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object') return false;
  return JSON.stringify(ordered(left)) === JSON.stringify(ordered(right));
};

/** The value with its keys in order, so that equal values have equal text. */
export const ordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, ordered(inner)]),
  );
};

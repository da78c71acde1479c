// After a lost answer: does the table already hold what a write wants? Then the first try was applied, and the
// condition failed only because it was.
import { isDeepStrictEqual } from 'node:util';
import type { Expression, Item, Write } from '#kernel/table';
import { fromAttributes, toAttributes } from './attribute-values.ts';

/** True when `existing` is what `write` would have left. */
export function isApplied(write: Write, existing: Item | undefined): boolean {
  if (write.kind === 'delete') return existing === undefined;
  if (existing === undefined || write.kind === 'check') return false;
  if (write.kind === 'put') return isDeepStrictEqual(existing, stored(write.item));
  const wanted = assignmentsOf(write.update);
  return wanted?.every(({ path, value }) => isDeepStrictEqual(valueAt(existing, path), value)) ?? false;
}

/** What an attribute shall be; `undefined` when it shall be gone. */
type Assignment = { readonly path: readonly string[]; readonly value: unknown };

/** The assignments of an update, or undefined when it does more than set values and remove attributes. */
const assignmentsOf = ({ text, names = {}, values = {} }: Expression): readonly Assignment[] | undefined => {
  const pathOf = (name: string): readonly string[] => name.split('.').map((part) => names[part] ?? part);
  const known = stored(values);
  const parsed = clausesOf(text).map(({ verb, name, placeholder }) => {
    if (verb === 'SET' && placeholder) return { path: pathOf(name), value: known[placeholder] };
    return verb === 'REMOVE' && !placeholder ? { path: pathOf(name), value: undefined } : undefined;
  });
  return parsed.every((assignment) => assignment !== undefined) ? parsed : undefined;
};

const clausesOf = (text: string) =>
  text
    .split(/\b(?=(?:SET|REMOVE|ADD|DELETE)\b)/i)
    .filter((section) => section.trim() !== '')
    .flatMap((section) => {
      const [verb = '', list = ''] = section.trim().split(/\s+(.*)/s);
      return list.split(',').map((part) => clauseOf(verb.toUpperCase(), part));
    });

const clauseOf = (verb: string, part: string) => {
  const [, name = '', placeholder] = /^\s*([#\w.]+)(?:\s*=\s*(:\w+))?\s*$/.exec(part) ?? [];
  return name === '' ? { verb: 'UNKNOWN', name, placeholder } : { verb, name, placeholder };
};

const valueAt = (item: Item, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), item);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** A record as it comes back from the table: without `undefined`, numbers normalised. */
const stored = (record: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  fromAttributes(toAttributes(record));

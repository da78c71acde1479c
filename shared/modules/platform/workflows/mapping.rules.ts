// Mapped values: a definition says where a value comes from, and a run puts it there. No expressions, only paths.
import { dayIn, moneyOf, toDecimal, type Money, type Path } from '#kernel';
import { dayAfter } from '#modules/platform/settings';

/** What paths begin with. */
export const roots = ['record', 'event', 'input', 'steps', 'item', 'run', 'now', 'today'] as const;

/** What a run knows, by root. */
export type Sources = { readonly [Root in (typeof roots)[number]]?: unknown };

/** `now` and `today` as of a moment. What is read by pages keeps to one moment, by which its cursors go. */
export const momentsAt = (now: string, timeZone: string): { readonly now: string; readonly today: string } => ({
  now,
  today: dayIn(new Date(now), timeZone),
});

/** `{"$": "record.owner", "or": ..., "plusDays": 3}` */
export type Pointer = { readonly $: string; readonly or?: unknown; readonly plusDays?: number };

type Values = Readonly<Record<string, unknown>>;

/** Whether a value stands for another one. */
export const isPointer = (value: unknown): value is Pointer =>
  typeof value === 'object' && value !== null && typeof (value as { $?: unknown }).$ === 'string';

const inText = /\{((?:record|event|input|steps|item|run|now|today)(?:\.[A-Za-z0-9_]+)*)\}/g;

/** A path of a mapping, and where in the definition it is used. */
export type Use = { readonly path: string; readonly at: Path; readonly isWhole: boolean };

/** All paths that a value goes by. */
export const usesIn = (value: unknown, at: Path = []): readonly Use[] => {
  if (isPointer(value)) return [{ path: value.$, at, isWhole: true }];
  if (typeof value === 'string')
    return [...value.matchAll(inText)].map(([, path = '']) => ({ path, at, isWhole: false }));
  if (Array.isArray(value)) return value.flatMap((each, index) => usesIn(each, [...at, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => usesIn(each, [...at, name]));
};

/** Why a pointer cannot be read; undefined where it can. */
export const pointerProblem = (pointer: Pointer): string | undefined => {
  const unknown = Object.keys(pointer).find((name) => !['$', 'or', 'plusDays'].includes(name));
  if (unknown !== undefined) return `A mapped value has $, or, plusDays; not ${unknown}.`;
  const [root = ''] = pointer.$.split('.');
  if (!(roots as readonly string[]).includes(root)) return `A path begins with ${roots.join(', ')}; not with ${root}.`;
  if (pointer.plusDays !== undefined && !Number.isInteger(pointer.plusDays)) return 'plusDays is a whole number.';
  return undefined;
};

/** The value at a path; undefined where there is none. Own properties alone. */
export const valueAt = (sources: Sources, path: string): unknown =>
  path.split('.').reduce<unknown>((inside, name) => {
    if (typeof inside !== 'object' || inside === null || !Object.hasOwn(inside, name)) return undefined;
    return (inside as Values)[name];
  }, sources);

/** The value with everything in place; what is mapped from nothing is left out. */
export const resolved = (value: unknown, sources: Sources): unknown => {
  if (isPointer(value)) return pointed(value, sources);
  if (typeof value === 'string') return value.replaceAll(inText, (_, path: string) => wordsOf(valueAt(sources, path)));
  if (Array.isArray(value)) return value.map((each) => resolved(each, sources)).filter((each) => each !== undefined);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, each]) => [name, resolved(each, sources)] as const)
      .filter(([, each]) => each !== undefined),
  );
};

const pointed = (pointer: Pointer, sources: Sources): unknown => {
  const value = valueAt(sources, pointer.$) ?? resolved(pointer.or, sources);
  return pointer.plusDays === undefined || typeof value !== 'string' ? value : later(value, pointer.plusDays);
};

/** A day, or a moment, so many days later. */
const later = (value: string, days: number): string =>
  value.length === 10 ? dayAfter(value, days) : new Date(Date.parse(value) + days * 86_400_000).toISOString();

/** A value within a text. */
export const wordsOf = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map(wordsOf).join(', ');
  if (isMoney(value)) return `${toDecimal(moneyOf(value.minor, value.currency))} ${value.currency}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const isMoney = (value: unknown): value is Money =>
  typeof value === 'object' && value !== null && 'minor' in value && 'currency' in value;

import { DomainError, type AnyField, type FieldMap, type Path, type Shape } from '#kernel';
import { checkFilter } from '#kernel/filter-check';
import { predicateOf } from '#kernel/filter-predicate';
import type { Criterion } from './evaluate.rules.ts';
import { moments } from './moments.rules.ts';

/** What criteria on a kind of record may name. */
export type Scheme = {
  readonly fields: FieldMap;
  /** Fields of the facts of each relation. */
  readonly relations: ReadonlyMap<string, FieldMap>;
};

/** The words of criteria: what each kind of record offers, and whose national phone numbers are meant. */
export type Language = {
  readonly country: string;
  /** Absent where segments hold no such records. */
  schemeOf(entity: string): Scheme | undefined;
};

/** Levels of records that refer to records. */
const mostLevels = 3;
/** Conditions of one segment. */
const mostConditions = 100;
const mostDays = 36_500;

type Conditions = Readonly<Record<string, unknown>>;
type Reading = { readonly language: Language; readonly scheme: Scheme; readonly level: number };

const refused = (message: string, path: Path): DomainError => new DomainError('BAD_INPUT', message, path);

/** Reads criteria on a kind of record. @throws BAD_INPUT that says what is wrong, and where */
export const readCriteria = (language: Language, scheme: Scheme, given: unknown, path: Path): Criterion => {
  const read = readGroup({ language, scheme, level: 0 }, given, path);
  if (sizeOf(read) > mostConditions) throw refused(`At most ${String(mostConditions)} conditions.`, path);
  return read;
};

const sizeOf = (criterion: Criterion): number => {
  if ('members' in criterion) return criterion.members.reduce((sum, member) => sum + sizeOf(member), 0);
  return 'member' in criterion ? 1 + sizeOf(criterion.member) : 1;
};

const readGroup = (reading: Reading, given: unknown, path: Path): Criterion => {
  const { and, or, not, ...conditions } = conditionsIn(given, path);
  const named = Object.entries(conditions).map(([name, asked]) => readNamed(reading, name, asked, [...path, name]));
  const filter = Object.fromEntries(named.flatMap(({ rest }) => (rest ? [rest] : [])));
  const members = [
    ...named.flatMap((each) => each.criteria),
    ...filterOf(reading, filter, path),
    ...(and === undefined ? [] : readMembers(reading, and, [...path, 'and'])),
    ...(or === undefined
      ? []
      : [{ is: 'any' as const, members: asking(readMembers(reading, or, [...path, 'or']), path) }]),
    ...(not === undefined
      ? []
      : [{ is: 'not' as const, member: asked(readGroup(reading, not, [...path, 'not']), path) }]),
  ];
  const [only] = members;
  return members.length === 1 && only ? only : { is: 'all', members };
};

const conditionsIn = (given: unknown, path: Path): Conditions => {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return given as Conditions;
  throw refused('Must be conditions, as {"name": {"eq": "..."}}.', path);
};

const readMembers = (reading: Reading, given: unknown, path: Path): readonly Criterion[] => {
  if (!Array.isArray(given)) throw refused('Must be a list of criteria.', path);
  return given.map((member, index) => readGroup(reading, member, [...path, index]));
};

/** What asks nothing holds always: in `or` and `not` surely a mistake. */
const asked = (criterion: Criterion, path: Path): Criterion => {
  if (sizeOf(criterion) === 0) throw refused('Must hold a condition.', path);
  return criterion;
};
const asking = (members: readonly Criterion[], path: Path): readonly Criterion[] => {
  if (members.length === 0) throw refused('Must hold a condition.', path);
  return members.map((member) => asked(member, path));
};

const filterOf = ({ language, scheme }: Reading, filter: Conditions, path: Path): readonly Criterion[] => {
  const checked = checkFilter(scheme.fields, filter, { path, country: language.country });
  return Object.keys(checked).length === 0 ? [] : [{ is: 'filter', holds: predicateOf(scheme.fields, checked) }];
};

/** What one name asks: criteria of its own, and what is left for the filter language. */
type Named = { readonly criteria: readonly Criterion[]; readonly rest?: readonly [string, unknown] };

const readNamed = (reading: Reading, name: string, given: unknown, path: Path): Named => {
  const facts = reading.scheme.relations.get(name);
  if (facts) return { criteria: readCounted(reading, 'related', name, facts, conditionsIn(given, path), path) };
  const field = Object.hasOwn(reading.scheme.fields, name) ? reading.scheme.fields[name] : undefined;
  if (!field) throw refused(`There is no field or relation ${name}.${relationsIn(reading.scheme)}`, path);
  return readField(reading, name, field, given, path);
};

const relationsIn = ({ relations }: Scheme): string =>
  relations.size === 0 ? '' : ` Relations: ${[...relations.keys()].join(', ')}.`;

const readField = (reading: Reading, name: string, { shape }: AnyField, given: unknown, path: Path): Named => {
  const conditions = conditionsIn(given, path);
  if (shape.kind === 'list' && shape.of.shape.kind === 'object' && !('isNull' in conditions))
    return { criteria: readCounted(reading, 'listed', name, shape.of.shape.fields, conditions, path) };
  if (shape.kind === 'ref' && 'is' in conditions) {
    const { is, ...rest } = conditions;
    return { criteria: [readReferred(reading, name, shape.to, is, [...path, 'is'])], ...left(name, rest) };
  }
  const { criteria, rest } = readMoments([name], shape, conditions, path);
  return { criteria, ...left(name, rest) };
};

const left = (name: string, rest: Conditions): Pick<Named, 'rest'> =>
  Object.keys(rest).length === 0 ? {} : { rest: [name, rest] };

/** What criteria ask of several things at once. */
export const quantifiers: readonly string[] = ['some', 'none', 'atLeast'];

const readCounted = (
  { language }: Reading,
  is: 'related' | 'listed',
  name: string,
  fields: FieldMap,
  given: Conditions,
  path: Path,
): readonly Criterion[] => {
  const wrong = Object.keys(given).find((word) => !quantifiers.includes(word));
  if (wrong !== undefined) throw refused(`Of ${name} criteria ask ${quantifiers.join(', ')}.`, [...path, wrong]);
  const { some, none, atLeast } = given;
  if (some === undefined && none === undefined) throw refused('Ask for `some` or `none`.', path);
  const of = { language, scheme: { fields, relations: new Map<string, FieldMap>() }, level: mostLevels };
  const least = atLeast === undefined ? 1 : wholeOf(atLeast, mostDays, [...path, 'atLeast']);
  const counted = (member: unknown, word: string, count: number): Criterion => ({
    is,
    name,
    least: count,
    member: readGroup(of, member, [...path, word]),
  });
  return [
    ...(some === undefined ? [] : [counted(some, 'some', least)]),
    ...(none === undefined ? [] : [{ is: 'not' as const, member: counted(none, 'none', 1) }]),
  ];
};

const wholeOf = (given: unknown, most: number, path: Path): number => {
  if (Number.isInteger(given) && (given as number) >= 1 && (given as number) <= most) return given as number;
  throw refused(`Must be a whole number from 1 to ${String(most)}.`, path);
};

const readReferred = (reading: Reading, name: string, entity: string, given: unknown, path: Path): Criterion => {
  const scheme = reading.level < mostLevels ? reading.language.schemeOf(entity) : undefined;
  if (!scheme) throw refused('Criteria do not reach that far.', path);
  return {
    is: 'referred',
    name,
    entity,
    member: readGroup({ ...reading, scheme, level: reading.level + 1 }, given, path),
  };
};

type Moments = { readonly criteria: readonly Criterion[]; readonly rest: Conditions };

/** Conditions on moments by how they lie to now, taken out of those on a field and on the fields within it. */
const readMoments = (at: readonly string[], shape: Shape, given: Conditions, path: Path): Moments => {
  if (shape.kind === 'object') return readWithin(at, shape.fields, given, path);
  if (shape.kind !== 'date' && shape.kind !== 'dateTime') return { criteria: [], rest: given };
  const isMoment = (word: string): boolean => (moments as readonly string[]).includes(word);
  const criteria = moments
    .filter((test) => given[test] !== undefined)
    .map((test): Criterion => ({
      is: 'moment',
      path: at,
      test,
      days: wholeOf(given[test], mostDays, [...path, test]),
    }));
  return { criteria, rest: Object.fromEntries(Object.entries(given).filter(([word]) => !isMoment(word))) };
};

const readWithin = (at: readonly string[], fields: FieldMap, given: Conditions, path: Path): Moments => {
  const entries = Object.entries(given).map(([name, inner]): readonly [string, Moments | undefined, unknown] => {
    const shape = Object.hasOwn(fields, name) ? fields[name]?.shape : undefined;
    const isGroup = shape !== undefined && typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    return [name, isGroup ? readMoments([...at, name], shape, inner as Conditions, [...path, name]) : undefined, inner];
  });
  const rest = entries.flatMap(([name, read, inner]): (readonly [string, unknown])[] => {
    if (!read) return [[name, inner]];
    return Object.keys(read.rest).length === 0 ? [] : [[name, read.rest]];
  });
  return { criteria: entries.flatMap(([, read]) => read?.criteria ?? []), rest: Object.fromEntries(rest) };
};

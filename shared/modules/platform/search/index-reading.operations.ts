import { reachOf, type Actor, type Expression, type Item, type Table } from '#kernel';
import { partitionOf, phoneIndex, type Lookup, type Term } from './terms.rules.ts';

/** Whose records of which entities may be found. */
export type Reach = {
  readonly types: readonly string[];
  /** Those of `types` of which the actor may find only his own, or those of his teams. */
  readonly own: readonly string[];
  readonly team: readonly string[];
  /** Whether only some of the types are asked for, or may be read. */
  readonly isPartial: boolean;
  readonly actor: Actor;
};

/**
 * Entries that a search reads at most, some 230 bytes each, however common its words are: the newest of those that match best.
 * Whoever may find only some of the records needs more of them.
 */
const mostEntries = 300;
const mostEntriesInScope = 1000;

const entriesFor = ({ kind, terms }: Lookup, reach: Reach, lookups: number, wanted: number): number => {
  const isScoped = reach.own.length + reach.team.length > 0;
  // Every entry is a hit then; some are of one record.
  if (kind === 'word' && terms.length === 1 && !isScoped && !reach.isPartial) return Math.ceil((4 * wanted) / 3);
  return Math.max(wanted, Math.floor((isScoped ? mostEntriesInScope : mostEntries) / lookups));
};

/** The ids of `wanted` records that match, whole words first, newest first among them. One request a lookup, all at once. */
export const readIndex = async (
  table: Table,
  tenant: string,
  lookups: readonly Lookup[],
  reach: Reach,
  wanted: number,
): Promise<{ readonly ids: readonly string[]; readonly isComplete: boolean }> => {
  const found = await Promise.all(
    lookups.map((lookup) =>
      readLookup(table, tenant, lookup, reach, entriesFor(lookup, reach, lookups.length, wanted)),
    ),
  );
  const ids = new Set(found.flatMap(({ items }) => items.map(recordOf)));
  const isAllFound =
    found.every(({ isComplete }) => isComplete) || found.some(({ suffices, isComplete }) => suffices && isComplete);
  return { ids: [...ids].slice(0, wanted), isComplete: ids.size <= wanted && isAllFound };
};

const recordOf = ({ sk }: Item): string => sk.slice(sk.lastIndexOf('#') + 1);

const readLookup = async (table: Table, tenant: string, lookup: Lookup, reach: Reach, limit: number) => {
  const { kind, prefix, suffices } = lookup;
  const { items, next } = await table.query({
    ...(kind === 'phone' && { index: phoneIndex }),
    pk: `${tenant}#${partitionOf(kind, prefix)}`,
    sort: { beginsWith: prefix },
    filter: filterOf(lookup, reach),
    attributes: ['sk'],
    limit,
  });
  return { items, suffices, isComplete: next === undefined };
};

/** DynamoDB refuses parentheses that are not needed. */
const joined = (word: 'AND' | 'OR', [first = '', ...others]: readonly string[]): string =>
  others.length === 0 ? first : [first, ...others].map((part) => `(${part})`).join(` ${word} `);

/** What an entry must say to be read further: one of the types, in reach, with all terms. */
const filterOf = ({ terms }: Lookup, reach: Reach): Expression => {
  const parts = [inReach(reach), ...terms.map(termExpression)];
  return {
    text: joined(
      'AND',
      parts.map(({ text }) => text),
    ),
    names: Object.assign({}, ...parts.map(({ names }) => names)) as Record<string, string>,
    values: Object.assign({}, ...parts.map(({ values }) => values)) as Record<string, unknown>,
  };
};

const termExpression = ({ text, fragments }: Term, index: number): Expression => {
  const word = `:w${String(index)}`;
  const numbers = fragments.map((fragment, nth) => [`:p${String(index)}_${String(nth)}`, fragment] as const);
  return {
    text: [`contains(words, ${word})`, ...numbers.map(([name]) => `contains(phones, ${name})`)].join(' OR '),
    values: { [word]: ` ${text}`, ...Object.fromEntries(numbers) },
  };
};

const inReach = ({ types, own, team, actor }: Reach): Expression => {
  const free = types.filter((type) => !own.includes(type) && !team.includes(type));
  const values: Record<string, unknown> = {};
  const among = (attribute: string, given: readonly string[], prefix: string): string => {
    const names = given.map((value, index) => {
      values[`:${prefix}${String(index)}`] = value;
      return `:${prefix}${String(index)}`;
    });
    return `${attribute} IN (${names.join(', ')})`;
  };
  const alternatives = [
    ...(free.length > 0 ? [among('#type', free, 'a')] : []),
    ...(own.length > 0 ? [`${among('#type', own, 'b')} AND ${reachExpression(actor, 'own', among)}`] : []),
    ...(team.length > 0 ? [`${among('#type', team, 'c')} AND ${reachExpression(actor, 'team', among)}`] : []),
  ];
  return { text: joined('OR', alternatives), names: { '#type': 'type' }, values };
};

const reachExpression = (
  actor: Actor,
  scope: 'own' | 'team',
  among: (attribute: string, given: readonly string[], prefix: string) => string,
): string => {
  const { owners, teams } = reachOf(actor, scope);
  const owned = among('ownerId', owners.length > 0 ? owners : [''], `${scope}o`);
  if (teams.length === 0) return owned;
  return `(${owned} OR (attribute_not_exists(ownerId) AND ${among('teamId', teams, 't')}))`;
};

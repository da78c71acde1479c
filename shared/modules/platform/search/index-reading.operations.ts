import type { Actor, Expression, Item, Position, Table } from '#kernel';
import { partitionOf, type Lookup, type Term } from './terms.rules.ts';

/** Whose records of which entities may be found. */
export type Reach = {
  readonly types: readonly string[];
  /** Those of `types` of which the actor may find only his own, or those of his teams. */
  readonly own: readonly string[];
  readonly team: readonly string[];
  readonly actor: Actor;
};

/** Entries that one lookup reads at most; a search that needs more says that it is not complete. */
const mostEntries = 1500;
/** Entries of a request: some more than are wanted, and many where further words leave few of them. */
const entriesFor = ({ terms }: Lookup, wanted: number): number => (terms.length > 1 ? 300 : 2 * wanted);

/** The ids of `wanted` records that match, whole words first, newest first among them. All lookups read at once. */
export const readIndex = async (
  table: Table,
  tenant: string,
  lookups: readonly Lookup[],
  reach: Reach,
  wanted: number,
): Promise<{ readonly ids: readonly string[]; readonly isComplete: boolean }> => {
  const found = await Promise.all(lookups.map((lookup) => readLookup(table, tenant, lookup, reach, wanted)));
  const ids = new Set(found.flatMap(({ items }) => items.map(recordOf)));
  return {
    ids: [...ids].slice(0, wanted),
    isComplete: ids.size <= wanted && found.every(({ isComplete }) => isComplete),
  };
};

const recordOf = ({ sk }: Item): string => sk.slice(sk.lastIndexOf('#') + 1);

const readLookup = async (table: Table, tenant: string, lookup: Lookup, reach: Reach, wanted: number) => {
  const { kind, prefix } = lookup;
  const query = {
    pk: `${tenant}#${partitionOf(kind, prefix)}`,
    sort: { beginsWith: prefix },
    filter: filterOf(lookup, reach),
    limit: entriesFor(lookup, wanted),
  };
  const items: Item[] = [];
  let read = 0;
  let after: Position | undefined;
  do {
    const page = await table.query({ ...query, ...(after && { after }) });
    items.push(...page.items);
    read += page.scanned;
    after = page.next;
  } while (after && items.length < wanted && read < mostEntries);
  return { items, isComplete: after === undefined };
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
    ...(own.length > 0 ? [`${among('#type', own, 'b')} AND ${among('ownerId', [actor.userId ?? ''], 'm')}`] : []),
    ...(team.length > 0 ? [`${among('#type', team, 'c')} AND ${teamExpression(actor, among)}`] : []),
  ];
  return { text: joined('OR', alternatives), names: { '#type': 'type' }, values };
};

const teamExpression = (
  { userId = '', teamMembers, teams }: Actor,
  among: (attribute: string, given: readonly string[], prefix: string) => string,
): string => {
  const owners = among('ownerId', [userId, ...teamMembers], 'o');
  if (teams.length === 0) return owners;
  return `(${owners} OR (attribute_not_exists(ownerId) AND ${among('teamId', teams, 't')}))`;
};

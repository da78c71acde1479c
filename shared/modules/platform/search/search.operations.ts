import { getCountryCallingCode, isSupportedCountry } from 'libphonenumber-js/min';
import {
  anyRecord,
  boolean,
  defaulted,
  DomainError,
  integer,
  list,
  object,
  optional,
  prefixOf,
  query,
  scopeOf,
  signedIn,
  text,
  type Actor,
  type AnyEntity,
  type AnyRow,
  type Context,
} from '#kernel';
import { readIndex, type Reach } from './index-reading.operations.ts';
import { exactness, lookupsFor, meets, type Lookup } from './terms.rules.ts';
import { isSearchable, tokensOf } from './tokens.rules.ts';

/** What to look for. */
export type Wanted = {
  readonly text: string;
  /** Names of entities; all that the actor may read when not said. */
  readonly types?: readonly string[];
  readonly first?: number;
  /** Finds records whoever owns them: for questions about records, never to show them. */
  readonly trusted?: boolean;
};

/** Some more are looked at than shown, for those that no longer match and to put the best first. */
const spare = 10;

/** Records by any of their words, parts of e-mail addresses, fragments of phone numbers, tax ids and numbers; the best first. */
export const findRecords = async (
  context: Context,
  { text: asked, types, first = 20, trusted = false }: Wanted,
): Promise<{ readonly rows: readonly AnyRow[]; readonly isComplete: boolean }> => {
  const reach = reachOf(context, types, trusted);
  const lookups = lookupsFor(asked, callingCodeOf(context.actor));
  const granted = trusted ? [] : grantedIds(context, types);
  if (lookups.length === 0 || reach.types.length + granted.length === 0) return { rows: [], isComplete: true };
  const { ids, isComplete } =
    reach.types.length === 0
      ? { ids: [], isComplete: true }
      : await readIndex(context.ports.table, context.actor.tenant, lookups, reach, first + spare);
  const rows = ranked(context, await readRows(context, [...new Set([...ids, ...granted])], trusted), lookups, trusted);
  return { rows: rows.slice(0, first), isComplete: isComplete && rows.length <= first };
};

/** Records of others that the actor may read for now: they are few, so that their rows are asked instead of the index. */
const grantedIds = ({ registry, actor }: Context, types: readonly string[] | undefined): readonly string[] =>
  [...actor.granted].filter((id) => {
    const of = registry.byPrefix.get(prefixOf(id));
    if (!of || !isSearchable(of) || scopeOf(actor, of.name, 'read') === 'all') return false;
    return types?.includes(of.name) ?? true;
  });

const readRows = async (
  { records, trusted, registry }: Context,
  ids: readonly string[],
  all: boolean,
): Promise<readonly AnyRow[]> => {
  if (!all) return [...(await records(ids)).values()];
  const byEntity = Map.groupBy(ids, (id) => registry.byPrefix.get(prefixOf(id)));
  const found = await Promise.all(
    [...byEntity].map(async ([of, some]) => (of ? trusted(of).getMany(some) : undefined)),
  );
  return found.flatMap((rows) => [...(rows?.values() ?? [])]);
};

/** Rows are asked again, for the index may be a moment behind them, and without the fields that the actor may not see. */
const ranked = (
  { registry, actor }: Context,
  rows: readonly AnyRow[],
  lookups: readonly Lookup[],
  trusted: boolean,
): readonly AnyRow[] => {
  const hidden = trusted ? [] : actor.rules.hiddenFields;
  const scored = rows.flatMap((row) => {
    const of = registry.byPrefix.get(prefixOf(row.id));
    const tokens = of && row.archivedAt === undefined && tokensOf(of, row, hidden);
    const met = tokens ? lookups.filter((lookup) => meets(tokens, lookup)) : [];
    return tokens && met.length > 0
      ? [{ row, exact: Math.max(...met.map((lookup) => exactness(tokens, lookup))) }]
      : [];
  });
  return scored
    .sort((left, right) => right.exact - left.exact || (left.row.updatedAt < right.row.updatedAt ? 1 : -1))
    .map(({ row }) => row);
};

const callingCodeOf = ({ country }: Actor): string =>
  isSupportedCountry(country) ? getCountryCallingCode(country) : '';

const reachOf = ({ registry, actor }: Context, asked: readonly string[] | undefined, trusted: boolean): Reach => {
  const searched = [...registry.entities.values()].filter(isSearchable);
  const chosen = asked ? searched.filter(({ name }) => asked.includes(name)) : searched;
  const scope = (of: AnyEntity) => (trusted ? 'all' : scopeOf(actor, of.name, 'read'));
  const visible = chosen.filter((of) => scope(of) !== 'none');
  const owned = visible.filter((of) => of.owner.kind !== 'none');
  return {
    types: visible.map(({ name }) => name),
    own: owned.filter((of) => scope(of) === 'own').map(({ name }) => name),
    team: owned.filter((of) => scope(of) === 'team').map(({ name }) => name),
    isPartial: visible.length < searched.length,
    actor,
  };
};

/** The search box. */
export const search = query('search', {
  describes:
    'Finds records by the beginnings of any of their words, in any order and without regard to accents; by e-mail address or part of it; ' +
    'by four or more digits anywhere in a phone number, national or international; by tax id or number. What matches whole words comes first, ' +
    'then what changed last.',
  needs: signedIn,
  input: {
    text: text({ describes: 'What to look for: `ana per`, `ana@acme`, `1234567`.' }),
    types: optional(
      list(text({ max: 60 }), {
        max: 50,
        describes: 'Names of the types to look among: Account, Contact; all when absent.',
      }),
    ),
    first: defaulted(integer({ min: 1, max: 50, describes: 'How many at most, 1 to 50.' }), 20),
  },
  returns: {
    hits: list(
      object('SearchHit', {
        type: text({ describes: 'What it is: Contact.' }),
        title: text({ describes: 'What people call it.' }),
        record: anyRecord('The record.'),
      }),
      { describes: 'What was found, the best first.' },
    ),
    isComplete: boolean({ describes: 'Whether that is all; when it is not, more words narrow it down.' }),
  },
  run: async (input, context) => {
    assertTypes(context, input.types ?? []);
    const { rows, isComplete } = await findRecords(context, input);
    return { hits: rows.map((row) => hitOf(context, row)), isComplete };
  },
});

const assertTypes = ({ registry }: Context, types: readonly string[]): void => {
  const searchable = [...registry.entities.values()].filter(isSearchable).map(({ name }) => name);
  const unknown = types.find((type) => !searchable.includes(type));
  if (unknown === undefined) return;
  throw new DomainError('BAD_INPUT', `Nothing is found by ${unknown}. There are ${searchable.sort().join(', ')}.`, [
    'types',
  ]);
};

const hitOf = ({ registry }: Context, row: AnyRow) => {
  const of = registry.byPrefix.get(prefixOf(row.id));
  return { type: of?.name ?? '', title: of?.title(row) ?? '', record: row };
};

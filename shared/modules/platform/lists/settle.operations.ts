import { choice, DomainError, extended, list, optional, readOn, type Context, type Repository } from '#kernel';
import { rememberFor } from '#kernel/remember';
import { ownValues, Tenant } from '#modules/platform/settings';
import { ListEntry, listNames, type ListEntryRow, type ListName } from './list-entry.entity.ts';
import { entryFor, indexOf, type ListIndex } from './list.rules.ts';

/** The kind of lists as settings. */
export const listKind = 'LIST';

/** What this module adds to the tenant. */
export const listSettings = {
  closedLists: optional(
    list(choice(listNames, { named: 'ListName' }), {
      max: listNames.length,
      describes: 'Lists that take no other values than their entries; others take any text. Holds within a minute.',
    }),
  ),
};

/** Errors of operations that settle values of lists. */
export const listFailures = ['LIST_ENTRY_RETIRED', 'NOT_IN_LIST'] as const;

/** Which fields of an entity hold keys of which list. */
export type ListedFields = Readonly<Record<string, ListName>>;

type Lists = { readonly index: ListIndex; readonly closed: readonly ListName[] };

/** The name under which a container remembers a tenant's lists. */
export const listsOf = (tenant: string): string => `lists ${tenant}`;

const readLists = async ({ trusted, actor }: Context): Promise<Lists> => {
  const [tenant, entries] = await Promise.all([
    trusted(extended(Tenant, listSettings)).find(actor.tenant),
    allEntries(trusted(ListEntry)),
  ]);
  return { index: indexOf(entries), closed: tenant?.closedLists ?? [] };
};

/** Most entries of all lists. */
const mostEntries = 10_000;

/** Every entry of every list. */
export const allEntries = async (entries: Repository<typeof ListEntry>): Promise<readonly ListEntryRow[]> =>
  (await readOn((asked) => entries.page('all', asked), mostEntries)).rows;

type Values = Readonly<Record<string, unknown>>;

/**
 * What the values of listed fields become: the key of the entry that they mean. A text that means none stays as it is, unless
 * the list is closed. What a record holds already, it may keep.
 * @throws LIST_ENTRY_RETIRED, NOT_IN_LIST
 */
export const settleListed = async (
  context: Context,
  fields: ListedFields,
  values: Values,
  before: Values = {},
): Promise<Readonly<Record<string, string>>> => {
  const given = Object.entries(fields).flatMap(([field, name]) => {
    const value = values[field];
    return typeof value === 'string' && value !== before[field] ? [{ field, name, value }] : [];
  });
  if (given.length === 0) return {};
  const lists = await rememberFor(context, listsOf(context.actor.tenant), () => readLists(context));
  const keys = given.map(({ field, name, value }) => [field, settled(lists, name, value, field, before)] as const);
  for (const { field, name } of given) await assertOffered(context, name, Object.fromEntries(keys)[field] ?? '', field);
  return Object.fromEntries(keys);
};

/** A team or person that works with some entries only takes no others. @throws NOT_IN_LIST */
const assertOffered = async (context: Context, name: ListName, key: string, field: string): Promise<void> => {
  const own = await ownValues(context, listKind, name);
  if (own.every(({ entries }) => (entries as readonly string[]).includes(key))) return;
  throw new DomainError('NOT_IN_LIST', `${key} is not among the entries of ${name} that you or your team work with.`, [
    field,
  ]);
};

const settled = ({ index, closed }: Lists, name: ListName, value: string, field: string, before: Values): string => {
  const entry = entryFor(index, name, value);
  if (!entry) {
    if (!closed.includes(name)) return value;
    throw new DomainError('NOT_IN_LIST', `${value} is not in the list ${name}, which is closed.`, [field]);
  }
  if (entry.status === 'RETIRED' && entry.key !== before[field])
    throw new DomainError('LIST_ENTRY_RETIRED', `${entry.key} is no longer in use.`, [field]);
  return entry.key;
};

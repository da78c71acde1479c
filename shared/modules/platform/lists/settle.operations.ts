import { choice, DomainError, extended, list, optional, type Context, type Repository } from '#kernel';
import { rememberFor } from '#kernel/remember';
import { Tenant } from '#modules/platform/settings';
import { ListEntry, listNames, type ListEntryRow, type ListName } from './list-entry.entity.ts';
import { entryFor, indexOf, type ListIndex } from './list.rules.ts';

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

/** Every entry of every list. */
export const allEntries = async (entries: Repository<typeof ListEntry>): Promise<readonly ListEntryRow[]> => {
  const found: ListEntryRow[] = [];
  let after: string | undefined;
  do {
    const page = await entries.page('all', { first: 100, ...(after !== undefined && { after }) });
    found.push(...page.rows);
    after = page.hasNextPage ? page.endCursor : undefined;
  } while (after !== undefined);
  return found;
};

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
  return Object.fromEntries(given.map(({ field, name, value }) => [field, settled(lists, name, value, field, before)]));
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

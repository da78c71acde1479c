import { boolean, extended, list, object, text, type AnyRow, type Context, type Problem } from '#kernel';
import { forget } from '#kernel/remember';
import { Tenant, type SettingKind, type SettingValues } from '#modules/platform/settings';
import { ListEntry, listNames, type ListEntryRow, type ListName } from './list-entry.entity.ts';
import { allEntries, listKind, listSettings, listsOf } from './settle.operations.ts';

/** An entry as a setting says it. */
type Offered = Pick<ListEntryRow, 'key' | 'labels'>;
type Standard = { readonly closed: boolean; readonly entries: readonly Offered[] };

const fields = {
  closed: boolean({ describes: 'Whether it takes no other values than its entries.' }),
  entries: list(object('ListOffer', { key: ListEntry.fields.key, labels: ListEntry.fields.labels }), {
    max: 1000,
    describes: 'The entries in use, in order. Those that are left out are retired.',
  }),
};
const ownFields = {
  entries: list(text({ max: 80 }), {
    max: 1000,
    describes: 'The keys of the entries that are offered, in order; no others are taken.',
  }),
};

/** The tenant's lists as settings: `LIST/SECTOR`. */
export const listSetting: SettingKind = {
  name: listKind,
  describes: 'One of the tenant’s lists; the key is its name. A team or person may work with some of its entries only.',
  needs: 'listEntry.update',
  keys: () => Promise.resolve(listNames),
  fields: () => fields,
  ownFields: () => ownFields,
  rows: async ({ trusted, actor }, key) => {
    const [tenant, entries] = await Promise.all([trusted(Tenant).find(actor.tenant), allEntries(trusted(ListEntry))]);
    return [...(tenant ? [tenant] : []), ...entries.filter((entry) => entry.list === key)];
  },
  standard: (rows, key) => (isList(key) ? standardIn(rows, key) : undefined),
  write: async (context, key, values) => {
    if (isList(key)) await writeList(context, key, values as Standard);
  },
  ownProblems: (own, standard) => unknownEntries(own, standard),
  merge: (standard, own) => ({ ...standard, closed: true, entries: entriesOf(standard, own) }),
};

const isList = (key: string): key is ListName => (listNames as readonly string[]).includes(key);

const standardIn = (rows: readonly AnyRow[], key: ListName): Standard => {
  const [tenant] = rows.filter(({ id }) => id.startsWith(`${Tenant.idPrefix}_`));
  const entries = rows.filter((row): row is ListEntryRow => row.id.startsWith(`${ListEntry.idPrefix}_`));
  return {
    closed: ((tenant?.['closedLists'] ?? []) as readonly string[]).includes(key),
    entries: inOrder(entries.filter(({ status, archivedAt }) => status === 'ACTIVE' && archivedAt === undefined)).map(
      ({ key: each, labels }) => ({ key: each, labels }),
    ),
  };
};

const inOrder = (entries: readonly ListEntryRow[]): readonly ListEntryRow[] =>
  [...entries].sort((left, right) => left.position - right.position || left.key.localeCompare(right.key));

const keysIn = (own: SettingValues): readonly string[] => (own['entries'] ?? []) as readonly string[];
const offered = (standard: SettingValues): readonly Offered[] => (standard['entries'] ?? []) as readonly Offered[];

const entriesOf = (standard: SettingValues, own: SettingValues): readonly Offered[] =>
  keysIn(own).flatMap((key) => offered(standard).find((entry) => entry.key === key) ?? []);

const unknownEntries = (own: SettingValues, standard: SettingValues): readonly Problem[] =>
  keysIn(own).flatMap((key, index) =>
    offered(standard).some((entry) => entry.key === key)
      ? []
      : [{ code: 'BAD_INPUT', message: `The list has no entry ${key} in use.`, path: ['entries', index] }],
  );

/** Makes the entries that are new, changes labels and order, retires what is left out; opens or closes the list. */
const writeList = async (context: Context, name: ListName, { closed, entries }: Standard): Promise<void> => {
  const { trusted, actor } = context;
  const listed = (await allEntries(trusted(ListEntry))).filter((entry) => entry.list === name);
  const known = [...(await trusted(ListEntry).getMany(listed.map(({ id }) => id))).values()];
  for (const [position, { key, labels }] of entries.entries())
    writeEntry(context, known, { list: name, key, labels, position });
  for (const entry of known)
    if (entry.status === 'ACTIVE' && !entries.some(({ key }) => key === entry.key))
      trusted(ListEntry).move(entry, 'RETIRED');
  const tenants = trusted(extended(Tenant, listSettings));
  const tenant = await tenants.get(actor.tenant);
  const others = (tenant.closedLists ?? []).filter((each) => each !== name);
  if (closed !== tenant.closedLists?.includes(name))
    tenants.update(tenant, { closedLists: closed ? [...others, name] : others });
  remembering(context);
};

type Entry = Offered & { readonly list: ListName; readonly position: number };

const writeEntry = ({ trusted }: Context, known: readonly ListEntryRow[], values: Entry): void => {
  const before = known.find(({ key }) => key === values.key);
  if (!before) trusted(ListEntry).create(values);
  else if (before.status === 'RETIRED') trusted(ListEntry).move(before, 'ACTIVE', values);
  else if (before.position !== values.position || JSON.stringify(before.labels) !== JSON.stringify(values.labels))
    trusted(ListEntry).update(before, values);
};

/** This container knows the change at once, others within a minute. */
export const remembering = (context: Context): void => {
  context.afterCommit(() => {
    forget(context, listsOf(context.actor.tenant));
    return Promise.resolve();
  });
};

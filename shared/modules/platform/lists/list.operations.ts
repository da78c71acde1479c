import {
  change,
  choice,
  creation,
  DomainError,
  integer,
  list,
  mutation,
  object,
  optional,
  query,
  record,
  recordInput,
  ref,
  text,
  versionInput,
  type Context,
} from '#kernel';
import { readRollup } from '#kernel/rollup-cells';
import { Job, startJob } from '#modules/platform/jobs';
import { assertNoApproval } from '#modules/platform/settings';
import { ListEntry, listNames, type ListEntryRow, type ListName } from './list-entry.entity.ts';
import { entryFor, indexOf } from './list.rules.ts';
import { listUses, type ListUse } from './list.projections.ts';
import { remembering } from './list-settings.operations.ts';
import { followMerge } from './merge.jobs.ts';
import { allEntries, listKind } from './settle.operations.ts';

/** Nobody who must agree first; and this container knows the change at once. @throws APPROVAL_NEEDED */
const changing = async (context: Context, name: ListName): Promise<void> => {
  await assertNoApproval(context, listKind, name);
  remembering(context);
};

/** The entry, about to be changed. */
const changed = async (context: Context, id: string): Promise<ListEntryRow> => {
  const entry = await context.data(ListEntry).get(id);
  await changing(context, entry.list);
  return entry;
};

export const createListEntry = creation(ListEntry, 'createListEntry', {
  describes: "Adds an entry to one of the tenant's lists.",
  needs: 'listEntry.create',
  input: {},
  returns: ListEntry,
  fails: ['APPROVAL_NEEDED'],
  run: async ({ values }, context) => {
    await changing(context, values.list);
    return context.data(ListEntry).create(values);
  },
});

export const updateListEntry = change(ListEntry, 'updateListEntry', {
  describes: 'Changes the labels or the place of an entry. Its key stays: records hold it.',
  needs: 'listEntry.update',
  input: recordInput('ListEntry'),
  returns: ListEntry,
  fails: ['KEY_IS_FIXED', 'APPROVAL_NEEDED'],
  run: async ({ id, changes }, context) => context.data(ListEntry).update(await changed(context, id), changes),
});

const own = { id: ref('ListEntry', { describes: 'Which entry.' }), version: optional(versionInput) };

export const retireListEntry = mutation('retireListEntry', {
  describes: 'Takes an entry out of use: records that hold it keep it, no other gets it.',
  needs: 'listEntry.retire',
  input: own,
  returns: ListEntry,
  fails: ['APPROVAL_NEEDED'],
  run: async ({ id }, context) => context.data(ListEntry).move(await changed(context, id), 'RETIRED'),
});

export const reinstateListEntry = mutation('reinstateListEntry', {
  describes: 'Brings a retired entry back into use.',
  needs: 'listEntry.retire',
  input: own,
  returns: ListEntry,
  fails: ['APPROVAL_NEEDED'],
  run: async ({ id }, context) => context.data(ListEntry).move(await changed(context, id), 'ACTIVE'),
});

export const mergeListEntry = mutation('mergeListEntry', {
  describes:
    'Merges an entry into another one of its list: from now on its key and labels mean that one, and the records that hold it follow.',
  needs: 'listEntry.merge',
  input: { ...own, into: ref('ListEntry', { describes: 'The entry that stays.' }) },
  returns: {
    entry: record(ListEntry, 'The merged entry.'),
    job: record(Job, 'The job that changes the records. What it did, `undoJob` takes back.'),
  },
  fails: ['OTHER_LIST', 'NOT_IN_USE', 'APPROVAL_NEEDED'],
  run: async ({ id, into }, context) => {
    const [entry, kept] = [await changed(context, id), await context.data(ListEntry).get(into)];
    assertMergeable(entry, kept);
    context.data(ListEntry).hold(kept);
    return {
      entry: context.data(ListEntry).move(entry, 'MERGED', { mergedInto: kept.id }),
      job: startJob(context, followMerge, { entry: id }, { subject: id }),
    };
  },
});

const assertMergeable = (entry: ListEntryRow, kept: ListEntryRow): void => {
  if (entry.list !== kept.list)
    throw new DomainError('OTHER_LIST', `${kept.key} is in the list ${kept.list}, not ${entry.list}.`, ['into']);
  if (kept.status !== 'ACTIVE' || kept.id === entry.id)
    throw new DomainError('NOT_IN_USE', 'Name another entry that is in use.', ['into']);
};

const valueFields = {
  value: text({ describes: 'The text that records hold.' }),
  count: integer({ describes: 'How many records hold it.' }),
  entry: optional(record(ListEntry, 'The entry that it means; absent for a text that is in no list.')),
};

export const listValues = query('listValues', {
  describes:
    'What records really hold in the fields of a list, with how many of each: also misspellings and other texts that are no entries yet.',
  needs: 'listEntry.survey',
  input: { list: choice(listNames, { named: 'ListName', describes: 'Which list.' }) },
  returns: {
    values: list(object('ListValue', valueFields), { max: 10_000, describes: 'The most frequent first.' }),
  },
  run: async ({ list: name }, context) => {
    const [counts, entries] = await Promise.all([countsOf(context, name), allEntries(context.data(ListEntry))]);
    const index = indexOf(entries);
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const values = [...counts].map(([value, count]) => {
      const entry = byId.get(entryFor(index, name, value)?.id ?? '');
      return { value, count, ...(entry && { entry }) };
    });
    return { values: values.sort((left, right) => right.count - left.count || (left.value < right.value ? -1 : 1)) };
  },
});

const countsOf = async ({ registry, ports, actor }: Context, name: ListName): Promise<ReadonlyMap<string, number>> => {
  const uses = registry.contributions(listUses) as readonly ListUse[];
  const found = await Promise.all(uses.map(({ counts }) => readRollup(ports.table, actor.tenant, counts.name, name)));
  const totals = new Map<string, number>();
  for (const [value, { count = 0 }] of found.flatMap((cells) => [...cells]))
    if (count > 0) totals.set(value, (totals.get(value) ?? 0) + count);
  return totals;
};

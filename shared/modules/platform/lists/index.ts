import { module } from '#kernel';
import { settingKinds } from '#modules/platform/settings';
import { tenantDefaults, type TenantDefaults } from '#modules/platform/tenants';
import { defaultEntries } from './default-entries.rules.ts';
import { ListEntry } from './list-entry.entity.ts';
import {
  createListEntry,
  listValues,
  mergeListEntry,
  reinstateListEntry,
  retireListEntry,
  updateListEntry,
} from './list.operations.ts';
import { listSetting } from './list-settings.operations.ts';
import { followLate, followMerge } from './merge.jobs.ts';
import { listSettings } from './settle.operations.ts';

const firstEntries: TenantDefaults = {
  name: 'lists',
  run: ({ trusted }) => {
    for (const entry of defaultEntries) trusted(ListEntry).create(entry);
    return Promise.resolve();
  },
};

/** The tenant's own lists: lines of business, sources, reasons of capture. */
export const lists = module('platform/lists', {
  entities: [ListEntry],
  extensions: [{ of: 'Tenant', fields: listSettings }],
  operations: [createListEntry, updateListEntry, retireListEntry, reinstateListEntry, mergeListEntry, listValues],
  jobs: [followMerge],
  timers: [followLate],
  contributes: { [tenantDefaults]: [firstEntries], [settingKinds]: [listSetting] },
});
export { ListEntry, type ListName } from './list-entry.entity.ts';
export { listUse, listUses, type ListUse } from './list.projections.ts';
export { listFailures, settleListed, type ListedFields } from './settle.operations.ts';

import { module } from '#kernel';
import { backedUp, backupTenant as backup, type BackedUp } from './backup.jobs.ts';
import { backups, backupTenant, restoreTenant } from './backup.operations.ts';
import { allTenants } from './operator.operations.ts';
import { restoreTenant as restore } from './restore.jobs.ts';
import {
  convertTenant,
  createTrialTenant,
  endTrials,
  inviteOwner,
  resumeTenant,
  suspendTenant,
} from './trial.operations.ts';

/** Items beside the rows of this area: hashes of keys, results of jobs. */
const ofThePlatform: BackedUp = { sorts: ['secret', 'results#'] };

/** Tenants: how they come into being, are tried, kept, and brought back. */
export const tenants = module('platform/tenants', {
  operations: [
    createTrialTenant,
    convertTenant,
    suspendTenant,
    resumeTenant,
    inviteOwner,
    allTenants,
    backupTenant,
    restoreTenant,
    backups,
  ],
  jobs: [backup, restore],
  timers: [endTrials],
  contributes: { [backedUp]: [ofThePlatform] },
});
export { backedUp, type BackedUp } from './backup.jobs.ts';
export { afterRestoring, type AfterRestoring } from './restore.jobs.ts';
export { seedDemo, type Demo } from './demo.operations.ts';
export { addPerson, foundTenant, tenantDefaults, type TenantDefaults } from './found-tenant.operations.ts';
export { sampleData, type SampleData } from './sample-data.operations.ts';
export { everyTenant, listTenant } from './tenant-directory.operations.ts';
export { changeTenant, tenantInput, tenantState } from './trial.operations.ts';

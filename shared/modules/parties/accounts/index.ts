import { module } from '#kernel';
import { masterPoint } from '#modules/platform/exchange';
import { listUses } from '#modules/platform/lists';
import { syncPoint } from '#modules/platform/sync';
import { segmentSubjects } from '#modules/parties/segments';
import { Account } from './account.entity.ts';
import { createAccount, updateAccount } from './account.operations.ts';
import { accountOwner } from './handler.operations.ts';
import { qualifyAccount } from './lifecycle.operations.ts';
import { accountTotals } from './origins.operations.ts';
import { accountLists, accountOrigins } from './origins.projections.ts';
import { accountMasters } from './masters.rules.ts';
import { account360 } from './overview.operations.ts';
import { accountSegments } from './segmentation.rules.ts';
import { takeOverAccount } from './take-over.operations.ts';
import { followZones, rezone, rezoneAccounts } from './zoning.jobs.ts';
import { putIntoZone } from './zoning.operations.ts';

/** Everybody that we deal with. */
export const accounts = module('parties/accounts', {
  entities: [Account],
  operations: [
    createAccount,
    updateAccount,
    qualifyAccount,
    takeOverAccount,
    putIntoZone,
    rezoneAccounts,
    accountOwner,
    accountTotals,
    account360,
  ],
  jobs: [rezone],
  reactions: [followZones],
  rollups: [accountOrigins, accountLists.counts],
  contributes: {
    [syncPoint]: [Account],
    [listUses]: [accountLists],
    [masterPoint]: accountMasters,
    [segmentSubjects]: [accountSegments],
  },
});
export { Account, type AccountRow } from './account.entity.ts';
export { createAccount, updateAccount } from './account.operations.ts';
export { channelFields } from './channels.entity.ts';
export { channelProblems, settleChannels, type Channels } from './channels.rules.ts';
export { becomeCustomer, becomeLead } from './lifecycle.operations.ts';
export { lifecycles, type Lifecycle } from './lifecycle.rules.ts';
export {
  duplicateGuard,
  guardFails,
  guardInput,
  refuseDuplicate,
  type DuplicateGuard,
} from './duplicate-guard.operations.ts';
export {
  account360,
  accountFigures,
  accountSections,
  openOnes,
  type AccountFigure,
  type AccountSection,
} from './overview.operations.ts';
export { checkTaxId, taxIdTypeOf, taxKey, tidyTaxId } from './tax-ids.rules.ts';

import { module } from '#kernel';
import { syncPoint } from '#modules/platform/sync';
import { Account } from './account.entity.ts';
import { createAccount, updateAccount } from './account.operations.ts';
import { accountOwner } from './handler.operations.ts';
import { account360 } from './overview.operations.ts';
import { takeOverAccount } from './take-over.operations.ts';

/** Everybody that we deal with. */
export const accounts = module('parties/accounts', {
  entities: [Account],
  operations: [createAccount, updateAccount, takeOverAccount, accountOwner, account360],
  contributes: { [syncPoint]: [Account] },
});
export { Account, type AccountRow } from './account.entity.ts';
export { createAccount, updateAccount } from './account.operations.ts';
export { channelFields } from './channels.entity.ts';
export { channelProblems, settleChannels, type Channels } from './channels.rules.ts';
export { accountSections, type AccountSection } from './overview.operations.ts';
export { checkTaxId, taxIdTypeOf, taxKey, tidyTaxId } from './tax-ids.rules.ts';

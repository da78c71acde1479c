import { module } from '#kernel';
import { Account } from './account.entity.ts';

/** Everybody that we deal with. */
export const accounts = module('parties/accounts', { entities: [Account] });
export { Account, type AccountRow } from './account.entity.ts';
export { channelFields } from './channels.entity.ts';

import { module } from '#kernel';
import { emailAddresses } from './email-addresses.operations.ts';

/** Lists of addresses to write to. */
export const addressLists = module('parties/address-lists', { operations: [emailAddresses] });

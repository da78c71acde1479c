import { module } from '#kernel';
import { proveConsents, showConsents } from './consents.reactions.ts';

/** What contacts show of consents, and the proofs of it, kept in step. */
export const consents = module('parties/consents', { reactions: [proveConsents, showConsents] });

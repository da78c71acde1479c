import { module } from '#kernel';
import { mailConsents } from '#modules/platform/mail-out';
import { proveConsents, showConsents } from './consents.reactions.ts';
import { contactConsents } from './mail-consents.operations.ts';
import { noteReturn, noteUnsubscribed } from './unsubscribed.reactions.ts';

export { saidAt, saidFor } from './mail-consents.operations.ts';

/** What contacts show of consents, and the proofs of it, kept in step; marketing by mail goes by it. */
export const consents = module('parties/consents', {
  reactions: [proveConsents, showConsents, noteUnsubscribed, noteReturn],
  contributes: { [mailConsents]: [contactConsents] },
});

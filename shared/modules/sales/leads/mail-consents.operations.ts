import type { ConsentSource } from '#modules/platform/mail-out';
import { saidAt, saidFor } from '#modules/parties/consents';
import { Lead } from './lead.entity.ts';

/** What leads said about e-mail, as in a form: marketing goes by it before they are contacts. */
export const leadConsents: ConsentSource = {
  key: 'leads',
  saidOf: (context, addresses, purpose) =>
    saidAt(addresses, async (address) => {
      const lead = await context.trusted(Lead).findByNaturalKey(address.toLowerCase());
      return lead && saidFor(context, lead.id, purpose);
    }),
};

import type { Context } from '#kernel';
import type { ConsentSource } from '#modules/platform/mail-out';
import { saidAt, saidFor } from '#modules/parties/consents';
import { Lead } from './lead.entity.ts';

const leadAt = ({ trusted }: Context, address: string) => trusted(Lead).findByNaturalKey(address.toLowerCase());

/** What leads said about e-mail, as in a form: marketing goes by it before they are contacts. */
export const leadConsents: ConsentSource = {
  key: 'leads',
  saidOf: (context, addresses, purpose) =>
    saidAt(addresses, async (address) => {
      const lead = await leadAt(context, address);
      return lead && saidFor(context, lead.id, purpose);
    }),
  peopleAt: async (context, address) => {
    const lead = await leadAt(context, address);
    return lead?.archivedAt === undefined && lead ? [lead.id] : [];
  },
};

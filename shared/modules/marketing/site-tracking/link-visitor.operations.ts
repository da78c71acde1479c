import { given, prefixOf, type ChangesOf, type Context } from '#kernel';
import { Contact } from '#modules/parties/contacts';
import { Lead } from '#modules/sales/leads';
import type { Visitor, VisitorRow } from './visitor.entity.ts';

/** Who a visitor is. */
export type Known = Pick<VisitorRow, 'contact' | 'lead' | 'account' | 'owner' | 'team'>;

/** Who a record is: a contact or a lead that is in use. */
export const personOf = async ({ trusted }: Context, id: string): Promise<Known | undefined> => {
  if (prefixOf(id) === Contact.idPrefix) {
    const contact = await trusted(Contact).find(id);
    if (!contact || contact.archivedAt !== undefined) return undefined;
    return given({ contact: id, account: contact.account, owner: contact.ownerId, team: contact.teamId });
  }
  const lead = prefixOf(id) === Lead.idPrefix ? await trusted(Lead).find(id) : undefined;
  return lead && given({ lead: id, contact: lead.contact, account: lead.account, owner: lead.owner, team: lead.team });
};

/** What a visitor's row says once it is known who it is. */
export const linked = (known: Known, by: 'FORM' | 'MAIL', at: string): ChangesOf<typeof Visitor> => {
  const { contact = null, lead = null, account = null, owner = null, team = null } = known;
  return { contact, lead, account, owner, team, linkedAt: at, linkedBy: by };
};

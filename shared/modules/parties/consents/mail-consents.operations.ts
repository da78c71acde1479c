import type { Context } from '#kernel';
import type { ConsentSource } from '#modules/platform/mail-out';
import { findRecords } from '#modules/platform/search';
import { Contact, mayReach, type ContactRow } from '#modules/parties/contacts';

/** Everybody who has the address, be it not the first one. */
export const peopleAt = async (context: Context, address: string): Promise<readonly ContactRow[]> => {
  const { rows } = await findRecords(context, { text: address, types: [Contact.name], first: 50, trusted: true });
  return (rows as readonly ContactRow[]).filter(
    ({ archivedAt, emails = [] }) =>
      archivedAt === undefined && emails.some((each) => each.address.toLowerCase() === address.toLowerCase()),
  );
};

const saidBy = (people: readonly ContactRow[]): 'GRANTED' | 'REFUSED' | undefined => {
  const said = people.map((person) => mayReach(person, 'EMAIL'));
  if (said.includes(false)) return 'REFUSED';
  return said.includes(true) ? 'GRANTED' : undefined;
};

/** What contacts said about e-mail, for marketing that goes to their address. */
export const contactConsents: ConsentSource = {
  key: 'contacts',
  saidOf: async (context, addresses) => {
    const all = await Promise.all(
      addresses.map(async (address) => [address.toLowerCase(), saidBy(await peopleAt(context, address))] as const),
    );
    return new Map(all.flatMap(([address, said]) => (said === undefined ? [] : [[address, said] as const])));
  },
};

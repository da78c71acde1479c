import type { Context } from '#kernel';
import { generalPurpose, type ConsentSource, type Said } from '#modules/platform/mail-out';
import { ConsentProof, standingOf } from '#modules/platform/privacy';
import { findRecords } from '#modules/platform/search';
import { Contact, mayReach, type ContactRow } from '#modules/parties/contacts';

/** Everybody who has the address, be it not the first one. */
const contactsAt = async (context: Context, address: string): Promise<readonly ContactRow[]> => {
  const { rows } = await findRecords(context, { text: address, types: [Contact.name], first: 50, trusted: true });
  return (rows as readonly ContactRow[]).filter(
    ({ archivedAt, emails = [] }) =>
      archivedAt === undefined && emails.some((each) => each.address.toLowerCase() === address.toLowerCase()),
  );
};

/** What one person has said for a purpose, by what is proved. */
export const saidFor = async (context: Context, subject: string, purpose: string): Promise<Said | undefined> => {
  const proofs = context.trusted(ConsentProof);
  const { allowed, proof } = await standingOf(context, { subject, purpose, channel: 'EMAIL' }, proofs);
  if (allowed) return 'GRANTED';
  return proof === undefined || proof.status === 'PENDING' ? undefined : 'REFUSED';
};

/** The strictest of what several have said. */
export const strictest = (said: readonly (Said | undefined)[]): Said | undefined =>
  said.includes('REFUSED') ? 'REFUSED' : said.find((each) => each !== undefined);

/** What is entered with a contact counts before it is proved. */
const entered = (person: ContactRow, purpose: string): Said | undefined => {
  const said = purpose === generalPurpose ? mayReach(person, 'EMAIL') : undefined;
  return said === undefined ? undefined : said ? 'GRANTED' : 'REFUSED';
};

const saidBy = async (context: Context, people: readonly ContactRow[], purpose: string): Promise<Said | undefined> => {
  const proved = await Promise.all(people.map(({ id }) => saidFor(context, id, purpose)));
  return strictest([...proved, ...people.map((person) => entered(person, purpose))]);
};

/** What the people at addresses have said. */
export const saidAt = async (
  addresses: readonly string[],
  ask: (address: string) => Promise<Said | undefined>,
): Promise<ReadonlyMap<string, Said>> => {
  const all = await Promise.all(addresses.map(async (each) => [each.toLowerCase(), await ask(each)] as const));
  return new Map(all.flatMap(([address, said]) => (said === undefined ? [] : [[address, said] as const])));
};

/** What contacts said about e-mail, for marketing that goes to their address. */
export const contactConsents: ConsentSource = {
  key: 'contacts',
  saidOf: (context, addresses, purpose) =>
    saidAt(addresses, async (address) => saidBy(context, await contactsAt(context, address), purpose)),
  peopleAt: async (context, address) => (await contactsAt(context, address)).map(({ id }) => id),
};

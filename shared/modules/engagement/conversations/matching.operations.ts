import type { AnyRow, Context } from '#kernel';
import { phoneIn } from '#kernel/validate-text';
import { findRecords } from '#modules/platform/search';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { Contact, type ContactRow } from '#modules/parties/contacts';

/** Who a conversation is with, as far as it is known. */
export type Known = { readonly contact?: string; readonly account?: string; readonly locale?: 'es' | 'en' };

type Party = ContactRow | AccountRow;

const hasPhone = (row: AnyRow, phone: string): row is Party =>
  [row['phone'], ...((row['phones'] ?? []) as readonly { number?: string }[]).map(({ number }) => number)].includes(
    phone,
  );

const isContact = (row: Party): row is ContactRow => row.id.startsWith(`${Contact.idPrefix}_`);

const languageOf = (row: Party): 'es' | 'en' | undefined => {
  const spoken: unknown = 'language' in row ? row.language : undefined;
  const [language] = typeof spoken === 'string' ? spoken.split('-') : [];
  return language === 'es' || language === 'en' ? language : undefined;
};

/** What is known of a party. */
export const knownOf = (row: Party): Known => {
  const locale = languageOf(row);
  const account = isContact(row) ? row.account : row.id;
  return {
    ...(isContact(row) && { contact: row.id }),
    ...(account !== undefined && { account }),
    ...(locale && { locale }),
  };
};

/** Whose number or address this is: a person before a company; nobody where it is not certain. */
export const whoIs = async (context: Context, peer: string): Promise<Known> => {
  const found = peer.includes('@') ? await byEmail(context, peer) : await byPhone(context, peer);
  const live = found.filter(({ archivedAt }) => archivedAt === undefined);
  const people = live.filter(isContact);
  const [only, ...others] = people.length > 0 ? people : live;
  return only && others.length === 0 ? knownOf(only) : {};
};

const byEmail = async ({ trusted }: Context, address: string): Promise<readonly Party[]> => {
  const [contact, account] = await Promise.all([
    trusted(Contact).findByNaturalKey(address),
    trusted(Account).findByNaturalKey(address),
  ]);
  return [contact, account].filter((row) => row !== undefined);
};

const mostAlike = 10;

const byPhone = async (context: Context, number: string): Promise<readonly Party[]> => {
  const phone = phoneIn(number, context.actor.country);
  if (phone === undefined) return [];
  const types = [Contact.name, Account.name];
  const { rows } = await findRecords(context, { text: phone, types, first: mostAlike, trusted: true });
  return rows.filter((row) => hasPhone(row, phone));
};

import { given, type AnyRow, type Context } from '#kernel';
import { Account, createAccount } from '#modules/parties/accounts';
import { findRecords } from '#modules/platform/search';
import type { KnownSender, MailSenders } from '#modules/platform/mail-in';
import { Contact } from './contact.entity.ts';
import { createContact } from './contact.operations.ts';

type Reached = AnyRow & { readonly emails?: readonly { readonly address: string }[]; readonly account?: string };

const isOf =
  ({ idPrefix }: typeof Account | typeof Contact) =>
  ({ id }: AnyRow): boolean =>
    id.startsWith(`${idPrefix}_`);

/** Contacts and accounts in use with this address, the primary one or another. */
const reachedAt = async (context: Context, address: string): Promise<readonly Reached[]> => {
  const types = [Contact.name, Account.name];
  const { rows } = await findRecords(context, { text: address, types, first: 20, trusted: true });
  return (rows as readonly Reached[]).filter(
    ({ emails = [], archivedAt }) => archivedAt === undefined && emails.some((each) => each.address === address),
  );
};

const findSender = async (context: Context, address: string): Promise<KnownSender | undefined> => {
  const found = await reachedAt(context, address);
  const contact = found.find(isOf(Contact));
  const account = contact?.account ?? found.find(isOf(Account))?.id;
  const holder = found.find(({ id }) => id === account) ?? contact;
  return contact || account !== undefined
    ? given({ contact: contact?.id, account, owner: holder?.ownerId })
    : undefined;
};

/** Given and family names of what a sender calls itself: `Rosa Vera`, `Vera, Rosa`; the address where it says nothing. */
const nameIn = (
  name: string | undefined,
  address: string,
): { readonly firstName: string; readonly lastName?: string } => {
  const [family = '', first] = (name ?? '').split(/,\s*/);
  const words = (first === undefined ? (name ?? '') : `${first} ${family}`).split(/\s+/).filter(Boolean);
  const [firstName = address.split('@')[0] ?? address, ...rest] = words;
  return given({ firstName: firstName.slice(0, 100), lastName: rest.join(' ').slice(0, 100) || undefined });
};

/** Whose addresses mails come from. */
export const partySenders: MailSenders = {
  key: 'PARTIES',
  find: findSender,
  add: async (context, { address, name }) => {
    const called = name ?? address;
    const account = await context.run(createAccount, { values: { name: called, type: 'PERSON' } });
    const values = { ...nameIn(name, address), email: address, account: account.id };
    const contact = await context.run(createContact, { values });
    return { account: account.id, contact: contact.id };
  },
};

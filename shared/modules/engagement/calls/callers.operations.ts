import { given, type Context } from '#kernel';
import { findRecords } from '#modules/platform/search';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { callerFinders, type CallerFinder } from './extension-points.rules.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';

/** Whom a number belongs to. */
export type Caller = {
  readonly account?: string;
  readonly contact?: string;
  readonly about?: string;
  readonly owner?: string;
};

/** All that have a number: families and offices share one. */
export type Holders = { readonly contacts: readonly ContactRow[]; readonly accounts: readonly AccountRow[] };

type Reached = { readonly phones?: readonly { readonly number: string }[]; readonly archivedAt?: string };

/** The contacts and accounts that have a number. */
export const holdersOf = async (
  context: Context,
  number: string | undefined,
  { trusted }: { readonly trusted: boolean },
): Promise<Holders> => {
  if (number === undefined) return { contacts: [], accounts: [] };
  const asked = { text: number, first: 20, trusted, types: [Contact.name, Account.name] };
  const { rows } = await findRecords(context, asked);
  const holders = rows.filter((row) => isReachedAt(row as Reached, number));
  const of = (prefix: string) => holders.filter(({ id }) => id.startsWith(`${prefix}_`));
  return { contacts: of(Contact.idPrefix) as ContactRow[], accounts: of(Account.idPrefix) as AccountRow[] };
};

const isReachedAt = ({ phones = [], archivedAt }: Reached, number: string): boolean =>
  archivedAt === undefined && phones.some((each) => each.number === number);

/**
 * Whose number it is, and whoever looks after them: a contact before an account, and who else modules know. Of several it is the one
 * whom somebody looks after whose telephone rings; else nobody is guessed, and only what all of them have in common is said.
 */
export const callerWith = async (
  context: Context,
  number: string | undefined,
  ringing: readonly string[],
): Promise<Caller> => {
  const holders = await holdersOf(context, number, { trusted: true });
  const contacts = meant(holders.contacts, ringing);
  const accounts = meant(holders.accounts, ringing);
  const account = accounts.length === 1 ? accounts[0]?.id : undefined;
  if (contacts.length > 0) return ofContacts(contacts, account);
  if (accounts.length > 0) return given({ account, owner: common(accounts, 'ownerId') });
  return given({ about: number === undefined ? undefined : await knownElsewhere(context, number) });
};

const ofContacts = (contacts: readonly ContactRow[], account: string | undefined): Caller => {
  const contact = contacts.length === 1 ? contacts[0] : undefined;
  const ofAll = common(contacts, 'account') ?? (contact && account);
  return given({ contact: contact?.id, account: ofAll, owner: common(contacts, 'ownerId') });
};

/** The one that is meant; all where that is not known. */
const meant = <R extends { readonly ownerId?: string }>(
  rows: readonly R[],
  ringing: readonly string[],
): readonly R[] => {
  const looked = rows.filter(({ ownerId }) => ownerId !== undefined && ringing.includes(ownerId));
  return looked.length === 1 ? looked : rows;
};

/** What all of them say. */
const common = <Name extends string>(
  rows: readonly { readonly [N in Name]?: string }[],
  name: Name,
): string | undefined => {
  const [first] = rows;
  return rows.every((row) => row[name] === first?.[name]) ? first?.[name] : undefined;
};

const knownElsewhere = async (context: Context, number: string): Promise<string | undefined> => {
  const finders = context.registry.contributions(callerFinders) as readonly CallerFinder[];
  const found = await Promise.all(finders.map((find) => find(context, number)));
  return found.find((id) => id !== undefined);
};

/** What the other side of a call is called: the contact, else the account or whom else the number belongs to. */
export const nameOfCaller = async (
  { trusted, registry }: Context,
  { contact, account, about }: Omit<Caller, 'owner'>,
): Promise<string | undefined> => {
  const id = contact ?? about ?? account;
  const of = id === undefined ? undefined : registry.byPrefix.get(id.slice(0, id.indexOf('_')));
  const row = of && id !== undefined ? await trusted(of).find(id) : undefined;
  return row && of ? of.title(row) : undefined;
};

/** The same in the names of what is planned or opened for a call; the number of whom nobody knows. */
export const callerIn = async (context: Context, call: PhoneCallRow, withheld = ''): Promise<string> =>
  ((await nameOfCaller(context, call)) ?? call.number ?? withheld).slice(0, 150);

/** The last calls with a number, the newest first. */
export const callsWith = async (
  context: Context,
  number: string,
  { first, trusted }: { readonly first: number; readonly trusted: boolean },
): Promise<readonly PhoneCallRow[]> => {
  const { rows } = await findRecords(context, { text: number, first, trusted, types: [PhoneCall.name] });
  return (rows as readonly PhoneCallRow[])
    .filter((call) => call.number === number)
    .toSorted((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
};

import { given, type Context } from '#kernel';
import { findRecords } from '#modules/platform/search';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { callerFinders, type CallerFinder } from './extension-points.rules.ts';

/** Whom a number belongs to. */
export type Caller = {
  readonly account?: string;
  readonly contact?: string;
  readonly about?: string;
  readonly owner?: string;
};

type Reached = { readonly phones?: readonly { readonly number: string }[]; readonly archivedAt?: string };

/** Whose number it is, whoever looks after them: a contact before an account, and who else modules know. */
export const callerWith = async (context: Context, number: string | undefined): Promise<Caller> => {
  if (number === undefined) return {};
  const { rows } = await findRecords(context, {
    ...{ text: number, first: 20, trusted: true },
    types: [Contact.name, Account.name],
  });
  const holders = rows.filter((row) => isReachedAt(row as Reached, number));
  const contact = holders.find(({ id }) => id.startsWith(Contact.idPrefix)) as ContactRow | undefined;
  const account = holders.find(({ id }) => id.startsWith(Account.idPrefix)) as AccountRow | undefined;
  if (contact) return given({ contact: contact.id, account: contact.account ?? account?.id, owner: contact.ownerId });
  if (account) return given({ account: account.id, owner: account.ownerId });
  return given({ about: await knownElsewhere(context, number) });
};

const isReachedAt = ({ phones = [], archivedAt }: Reached, number: string): boolean =>
  archivedAt === undefined && phones.some((each) => each.number === number);

const knownElsewhere = async (context: Context, number: string): Promise<string | undefined> => {
  const finders = context.registry.contributions(callerFinders) as readonly CallerFinder[];
  const found = await Promise.all(finders.map((find) => find(context, number)));
  return found.find((id) => id !== undefined);
};

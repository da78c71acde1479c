import { reaction, type Context, type DomainEvent } from '#kernel';
import { startJob } from '#modules/platform/jobs';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { Contact, type ContactRow } from './contact.entity.ts';
import { contactsAt, followOwner, follows, handTo } from './follow-owner.jobs.ts';
import { mainContactOf } from './main-contact.rules.ts';

const event = 'account.mainContactChanged';
/** Changes of a contact that may show at its account. */
const copied = ['name', 'phone', 'email', 'account', 'archivedAt'] as const;

/** Accounts copy name, phone and e-mail of their main contact; the first contact of an account becomes it. */
export const keepMainContact = reaction('keepMainContact', {
  describes: 'Keeps the copies that accounts hold of their main contact.',
  on: ['contact.*'],
  reads: (event) => (isCopied(event) ? idsIn([event.data?.['account'], event.changed['account']?.from]) : []),
  run: async (event, context) => {
    if (!isCopied(event)) return;
    const { record, changed } = event;
    const contact = await context.trusted(Contact).find(record.id);
    for (const id of accountsOf(contact, changed)) {
      const account = await context.trusted(Account).find(id);
      if (account && account.archivedAt === undefined) await keepAt(context, account, contact);
    }
  },
});

const isCopied = ({ changed }: DomainEvent): boolean => copied.some((name) => name in changed);

const idsIn = (values: readonly unknown[]): readonly string[] => values.filter((id) => typeof id === 'string');

/** The account that the contact belongs to, and the one that it has left. */
const accountsOf = (contact: ContactRow | undefined, changed: DomainEvent['changed']): ReadonlySet<string> =>
  new Set(idsIn([contact?.account, changed['account']?.from]));

const keepAt = async (context: Context, account: AccountRow, contact: ContactRow | undefined): Promise<void> => {
  const belongs = contact?.account === account.id && contact.archivedAt === undefined;
  if (account.mainContact !== undefined && account.mainContact !== contact?.id) return;
  if (!belongs && account.mainContact === undefined) return;
  const main = belongs ? contact : await nextContact(context, account.id, contact?.id);
  context.trusted(Account).update(account, mainContactOf(main), { event });
};

/**
 * Another contact of the account. The list may lag: it may still hold the one that has just left, and others as they were. So it
 * is read again, and held: should it change meanwhile, its own event may come before the account says that it is the one.
 */
const nextContact = async (
  { trusted }: Context,
  account: string,
  gone: string | undefined,
): Promise<ContactRow | undefined> => {
  const { rows } = await trusted(Contact).page('byAccount', { of: account, first: 5 });
  const others = await trusted(Contact).getMany(rows.map(({ id }) => id).filter((id) => id !== gone));
  const next = [...others.values()].find((contact) => contact.account === account && contact.archivedAt === undefined);
  if (next) trusted(Contact).hold(next);
  return next;
};

/** Contacts go with their account: those that were its old owner's become the new one's. */
export const followAccount = reaction('followAccount', {
  describes: 'Hands the contacts of an account to its new owner, unless they are somebody else’s.',
  on: ['account.*'],
  run: async ({ record, changed }, context) => {
    if (record.version === 1 || !('ownerId' in changed || 'teamId' in changed)) return;
    const account = await context.trusted(Account).find(record.id);
    if (!account) return;
    const from = 'ownerId' in changed ? changed['ownerId'].from : account.ownerId;
    const followers = { account: account.id, ...(typeof from === 'string' && { from }) };
    const { rows, hasNextPage } = await contactsAt(context, account.id);
    if (hasNextPage) {
      startJob(context, followOwner, followers, { subject: account.id });
      return;
    }
    const contacts = await context.trusted(Contact).getMany(rows.map(({ id }) => id));
    for (const contact of contacts.values()) if (follows(contact, followers)) handTo(account, contact, context);
  },
});

import { DomainError, optional, query, record, ref, text, type Context } from '#kernel';
import { findRecords } from '#modules/platform/search';
import { User } from '#modules/platform/users';
import { Account, taxKey, type AccountRow } from '#modules/parties/accounts';
import { Contact, type ContactRow } from '#modules/parties/contacts';
import { Lead, type LeadRow } from './lead.entity.ts';

/** Records that are there already for a lead. */
type Matches = { readonly account?: AccountRow; readonly contact?: ContactRow };

/** How somebody is known who may be there already. */
export type Reachable = Pick<LeadRow, 'taxId' | 'email' | 'phone' | 'address'>;

/** Who is there already by tax number, e-mail address and phone: what nobody shares by chance. Names are not looked at. */
export const partiesReachedBy = async (context: Context, who: Reachable): Promise<Matches> => {
  const { trusted } = context;
  const [byTax, byEmail, byPhone] = await Promise.all([
    taxHolder(context, who),
    emailHolders(context, who.email),
    phoneHolders(context, who.phone),
  ]);
  const contact = [byEmail.contact, byPhone.contact].find(inUse);
  const ofContact = contact?.account === undefined ? undefined : await trusted(Account).find(contact.account);
  const account = [byTax, ofContact, byEmail.account, byPhone.account].find(inUse);
  const isOfAccount = contact && (contact.account === undefined || contact.account === account?.id);
  return { ...(account && { account }), ...(isOfAccount && { contact }) };
};

const inUse = (row: { readonly archivedAt?: string } | undefined): boolean =>
  row !== undefined && row.archivedAt === undefined;

const taxHolder = async (
  { trusted, actor }: Context,
  { taxId, address }: Reachable,
): Promise<AccountRow | undefined> =>
  taxId === undefined
    ? undefined
    : trusted(Account).findUnique('taxId', taxKey(taxId, address?.country ?? actor.country));

const emailHolders = async ({ trusted }: Context, email: string | undefined): Promise<Matches> => {
  if (email === undefined) return {};
  const [account, contact] = await Promise.all([
    trusted(Account).findByNaturalKey(email),
    trusted(Contact).findByNaturalKey(email),
  ]);
  return { ...(account && { account }), ...(contact && { contact }) };
};

const phoneHolders = async (context: Context, phone: string | undefined): Promise<Matches> => {
  if (phone === undefined) return {};
  const found = await findRecords(context, { text: phone, types: ['Account', 'Contact'], first: 20, trusted: true });
  const holders = found.rows.filter((row) =>
    ((row['phones'] ?? []) as readonly { readonly number: string }[]).some(({ number }) => number === phone),
  );
  const [contact, account] = [Contact, Account].map(({ idPrefix }) =>
    holders.find(({ id }) => id.startsWith(`${idPrefix}_`)),
  );
  return { ...(contact && { contact: contact as ContactRow }), ...(account && { account: account as AccountRow }) };
};

export const leadMatches = query('leadMatches', {
  describes: 'The account and contact that a conversion of a lead would use instead of making new ones.',
  needs: 'lead.read',
  input: { id: ref('Lead', { describes: 'Which lead.' }) },
  returns: {
    account: optional(record(Account, 'The account; absent when there is none, or it is not yours to see.')),
    contact: optional(record(Contact, 'The contact; absent when there is none, or it is not yours to see.')),
    handledBy: optional(text({ describes: 'Who handles the account, where it is not yours to see.' })),
  },
  run: async ({ id }, context) => {
    const found = await partiesReachedBy(context, await context.data(Lead).get(id));
    const visible = await context.records([found.account?.id, found.contact?.id].filter((each) => each !== undefined));
    const isHidden = found.account && !visible.has(found.account.id);
    return {
      ...(found.account && !isHidden && { account: found.account }),
      ...(found.contact && visible.has(found.contact.id) && { contact: found.contact }),
      ...(found.account && isHidden && { handledBy: await handlerOf(context, found.account) }),
    };
  },
});

const handlerOf = async ({ trusted }: Context, { owner }: AccountRow): Promise<string> =>
  (owner === undefined ? undefined : (await trusted(User).find(owner))?.name) ?? 'another team';

/** What is there already and may be used. @throws HELD_BY_OTHER */
export const matched = async (context: Context, lead: LeadRow, named: string | undefined): Promise<Matches> => {
  const found = await partiesReachedBy(context, lead);
  if (named !== undefined) {
    const account = await context.data(Account).get(named);
    const isOfAccount = found.contact && (found.contact.account ?? named) === named;
    return { account, ...(isOfAccount && { contact: found.contact }) };
  }
  if (!found.account) return found;
  const account = await context.data(Account).find(found.account.id);
  if (account) return { ...found, account };
  const handler = await handlerOf(context, found.account);
  throw new DomainError('HELD_BY_OTHER', `${handler} already handles this account; ask for a hand-over.`, ['id']);
};

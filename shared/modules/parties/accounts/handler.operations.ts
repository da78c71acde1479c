import {
  choice,
  DomainError,
  list,
  mayTouch,
  object,
  optional,
  query,
  record,
  text,
  type AnyRow,
  type Context,
} from '#kernel';
import { findRecords, fold, isKey, wordsOf } from '#modules/platform/search';
import { Team } from '#modules/platform/teams';
import { User } from '#modules/platform/users';
import { Account, type AccountRow } from './account.entity.ts';
import { taxKey } from './tax-ids.rules.ts';

const matches = ['TAX_ID', 'EMAIL', 'NAME'] as const;
type Match = (typeof matches)[number];

export const accountOwner = query('accountOwner', {
  describes:
    'Who already handles an account, by its tax number, an e-mail address of it or its contacts, or its full name; also when it is not ' +
    'yours to see. Of an account that you cannot see you learn that and nothing more.',
  needs: 'account.read',
  input: {
    taxId: optional(text({ max: 30, describes: 'Tax number.' })),
    taxIdCountry: optional(text({ max: 2, describes: 'Its country; the tenant’s when absent.' })),
    email: optional(text({ max: 254, describes: 'A whole e-mail address.' })),
    name: optional(text({ describes: 'A whole name, trade or legal, without regard to capitals and accents.' })),
  },
  returns: {
    handlers: list(
      object('AccountHandler', {
        matchedBy: choice(matches, { named: 'AccountMatch', describes: 'By what it was found.' }),
        owner: optional(text({ describes: 'Name of the person who handles it.' })),
        team: optional(text({ describes: 'Name of the team that handles it.' })),
        account: optional(record(Account, 'The account, when it is yours to see.')),
      }),
      { max: 20, describes: 'One for each account that was found; none when nobody handles such an account.' },
    ),
  },
  run: async ({ taxId, taxIdCountry, email, name }, context) => {
    if (!taxId && !email && !name)
      throw new DomainError('BAD_INPUT', 'Give a tax number, an e-mail address or a name.');
    const found = await Promise.all([
      taxId ? byTaxId(context, taxKey(taxId, taxIdCountry ?? context.actor.country)) : [],
      email ? byEmail(context, email.trim().toLowerCase()) : [],
      name ? byName(context, name) : [],
    ]);
    const accounts = new Map<string, { account: AccountRow; matchedBy: Match }>();
    for (const entry of found.flat()) if (!accounts.has(entry.account.id)) accounts.set(entry.account.id, entry);
    return { handlers: await handlersOf(context, [...accounts.values()].slice(0, 20)) };
  },
});

type Found = readonly { readonly account: AccountRow; readonly matchedBy: Match }[];

const byTaxId = async ({ trusted }: Context, key: string): Promise<Found> => {
  const account = await trusted(Account).findUnique('taxId', key);
  return account ? [{ account, matchedBy: 'TAX_ID' }] : [];
};

const byName = async (context: Context, name: string): Promise<Found> => {
  const text = wordsOf(name).filter(isKey).join(' ');
  const { rows } = await findRecords(context, { text, types: ['Account'], first: 50, trusted: true });
  const isNamed = ({ name: trade, legalName = '' }: AccountRow): boolean =>
    [trade, legalName].some((each) => plain(each) === plain(name));
  return (rows as readonly AccountRow[]).filter(isNamed).map((account) => ({ account, matchedBy: 'NAME' }));
};

/** A name as two people may write it alike: `S.A.` and `SA`. */
const plain = (name: string): string => fold(name).replace(/[^\p{L}\p{N}]+/gu, '');

type WithEmails = AnyRow & { readonly emails?: readonly { readonly address: string }[]; readonly account?: string };

/** Of the account itself, or of one of its contacts. */
const byEmail = async (context: Context, email: string): Promise<Found> => {
  const { rows } = await findRecords(context, { text: email, types: ['Account', 'Contact'], first: 50, trusted: true });
  const holders = (rows as readonly WithEmails[]).filter(({ emails = [] }) =>
    emails.some(({ address }) => address === email),
  );
  const ids = holders.map((holder) =>
    holder.id.startsWith(`${Account.idPrefix}_`) ? holder.id : (holder.account ?? ''),
  );
  const accounts = await context.trusted(Account).getMany(ids);
  return [...accounts.values()].map((account) => ({ account, matchedBy: 'EMAIL' }));
};

const handlersOf = async ({ trusted, actor }: Context, found: Found) => {
  const [users, teams] = await Promise.all([
    trusted(User).getMany(found.flatMap(({ account: { owner } }) => owner ?? [])),
    trusted(Team).getMany(found.flatMap(({ account: { team } }) => team ?? [])),
  ]);
  return found.map(({ account, matchedBy }) => {
    const owner = users.get(account.owner ?? '')?.name;
    const team = teams.get(account.team ?? '')?.name;
    return {
      matchedBy,
      ...(owner !== undefined && { owner }),
      ...(team !== undefined && { team }),
      ...(mayTouch(actor, Account, account, 'read') && { account }),
    };
  });
};

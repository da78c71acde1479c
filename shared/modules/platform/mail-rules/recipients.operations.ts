import { given, type AnyRow, type Context, type Locale } from '#kernel';
import { peopleOf, Team } from '#modules/platform/teams';
import { holdersOf, User, type UserRow } from '#modules/platform/users';
import type { MailRuleRow, Recipient } from './mail-rule.entity.ts';

/** Who gets a mail. */
export type Addressee = { readonly address: string; readonly locale?: Locale };

const usualPaths = ['contact.email', 'account.email', 'email'];

/** Everybody whom a rule names, once each. */
export const addresseesOf = async (
  context: Context,
  { to }: Pick<MailRuleRow, 'to'>,
  record: AnyRow,
): Promise<readonly Addressee[]> => {
  const found: Addressee[] = [];
  for (const recipient of to) found.push(...(await reached(context, recipient, record)));
  return [...new Map(found.map((each) => [each.address.toLowerCase(), each])).values()];
};

const reached = async (context: Context, recipient: Recipient, record: AnyRow): Promise<readonly Addressee[]> => {
  if (recipient.kind === 'CUSTOMER') return customerOf(context, recipient.path, record);
  const people = await peopleFor(context, recipient, record.ownerId === undefined ? [] : [record.ownerId]);
  return people.map(({ email: address, locale }) => ({ address, ...given({ locale }) }));
};

/** The users whom a recipient names; `owners` are those of the records that it is about. */
export const peopleFor = async (
  context: Context,
  { kind, user, team, role = '' }: Recipient,
  owners: readonly string[],
): Promise<readonly UserRow[]> => {
  if (kind === 'ROLE') return holdersOf(context, role);
  if (kind === 'USER') return working(context, [user ?? '']);
  if (kind === 'TEAM') return working(context, await membersOf(context, team ?? ''));
  const holders = await working(context, owners);
  return kind === 'OWNER'
    ? holders
    : working(
        context,
        holders.flatMap(({ manager }) => manager ?? []),
      );
};

const membersOf = async ({ trusted }: Context, id: string): Promise<readonly string[]> => {
  const team = await trusted(Team).find(id);
  return team ? peopleOf(team) : [];
};

const working = async ({ trusted }: Context, ids: readonly string[]): Promise<readonly UserRow[]> => {
  const people = await trusted(User).getMany([...new Set(ids)]);
  return [...people.values()].filter(({ status }) => status !== 'DEACTIVATED');
};

/** The first address among those where it may stand. */
const customerOf = async (
  context: Context,
  path: string | undefined,
  record: AnyRow,
): Promise<readonly Addressee[]> => {
  for (const each of path === undefined ? usualPaths : [path]) {
    const [field = '', inner] = each.split('.');
    const holder = inner === undefined ? record : await referred(context, record[field]);
    const address = holder?.[inner ?? field];
    if (typeof address === 'string' && address.includes('@')) return [{ address, ...spokenBy(holder) }];
  }
  return [];
};

const referred = async (context: Context, id: unknown): Promise<AnyRow | undefined> =>
  typeof id === 'string' ? (await context.records([id])).get(id) : undefined;

const spokenBy = (row: AnyRow | undefined): { readonly locale?: Locale } => {
  const spoken = row?.['language'];
  const language = typeof spoken === 'string' ? spoken.slice(0, 2) : undefined;
  return language === 'es' || language === 'en' ? { locale: language } : {};
};

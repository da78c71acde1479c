import { dayIn, reaction, timer, type Context, type DomainEvent, type Row } from '#kernel';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { Opportunity } from '#modules/sales/opportunities';
import { daysAfter, daysUntil, suggest, withdraw, type Meant } from './suggest.operations.ts';
import { SuggestedOpportunity } from './suggested-opportunity.entity.ts';

type OpportunityRow = Row<typeof Opportunity>;

const dayOf = ({ actor }: Context, at: string): string => dayIn(new Date(at), actor.timeZone);

/** From the last contact on, a watch runs; each contact sets it anew. */
const watchContact = async (context: Context, account: string, at: string): Promise<void> => {
  const opensAt = daysAfter(at, await daysUntil(context, 'noContactDays'));
  const about = { account, kind: 'NO_CONTACT', about: '' };
  await suggest(context, { ...about, since: dayOf(context, at), opensAt, isNew: true });
};

export const noteContact = reaction('noteContactForSuggestions', {
  describes: 'Whoever was spoken to is suggested again only when nobody speaks to them for long.',
  on: ['activity.completed'],
  run: async ({ data }, context) => {
    const { account, completedAt } = data ?? {};
    if (typeof account === 'string' && typeof completedAt === 'string')
      await watchContact(context, account, completedAt);
  },
});

export const watchNewcomers = reaction('watchNewcomersForSuggestions', {
  describes: 'Leads and customers whom nobody speaks to at all are suggested too.',
  on: ['account.created', 'account.qualified', 'account.becameCustomer'],
  run: async ({ data, record, at }, context) => {
    const lifecycle = data?.['lifecycle'];
    if (lifecycle !== 'LEAD' && lifecycle !== 'CUSTOMER') return;
    const { rows } = await context.trusted(SuggestedOpportunity).page('byAccount', { of: record.id, first: 1 });
    if (rows.length === 0) await watchContact(context, record.id, at);
  },
});

const productsOf = (value: unknown): readonly string[] =>
  ((value ?? []) as readonly { readonly product: string }[]).map(({ product }) => product);

export const followInterests = reaction('followInterestsForSuggestions', {
  describes: 'Suggests what accounts are interested in and were never offered.',
  on: ['account.*'],
  run: async ({ record, changed }, context) => {
    if (!('interests' in changed)) return;
    const account = await context.trusted(Account).find(record.id);
    if (!account || account.archivedAt !== undefined) return;
    const interests = productsOf(account.interests);
    const offered = interests.length === 0 ? new Set<string>() : await offeredTo(context, account.id);
    for (const product of interests.filter((each) => !offered.has(each)))
      await suggestInterest(context, account, product);
    for (const product of productsOf(changed['interests'].from).filter((each) => !interests.includes(each)))
      await withdraw(context, { account: account.id, kind: 'INTEREST', about: product });
  },
});

const suggestInterest = (context: Context, { id, interests = [] }: AccountRow, product: string) => {
  const since = interests.find((each) => each.product === product)?.date ?? context.clock.today();
  const opensAt = context.clock.instant();
  return suggest(context, { account: id, kind: 'INTEREST', about: product, product, since, opensAt });
};

/** Cases of an account that are looked at; who has more was offered enough. */
const mostCases = 100;

/** The products of all cases that an account has or had. */
const offeredTo = async ({ trusted }: Context, account: string): Promise<ReadonlySet<string>> => {
  const pages = await Promise.all(
    [true, false].map((open) => trusted(Opportunity).page('byAccount', { of: account, open, first: mostCases })),
  );
  return new Set(pages.flatMap(({ rows }) => rows.flatMap(({ products }) => productsOf(products))));
};

export const followCases = reaction('followCasesForSuggestions', {
  describes: 'Suggests a lost sale again after long, and no longer what has been offered now.',
  on: ['opportunity.*'],
  run: async ({ record, changed }, context) => {
    const isNew = record.version === 1;
    if (!isNew && !['stageKind', 'products', 'account', 'archivedAt'].some((name) => name in changed)) return;
    const row = await context.trusted(Opportunity).find(record.id);
    if (row?.account === undefined) return;
    const { account } = row;
    if (isNew || 'products' in changed || 'account' in changed)
      for (const product of productsOf(row.products))
        await withdraw(context, { account, kind: 'INTEREST', about: product });
    await followLoss(context, row, account, changed);
  },
});

const followLoss = async (
  context: Context,
  row: OpportunityRow,
  account: string,
  changed: DomainEvent['changed'],
): Promise<void> => {
  const meant = { account, kind: 'LOST_LONG_AGO', about: row.id };
  const isLost = row.stageKind === 'LOST' && row.archivedAt === undefined;
  if (isLost) await suggestLost(context, row, meant);
  else if (changed['stageKind']?.from === 'LOST' || 'archivedAt' in changed) await withdraw(context, meant);
};

const suggestLost = async (context: Context, row: OpportunityRow, meant: Meant): Promise<void> => {
  const since = row.closedOn ?? context.clock.today();
  const opensAt = daysAfter(`${since}T12:00:00.000Z`, await daysUntil(context, 'lostDays'));
  const product = row.products[0]?.product;
  await suggest(context, {
    ...meant,
    since,
    opensAt,
    source: row.id,
    note: row.lostReason === undefined ? row.name : `${row.name} (${row.lostReason})`,
    ...(row.amount && { amount: row.amount }),
    ...(product !== undefined && { product }),
  });
};

/** The time of a suggestion has come, if there is still somebody to sell to. */
export const showSuggestion = timer(SuggestedOpportunity, {
  describes: 'Shows a suggestion when its time has come.',
  run: async (row, { trusted }) => {
    const account = await trusted(Account).find(row.account);
    const isThere = account && account.archivedAt === undefined;
    trusted(SuggestedOpportunity).move(row, isThere ? 'OPEN' : 'WITHDRAWN');
  },
});

import { DomainError, extended, integer, object, optional, type Context, type Money } from '#kernel';
import { derivedId } from '#kernel/ids';
import { rememberFor } from '#kernel/remember';
import { Tenant } from '#modules/platform/settings';
import { Account, type AccountRow } from '#modules/parties/accounts';
import { Product } from '#modules/catalog/products';
import { SuggestedOpportunity, type SuggestionRow } from './suggested-opportunity.entity.ts';
import { suggestionKinds, type SuggestionKind } from './suggestion-kinds.rules.ts';

const days = (describes: string) => optional(integer({ min: 1, max: 3650, describes }));

/** What this module adds to the tenant. */
export const suggestionSettings = {
  suggestAfter: optional(
    object(
      'SuggestAfter',
      {
        noContactDays: days('Days without contact after which one is suggested; 90 when absent.'),
        lostDays: days('Days after a loss when the sale is suggested again; 180 when absent.'),
      },
      { describes: 'When sales are suggested. Holds within a minute, for reasons that come up from then on.' },
    ),
  ),
};

const usualDays = { noContactDays: 90, lostDays: 180 } as const;

/** After how many days a reason counts, as the tenant has it. */
export const daysUntil = async (context: Context, which: keyof typeof usualDays): Promise<number> => {
  const { tenant } = context.actor;
  const settings = await rememberFor(context, `suggest after ${tenant}`, async () => {
    const row = await context.trusted(extended(Tenant, suggestionSettings)).find(tenant);
    return row?.suggestAfter ?? {};
  });
  return settings[which] ?? usualDays[which];
};

const dayLength = 86_400_000;
/** So many days after a moment. */
export const daysAfter = (at: string, count: number): string =>
  new Date(new Date(at).getTime() + count * dayLength).toISOString();

/** Which suggestion is meant: there is one for each account, kind and thing that it is about. */
export type Meant = { readonly account: string; readonly kind: string; readonly about: string };

/** A reason for a sale, from a day on. */
export type Suggestion = Meant & {
  readonly since: string;
  readonly opensAt: string;
  readonly product?: string;
  readonly amount?: Money;
  readonly source?: string;
  readonly note?: string;
  /** The reason is a new one each time: what was decided about the last one does not count. */
  readonly isNew?: boolean;
};

const idOf = async ({ ports, actor }: Context, { account, kind, about }: Meant): Promise<string> =>
  derivedId(SuggestedOpportunity.idPrefix, await ports.secrets.get('idempotency'), [
    actor.tenant,
    account,
    kind,
    about,
  ]);

const find = async (context: Context, meant: Meant): Promise<SuggestionRow | undefined> =>
  context.trusted(SuggestedOpportunity).find(await idOf(context, meant));

/**
 * Keeps a suggestion: shown at once or when its time comes. What somebody dismissed or opened is not brought up again; to an
 * archived account nothing is sold.
 */
export const suggest = async (context: Context, given: Suggestion): Promise<SuggestionRow | undefined> => {
  const { note: _note, isNew = false, ...meant } = given;
  const [account, known] = await Promise.all([context.trusted(Account).find(given.account), find(context, given)]);
  if (!isInUse(account)) return undefined;
  const values = { ...meant, reason: await reasonOf(context, given) };
  const suggestions = context.trusted(SuggestedOpportunity);
  const status = given.opensAt <= context.clock.instant() ? 'OPEN' : 'WAITING';
  if (!known) return suggestions.create({ ...values, status }, { id: await idOf(context, given) });
  if (known.status === 'DISMISSED' || known.status === 'OPENED')
    return isNew ? suggestions.move(known, 'WAITING', values) : known;
  return known.status === status ? suggestions.update(known, values) : suggestions.move(known, status, values);
};

const isInUse = (account: AccountRow | undefined): boolean => account !== undefined && account.archivedAt === undefined;

/** The reason has gone: nobody need decide about it. */
export const withdraw = async (context: Context, meant: Meant): Promise<void> => {
  const known = await find(context, meant);
  if (known?.status === 'OPEN' || known?.status === 'WAITING')
    context.trusted(SuggestedOpportunity).move(known, 'WITHDRAWN');
};

const reasonOf = async (context: Context, { kind, since, product, note }: Suggestion) => {
  const kinds = context.registry.contributions(suggestionKinds) as readonly SuggestionKind[];
  const found = kinds.find((each) => each.kind === kind);
  if (!found)
    throw new DomainError('UNKNOWN_KIND', `There are ${kinds.map((each) => each.kind).join(', ')}.`, ['kind']);
  const name = product === undefined ? undefined : (await context.trusted(Product).find(product))?.name;
  return found.reason({ since, ...(name !== undefined && { product: name }), ...(note !== undefined && { note }) });
};

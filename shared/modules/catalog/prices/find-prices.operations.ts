// Reads what prices need: the lists of a customer once, then all places of all items of a document: two requests for those of lists and groups, beside them two for the customer's own.
import { DomainError, given, readOn, type Context } from '#kernel';
import { rememberFor } from '#kernel/remember';
import { PriceList, type PriceListRow } from './price-list.entity.ts';
import { Price, SpecialPrice } from './price.entity.ts';
import type { PriceAsk, PricesByPlace } from './price-entries.rules.ts';
import { placesAt, placesOf, type Holders, type ListInChain, type PricedItem } from './price-places.rules.ts';
import { findPrice, type FoundPrice } from './price.rules.ts';

/** Price lists of a tenant, at most. */
const mostLists = 500;

/** Who buys, when, and through which channel. */
export type Customer = {
  readonly account?: string;
  readonly priceGroup?: string;
  /** The list that the document names: it must be in force. */
  readonly priceList?: string;
  /** The list of the customer: the default one counts where it is not in force. */
  readonly ownList?: string;
  readonly channel?: string;
  readonly day: string;
};

/** The price of each item, in their order; undefined where nobody knows one. @throws PRICE_LIST_NOT_IN_FORCE */
export const findPrices = async (
  context: Context,
  customer: Customer,
  asked: readonly { readonly item: PricedItem; readonly ask: PriceAsk }[],
): Promise<readonly (FoundPrice | undefined)[]> => {
  const holders = await holdersOf(context, customer);
  const items = asked.map(({ item }) => item);
  const [listed, special] = await Promise.all([
    listedPrices(context, items, holders),
    specialPrices(context, items, holders),
  ]);
  const prices = new Map([...listed, ...special]);
  return asked.map(({ item, ask }) => findPrice(item, holders, ask, prices));
};

/** What lists and the group have for the items. */
const listedPrices = async (
  context: Context,
  items: readonly PricedItem[],
  holders: KnownHolders,
): Promise<PricesByPlace> => {
  const places = new Set(items.flatMap((item) => placesOf(item, holders)));
  const found = await context.trusted(Price).findAllUnique('place', [...places]);
  const currencies = new Map(holders.lists.map(({ id, currency }) => [id, currency]));
  return new Map(
    inForce(found).map(([place, { entries, list }]) => [
      place,
      entries.map((entry) => inCurrency(entry, currencies.get(list ?? ''))),
    ]),
  );
};

/** What the customer alone has for them. Trusted, as a price is computed also for those who may not list them. */
const specialPrices = async (
  context: Context,
  items: readonly PricedItem[],
  { account }: KnownHolders,
): Promise<PricesByPlace> => {
  const places = new Set(account === undefined ? [] : items.flatMap((item) => placesAt(account, item)));
  if (places.size === 0) return new Map();
  const found = await context.trusted(SpecialPrice).findAllUnique('place', [...places]);
  return new Map(inForce(found).map(([place, { entries }]) => [place, entries]));
};

const inForce = <R extends { readonly archivedAt?: unknown }>(
  found: ReadonlyMap<string, R>,
): readonly (readonly [string, R])[] => [...found].filter(([, { archivedAt }]) => archivedAt === undefined);

/** Entries of a list that name no currency are in the list's. */
const inCurrency = <E extends { readonly currency?: string }>(entry: E, currency: string | undefined): E =>
  entry.currency === undefined && currency !== undefined ? { ...entry, currency } : entry;

type KnownList = ListInChain & { readonly currency: string };
type KnownHolders = Omit<Holders, 'lists'> & { readonly lists: readonly KnownList[] };

const holdersOf = async (
  context: Context,
  { account, priceGroup, priceList, ownList, channel, day }: Customer,
): Promise<KnownHolders> => {
  const valid = (await priceLists(context)).filter(isInForce(day));
  const holding = valid.filter((list) => list.channel === undefined || list.channel === channel);
  const own = holding.find(({ id }) => id === (priceList ?? ownList));
  if (priceList !== undefined && !own) throw notInForce();
  const fallback =
    holding.find((each) => each.isDefault && each.channel !== undefined) ?? holding.find((each) => each.isDefault);
  return {
    lists: chainOf(own ?? fallback, new Map(valid.map((list) => [list.id, list]))),
    ...given({ account, group: priceGroup }),
  };
};

const notInForce = (): DomainError =>
  new DomainError('PRICE_LIST_NOT_IN_FORCE', 'The price list does not count on this day, or for this channel.', [
    'priceList',
  ]);

const isInForce =
  (day: string) =>
  ({ archivedAt, validFrom, validTo }: PriceListRow): boolean =>
    archivedAt === undefined && (validFrom ?? '') <= day && (validTo === undefined || day <= validTo);

/** A list and those that it rests upon, as far as they are in force. */
const chainOf = (first: PriceListRow | undefined, all: ReadonlyMap<string, PriceListRow>): readonly KnownList[] => {
  const chain: KnownList[] = [];
  for (let list = first; list && chain.length < 5; list = all.get(list.basedOn ?? ''))
    chain.push(
      given({
        id: list.id,
        currency: list.currency,
        includesTax: list.includesTax,
        adjustment: list.adjustment,
      }),
    );
  return chain;
};

/** The lists of a tenant, at most a minute old: there are few and they hardly change, unlike the prices in them. */
const priceLists = (context: Context): Promise<readonly PriceListRow[]> =>
  rememberFor(context, `price-lists ${context.actor.tenant}`, async () => {
    const { rows } = await readOn((asked) => context.trusted(PriceList).page('all', asked), mostLists);
    return rows;
  });

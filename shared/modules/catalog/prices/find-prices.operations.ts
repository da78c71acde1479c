// Reads what prices need: the lists of a customer once, then all places of all items of a document: two requests for those of lists and groups, beside them two for the customer's own.
import { given, readOn, type Context } from '#kernel';
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
  readonly priceList?: string;
  readonly channel?: string;
  readonly day: string;
};

/** The price of each item, in their order; undefined where nobody knows one. */
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
  { account, priceGroup, priceList, channel, day }: Customer,
): Promise<KnownHolders> => {
  const all = await priceLists(context);
  const holding = [...all.values()].filter((each) => holdsFor(each, channel, day));
  const own = holding.find(({ id }) => id === priceList);
  const fallback =
    holding.find((each) => each.isDefault && each.channel !== undefined) ?? holding.find((each) => each.isDefault);
  return {
    lists: chainOf(own ?? fallback, all),
    ...given({ account, group: priceGroup }),
  };
};

const holdsFor = (
  { archivedAt, validFrom, validTo, ...each }: PriceListRow,
  channel: string | undefined,
  day: string,
): boolean =>
  archivedAt === undefined &&
  (validFrom ?? '') <= day &&
  (validTo === undefined || day <= validTo) &&
  (each.channel === undefined || each.channel === channel);

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
const priceLists = async (context: Context): Promise<ReadonlyMap<string, PriceListRow>> =>
  rememberFor(context, `price-lists ${context.actor.tenant}`, async () => {
    const { rows } = await readOn((asked) => context.trusted(PriceList).page('all', asked), mostLists);
    return new Map(rows.map((row) => [row.id, row]));
  });

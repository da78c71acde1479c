import {
  change,
  creation,
  DomainError,
  list,
  mutation,
  object,
  optional,
  records,
  ref,
  text,
  versionInput,
  type Context,
  type Input,
} from '#kernel';
import { PriceList, type PriceListRow } from './price-list.entity.ts';
import { priceSpot } from './price-spot.rules.ts';
import { Price, priceEntry, type PriceRow } from './price.entity.ts';

/** Lists one upon the other, at most (domain 2.3). */
const mostLists = 5;

const fails = ['PRICE_LIST_CYCLE', 'TOO_MANY_PRICE_LISTS', 'DEFAULT_EXISTS'] as const;

export const createPriceList = creation(PriceList, 'createPriceList', {
  describes: 'Makes a price list.',
  needs: 'priceList.create',
  input: {},
  returns: PriceList,
  fails,
  run: async ({ values }, context) => {
    await assertChain(values.basedOn, undefined, context);
    return context.data(PriceList).create(values);
  },
});

export const updatePriceList = change(PriceList, 'updatePriceList', {
  describes: 'Changes a price list: absent fields stay, null clears. Documents that were priced keep their prices.',
  needs: 'priceList.update',
  input: { id: ref('PriceList', { describes: 'Which one.' }), version: versionInput },
  returns: PriceList,
  fails,
  run: async ({ id, changes }, context) => {
    const found = await context.data(PriceList).get(id);
    await assertChain(changes.basedOn ?? undefined, id, context);
    return context.data(PriceList).update(found, changes);
  },
});

const pricesToSet = {
  product: optional(ref('Product', { describes: 'The product.' })),
  variant: optional(ref('Product', { describes: 'The variant, where the price is for it alone.' })),
  family: optional(text({ max: 80, describes: 'The family.' })),
  brand: optional(text({ max: 80, describes: 'The brand.' })),
  entries: list(priceEntry, { max: 50, describes: 'Its prices; they take the place of those that were there.' }),
};

export const setPrices = mutation('setPrices', {
  describes:
    'Writes many prices of a list, a customer or a group at once, at most 100: those that are there are replaced, others are made.',
  needs: 'price.update',
  input: {
    list: optional(ref('PriceList', { describes: 'The list.' })),
    account: optional(ref('Account', { describes: 'The customer.' })),
    group: optional(text({ max: 80, describes: 'The group of customers.' })),
    prices: list(object('PriceToSet', pricesToSet), { max: 100, describes: 'The prices.' }),
  },
  returns: { prices: records(Price, 'As they are now.') },
  fails: ['ONE_HOLDER', 'ONE_TARGET', 'PRICE_OR_PERCENT'],
  run: async ({ prices, ...holder }, { data }) => {
    const drafts = prices.map((price) => ({ ...holder, ...price }));
    const known = await data(Price).findAllUnique('place', drafts.map(priceSpot));
    return { prices: drafts.map((draft) => written(draft, known.get(priceSpot(draft)), data)) };
  },
});

type PriceDraft = Input<(typeof Price)['fields']>;

const written = (draft: PriceDraft, known: PriceRow | undefined, data: Context['data']): PriceRow => {
  if (!known) return data(Price).create(draft);
  const { entries } = draft;
  return data(Price).update(known.archivedAt === undefined ? known : data(Price).restore(known), { entries });
};

/** A list rests upon at most five others, and never upon itself. */
const assertChain = async (basedOn: string | undefined, self: string | undefined, { data }: Context): Promise<void> => {
  let above: PriceListRow | undefined;
  for (let [next, depth] = [basedOn, 1]; next !== undefined; next = above.basedOn, depth++) {
    if (next === self) throw new DomainError('PRICE_LIST_CYCLE', 'The list would rest upon itself.', ['basedOn']);
    if (depth >= mostLists)
      throw new DomainError('TOO_MANY_PRICE_LISTS', `At most ${String(mostLists)} lists rest one upon the other.`, [
        'basedOn',
      ]);
    above = await data(PriceList).get(next);
  }
};

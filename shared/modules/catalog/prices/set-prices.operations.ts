import { list, mutation, object, optional, records, ref, text } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { priceSpot } from './price-spot.rules.ts';
import { Price, priceEntry, priceTargets, SpecialPrice } from './price.entity.ts';

const pricesToSet = list(
  object('PriceToSet', {
    ...priceTargets,
    entries: list(priceEntry, { max: 50, describes: 'Its prices; they take the place of those that were there.' }),
  }),
  { max: 100, describes: 'The prices.' },
);

export const setPrices = mutation('setPrices', {
  describes:
    'Writes many prices of a list or a group at once, at most 100: those that are there are replaced, others are made.',
  needs: 'price.update',
  input: {
    list: optional(ref('PriceList', { describes: 'The list.' })),
    group: optional(text({ max: 80, describes: 'The group of customers.' })),
    prices: pricesToSet,
  },
  returns: { prices: records(Price, 'As they are now.') },
  fails: ['ONE_HOLDER', 'ONE_TARGET', 'PRICE_OR_PERCENT'],
  run: async ({ prices, ...holder }, { data }) => {
    const drafts = prices.map((price) => ({ ...holder, ...price }));
    const known = await data(Price).findAllUnique('place', drafts.map(priceSpot));
    return { prices: drafts.map((draft) => written(draft, known.get(priceSpot(draft)), data(Price))) };
  },
});

export const setSpecialPrices = mutation('setSpecialPrices', {
  describes:
    'Writes many prices of one customer at once, at most 100: those that are there are replaced, others are made. The customer must be visible to you.',
  needs: 'specialPrice.update',
  input: { account: ref('Account', { describes: 'The customer.' }), prices: pricesToSet },
  returns: { prices: records(SpecialPrice, 'As they are now.') },
  fails: ['ONE_TARGET', 'PRICE_OR_PERCENT'],
  run: async ({ account, prices }, { data }) => {
    const drafts = prices.map((price) => ({ account, ...price }));
    const [known] = await Promise.all([
      data(SpecialPrice).findAllUnique('place', drafts.map(priceSpot)),
      data(Account).get(account),
    ]);
    return { prices: drafts.map((draft) => written(draft, known.get(priceSpot(draft)), data(SpecialPrice))) };
  },
});

/** What writing needs of the prices of either kind. */
type Written<Draft extends { readonly entries: unknown }, Known> = {
  create(draft: Draft): Known;
  update(known: Known, changes: Pick<Draft, 'entries'>): Known;
  restore(known: Known): Known;
};

const written = <Draft extends { readonly entries: unknown }, Known extends { readonly archivedAt?: unknown }>(
  draft: Draft,
  known: Known | undefined,
  prices: Written<Draft, Known>,
): Known => {
  if (!known) return prices.create(draft);
  const { entries } = draft;
  return prices.update(known.archivedAt === undefined ? known : prices.restore(known), { entries });
};

import { change, creation, DomainError, ref, versionInput, type Context } from '#kernel';
import { PriceList, type PriceListRow } from './price-list.entity.ts';

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

import { change, creation, DomainError, given, readOn, recordInput, type ChangesOf, type Context } from '#kernel';
import { PriceList, type PriceListRow } from './price-list.entity.ts';

/** Lists one upon the other, at most (domain 2.3). */
const mostLists = 5;
/** Lists of a tenant, at most. */
const mostOfTenant = 500;

const fails = ['PRICE_LIST_CYCLE', 'TOO_MANY_PRICE_LISTS', 'DEFAULT_EXISTS'] as const;

export const createPriceList = creation(PriceList, 'createPriceList', {
  describes: 'Makes a price list.',
  needs: 'priceList.create',
  input: {},
  returns: PriceList,
  fails,
  run: async ({ values }, context) => {
    await Promise.all([assertChain(values.basedOn, undefined, context), assertOneDefault(values, undefined, context)]);
    return context.data(PriceList).create(values);
  },
});

export const updatePriceList = change(PriceList, 'updatePriceList', {
  describes: 'Changes a price list: absent fields stay, null clears. Documents that were priced keep their prices.',
  needs: 'priceList.update',
  input: recordInput('PriceList'),
  returns: PriceList,
  fails,
  run: async ({ id, changes }, context) => {
    const found = await context.data(PriceList).get(id);
    await Promise.all([
      assertChain(changes.basedOn ?? undefined, id, context),
      assertOneDefault(afterChange(found, changes), id, context),
    ]);
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

type Term = Pick<PriceListRow, 'isDefault' | 'channel' | 'validFrom' | 'validTo'>;

/** What a change leaves of what makes it a default list: null clears. */
const afterChange = (found: PriceListRow, changes: ChangesOf<typeof PriceList>): Term => {
  const { isDefault, channel, validFrom, validTo } = { ...found, ...changes };
  return {
    isDefault,
    ...given({ channel: channel ?? undefined, validFrom: validFrom ?? undefined, validTo: validTo ?? undefined }),
  };
};

/** Of several default lists nobody could say which counts. @throws DEFAULT_EXISTS */
const assertOneDefault = async (term: Partial<Term>, self: string | undefined, { trusted }: Context): Promise<void> => {
  if (term.isDefault !== true) return;
  const { rows } = await readOn((asked) => trusted(PriceList).page('all', asked), mostOfTenant);
  const other = rows.find((row) => row.id !== self && row.isDefault && row.archivedAt === undefined && meet(row, term));
  if (other)
    throw new DomainError('DEFAULT_EXISTS', `${other.name} is the default list of that time and channel.`, [
      'isDefault',
    ]);
};

const meet = (one: Partial<Term>, other: Partial<Term>): boolean =>
  one.channel === other.channel &&
  (one.validFrom ?? '') <= (other.validTo ?? '9999') &&
  (other.validFrom ?? '') <= (one.validTo ?? '9999');

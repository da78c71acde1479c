import { change, creation, DomainError, given, recordInput, type ChangesOf, type Context } from '#kernel';
import { settleFor } from './family.operations.ts';
import { Product, type ProductRow } from './product.entity.ts';

const fails = [
  'NEGATIVE_AMOUNT',
  'NEITHER_SOLD_NOR_BOUGHT',
  'UNIT_TWICE',
  'OWN_VARIANT',
  'NO_VARIANT',
  'OWN_PART',
  'VARIANT_OF_VARIANT',
  'BUNDLE_OF_BUNDLE',
  'BAD_CHARACTERISTIC',
  'CHARACTERISTIC_MISSING',
] as const;

export const createProduct = creation(Product, 'createProduct', {
  describes: 'Makes a product: goods or a service, a variant of another, or a bundle of others.',
  needs: 'product.create',
  input: {},
  returns: Product,
  fails,
  run: async ({ values }, context) => {
    const [characteristics] = await Promise.all([settleFor(context, values), assertRelations(values, context)]);
    return context.data(Product).create({ ...values, ...given({ characteristics }) });
  },
});

export const updateProduct = change(Product, 'updateProduct', {
  describes: 'Changes a product: absent fields stay, null clears.',
  needs: 'product.update',
  input: recordInput('Product'),
  returns: Product,
  fails,
  run: async ({ id, changes }, context) => {
    const product = await context.data(Product).get(id);
    const [technical] = await Promise.all([
      technicalAfter(context, product, changes),
      assertRelations(changes, context),
    ]);
    return context.data(Product).update(product, { ...changes, ...technical });
  },
});

/** Technical data is looked at again where it, or the family that asks for it, changes. */
const technicalAfter = async (
  context: Context,
  product: ProductRow,
  changes: ChangesOf<typeof Product>,
): Promise<Pick<ChangesOf<typeof Product>, 'characteristics'>> => {
  if (changes.family === undefined && changes.characteristics === undefined) return {};
  const { family = product.family, characteristics = product.characteristics } = changes;
  const after = given({ family: family ?? undefined, characteristics: characteristics ?? undefined });
  const settled = await settleFor(context, after);
  return given({ characteristics: characteristics === null ? null : settled });
};

type Relations = {
  readonly variantOf?: string | null;
  readonly bundle?: readonly { readonly product: string }[] | null;
};

/** Variants and bundles are one level deep, so that a price or a stock is found with one look. */
const assertRelations = async ({ variantOf, bundle }: Relations, { data }: Context): Promise<void> => {
  const ids = [...(variantOf ? [variantOf] : []), ...(bundle ?? []).map(({ product }) => product)];
  if (ids.length === 0) return;
  const found = await data(Product).getMany(ids);
  if (variantOf && found.get(variantOf)?.variantOf !== undefined)
    throw new DomainError('VARIANT_OF_VARIANT', 'It is a variant itself; name the product that it belongs to.', [
      'variantOf',
    ]);
  if ((bundle ?? []).some(({ product }) => (found.get(product)?.bundle ?? []).length > 0))
    throw new DomainError('BUNDLE_OF_BUNDLE', 'A bundle does not hold another one; name what is in it.', ['bundle']);
};

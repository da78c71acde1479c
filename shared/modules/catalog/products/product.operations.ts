import { change, creation, DomainError, ref, versionInput, type Context } from '#kernel';
import { Product } from './product.entity.ts';

const fails = [
  'NEGATIVE_AMOUNT',
  'NEITHER_SOLD_NOR_BOUGHT',
  'UNIT_TWICE',
  'OWN_VARIANT',
  'NO_VARIANT',
  'OWN_PART',
  'VARIANT_OF_VARIANT',
  'BUNDLE_OF_BUNDLE',
] as const;

export const createProduct = creation(Product, 'createProduct', {
  describes: 'Makes a product: goods or a service, a variant of another, or a bundle of others.',
  needs: 'product.create',
  input: {},
  returns: Product,
  fails,
  run: async ({ values }, context) => {
    await assertFamily(values, context);
    return context.data(Product).create(values);
  },
});

export const updateProduct = change(Product, 'updateProduct', {
  describes: 'Changes a product: absent fields stay, null clears.',
  needs: 'product.update',
  input: { id: ref('Product', { describes: 'Which one.' }), version: versionInput },
  returns: Product,
  fails,
  run: async ({ id, changes }, context) => {
    const product = await context.data(Product).get(id);
    await assertFamily(changes, context);
    return context.data(Product).update(product, changes);
  },
});

type Family = {
  readonly variantOf?: string | null;
  readonly bundle?: readonly { readonly product: string }[] | null;
};

/** Variants and bundles are one level deep, so that a price or a stock is found with one look. */
const assertFamily = async ({ variantOf, bundle }: Family, { data }: Context): Promise<void> => {
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

import { change, creation, ref, versionInput } from '#kernel';
import { Product } from './product.entity.ts';

const fails = ['NEGATIVE_AMOUNT', 'NEITHER_SOLD_NOR_BOUGHT'] as const;

export const createProduct = creation(Product, 'createProduct', {
  describes: 'Makes a product: goods or a service.',
  needs: 'product.create',
  input: {},
  returns: Product,
  fails,
  run: ({ values }, { data }) => Promise.resolve(data(Product).create(values)),
});

export const updateProduct = change(Product, 'updateProduct', {
  describes: 'Changes a product: absent fields stay, null clears.',
  needs: 'product.update',
  input: { id: ref('Product', { describes: 'Which one.' }), version: versionInput },
  returns: Product,
  fails,
  run: async ({ id, changes }, { data }) => data(Product).update(await data(Product).get(id), changes),
});

import { module } from '#kernel';
import { masterPoint } from '#modules/platform/exchange';
import { productMasters } from './masters.rules.ts';
import { Product } from './product.entity.ts';
import { createProduct, updateProduct } from './product.operations.ts';

/** What we sell and buy. */
export const products = module('catalog/products', {
  entities: [Product],
  operations: [createProduct, updateProduct],
  contributes: { [masterPoint]: productMasters },
});
export { Product, type ProductRow } from './product.entity.ts';

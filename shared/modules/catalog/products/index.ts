import { module } from '#kernel';
import { masterPoint } from '#modules/platform/exchange';
import { productMasters } from './masters.rules.ts';
import { compareProducts, familyCharacteristics, findProducts } from './family.operations.ts';
import { ProductFamily } from './product-family.entity.ts';
import { Product } from './product.entity.ts';
import { createProduct, updateProduct } from './product.operations.ts';

/** What we sell and buy. */
export const products = module('catalog/products', {
  entities: [Product, ProductFamily],
  operations: [createProduct, updateProduct, familyCharacteristics, findProducts, compareProducts],
  contributes: {
    [masterPoint]: productMasters,
    'role-grants': [{ roles: ['manager', 'seller', 'support'], entities: { ProductFamily: { read: 'all' } } }],
  },
});
export { Product, type ProductRow } from './product.entity.ts';
export { ancestorsOf, isWithin } from './family-paths.rules.ts';
export { ProductFamily, type ProductFamilyRow } from './product-family.entity.ts';
export { productsWithin } from './family.operations.ts';

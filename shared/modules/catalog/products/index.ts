import { module } from '#kernel';
import { Product } from './product.entity.ts';

/** What we sell and buy. */
export const products = module('catalog/products', { entities: [Product] });
export { Product, type ProductRow } from './product.entity.ts';

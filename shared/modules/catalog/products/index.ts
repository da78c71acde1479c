import { module } from '#kernel';
import { Product } from './product.entity.ts';
import { createProduct, updateProduct } from './product.operations.ts';

/** What we sell and buy. */
export const products = module('catalog/products', { entities: [Product], operations: [createProduct, updateProduct] });
export { Product, type ProductRow } from './product.entity.ts';

import { module } from '#kernel';
import { masterPoint, type Master } from '#modules/platform/exchange';
import { availability } from './availability.operations.ts';
import { StockLevel } from './stock-level.entity.ts';

const stock: Master = {
  kind: 'STOCK',
  describes: 'What lies in the warehouses of the other system, one row a product and warehouse.',
  entity: 'StockLevel',
  makes: true,
};

/** Stock, as the system that counts it tells. */
export const stockLevels = module('catalog/stock', {
  entities: [StockLevel],
  operations: [availability],
  contributes: {
    [masterPoint]: [stock],
    'role-grants': [{ roles: ['manager', 'seller', 'support'], entities: { StockLevel: { read: 'all' } } }],
  },
});
export { StockLevel, type StockLevelRow } from './stock-level.entity.ts';

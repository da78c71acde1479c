import { module } from '#kernel';
import { masterPoint, type Master } from '#modules/platform/exchange';
import { availability } from './availability.operations.ts';
import { StockLevel } from './stock-level.entity.ts';
import { StockMovement } from './stock-movement.entity.ts';
import { Warehouse } from './warehouse.entity.ts';

const stock: Master = {
  kind: 'STOCK',
  describes: 'What lies in the warehouses of the other system, one row a product and warehouse.',
  entity: 'StockLevel',
  makes: true,
};

const readable = { StockLevel: { read: 'all' }, Warehouse: { read: 'all' }, StockMovement: { read: 'all' } } as const;

/** Warehouses and stock: as the system that counts it tells, less what our own orders have promised and taken since. */
export const stockLevels = module('catalog/stock', {
  entities: [Warehouse, StockLevel, StockMovement],
  operations: [availability],
  contributes: {
    [masterPoint]: [stock],
    'role-grants': [{ roles: ['manager', 'seller', 'support'], entities: readable }],
  },
});
export { shownLevel } from './availability.operations.ts';
export { changeStock, levelsAt, noteMovement, type StockChange, type StockItem } from './move-stock.operations.ts';
export { freeOf } from './stock.rules.ts';
export { placeOf, StockLevel, type StockLevelRow } from './stock-level.entity.ts';
export { StockMovement, type MovementReason, type StockMovementRow } from './stock-movement.entity.ts';
export { Warehouse, type WarehouseRow } from './warehouse.entity.ts';
export { assertWarehouses, defaultWarehouse } from './warehouses.operations.ts';

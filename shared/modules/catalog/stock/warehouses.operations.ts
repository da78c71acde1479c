import { DomainError, type Context } from '#kernel';
import { Warehouse, type WarehouseRow } from './warehouse.entity.ts';

/** Warehouses from which goods leave, at most. */
const mostWarehouses = 100;

/** The warehouse that orders leave from when they name none; the first by code of those that say so. */
export const defaultWarehouse = async ({ trusted }: Context): Promise<WarehouseRow | undefined> => {
  const { rows } = await trusted(Warehouse).page('byStanding', { of: 'ACTIVE', first: mostWarehouses });
  return rows.find(({ isDefault }) => isDefault);
};

/** Whether goods leave from all of these. @throws WAREHOUSE_UNKNOWN, WAREHOUSE_INACTIVE */
export const assertWarehouses = async ({ trusted }: Context, codes: readonly string[]): Promise<void> => {
  const asked = [...new Set(codes)];
  if (asked.length === 0) return;
  const known = await trusted(Warehouse).findAllUnique('code', asked);
  for (const code of asked) {
    const warehouse = known.get(code);
    if (!warehouse) throw new DomainError('WAREHOUSE_UNKNOWN', `There is no warehouse ${code}.`, ['warehouse']);
    if (!warehouse.active || warehouse.archivedAt !== undefined)
      throw new DomainError('WAREHOUSE_INACTIVE', `No goods leave from ${warehouse.name}.`, ['warehouse']);
  }
};

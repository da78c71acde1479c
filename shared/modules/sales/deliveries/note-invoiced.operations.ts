import type { Context } from '#kernel';
import { withMore } from './delivery-lines.operations.ts';
import { Delivery, type DeliveryRow } from './delivery.entity.ts';
import type { LineQuantity } from './delivery.rules.ts';

/** Counts lines of a delivery that go on an invoice or a draft, in the caller's write; negative quantities take that back. */
export const noteDeliveryInvoiced = async (
  { trusted }: Context,
  id: string,
  lines: readonly LineQuantity[],
): Promise<DeliveryRow> => {
  const delivery = await trusted(Delivery).get(id);
  const changes = { lines: withMore(delivery.lines, 'invoiced', lines) };
  return trusted(Delivery).update(delivery, changes, { event: 'delivery.invoiced', evenFrozen: true });
};

import { DomainError, type Context } from '#kernel';
import { compareDecimals } from '#kernel/decimals';
import { withMore } from './delivery-lines.operations.ts';
import { Delivery, type DeliveryRow } from './delivery.entity.ts';
import { isSome, less, type LineQuantity } from './delivery.rules.ts';

/**
 * Counts lines of a delivery that go on an invoice or a draft, in the caller's write; negative quantities take that back.
 * @throws INVALID_STATE, OVER_INVOICED
 */
export const noteDeliveryInvoiced = async (
  { trusted }: Context,
  id: string,
  lines: readonly LineQuantity[],
): Promise<DeliveryRow> => {
  const delivery = await trusted(Delivery).get(id);
  const after = { ...delivery, lines: withMore(delivery.lines, 'invoiced', lines) };
  assertInvoiceable(after, new Set(lines.filter(({ quantity }) => isSome(quantity)).map(({ key }) => key)));
  return trusted(Delivery).update(delivery, { lines: after.lines }, { event: 'delivery.invoiced', evenFrozen: true });
};

/** Of the lines that are put on an invoice no more than the customer keeps. */
const assertInvoiceable = ({ status, lines }: DeliveryRow, keys: ReadonlySet<string>): void => {
  if (keys.size === 0) return;
  if (status === 'CANCELLED')
    throw new DomainError('INVALID_STATE', 'It is CANCELLED; what was delivered is invoiced.', ['delivery']);
  const over = lines.find(
    ({ key, quantity, returned, invoiced }) => keys.has(key) && compareDecimals(invoiced, less(quantity, returned)) > 0,
  );
  if (over)
    throw new DomainError(
      'OVER_INVOICED',
      `Of line ${over.key} ${less(over.quantity, over.returned)} may be invoiced, and ${over.invoiced} would be.`,
      ['lines', over.key, 'quantity'],
    );
};

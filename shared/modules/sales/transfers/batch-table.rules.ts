// The table by which a wholesaler gets its orders: a row for each line.
import { toDecimal } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import type { TransferLine, TransferOrderRow } from './transfer-order.entity.ts';

const headings = {
  es: [
    ...['Pedido', 'Fecha', 'Código de cliente', 'Cliente', 'RUC/NIF', 'Sucursal', 'Referencia', 'Código de producto'],
    ...['Descripción', 'Cantidad', 'Unidad', 'Precio', 'Descuento %', 'Precio neto', 'Importe neto', 'Moneda'],
  ],
  en: [
    ...['Order', 'Date', 'Customer number', 'Customer', 'Tax id', 'Branch', 'Reference', 'Product code'],
    ...['Description', 'Quantity', 'Unit', 'Price', 'Discount %', 'Net price', 'Net amount', 'Currency'],
  ],
} as const;

/** An order with what the wholesaler must know of its customer. */
export type BatchedOrder = {
  readonly transfer: TransferOrderRow;
  readonly day: string;
  readonly customer: { readonly name: string; readonly taxId?: string };
  readonly reference?: string;
};

/** The rows of a batch, the headings first. */
export const batchRows = (
  orders: readonly BatchedOrder[],
  locale: keyof typeof headings,
): readonly (readonly string[])[] => [
  headings[locale],
  ...orders.flatMap((order) => order.transfer.lines.map((line) => rowOf(order, line))),
];

const rowOf = ({ transfer, day, customer, reference = '' }: BatchedOrder, line: TransferLine): readonly string[] => [
  ...[
    transfer.number,
    day,
    transfer.customerCode,
    customer.name,
    customer.taxId ?? '',
    transfer.branch ?? '',
    reference,
  ],
  ...[line.code ?? '', line.description ?? '', line.quantity, line.unit ?? '', line.unitPrice],
  ...[discountPercent(line), netPrice(line), toDecimal(line.base), line.base.currency],
];

/** All that was taken off, as one percentage. */
const discountPercent = ({ gross, base }: TransferLine): string =>
  gross.minor === 0
    ? '0'
    : decimalText(new Exact(gross.minor - base.minor).times(100).div(gross.minor).toDecimalPlaces(4));

const netPrice = ({ base, quantity }: TransferLine): string =>
  decimalText(new Exact(toDecimal(base)).div(quantity).toDecimalPlaces(6));

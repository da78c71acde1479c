import {
  boolean,
  date,
  decimal,
  defaulted,
  DomainError,
  given,
  list,
  mutation,
  object,
  recordInput,
  text,
  type Context,
} from '#kernel';
import { compareDecimals } from '#kernel/decimals';
import { closeOrder, noteDelivered } from '#modules/sales/orders';
import { TransferServing } from './transfer-ledger.entity.ts';
import { TransferOrder, type TransferLine, type TransferOrderRow } from './transfer-order.entity.ts';
import { amountsOf, isServed, servedShare, withServed } from './transfer.rules.ts';

type ServedLine = { readonly key: string; readonly quantity: string };
type Report = { readonly lines: readonly ServedLine[]; readonly servedOn: string; readonly invoiceNumber: string };

export const reportServed = mutation('reportServed', {
  describes:
    'Notes what the wholesaler says that it has served with one of its invoices. The same report once more changes nothing. When all that it takes is served, or nothing more will be, the order is SERVED.',
  needs: 'transferOrder.report',
  input: {
    ...recordInput('TransferOrder'),
    invoiceNumber: text({ min: 1, max: 60, describes: 'The wholesaler’s invoice.' }),
    servedOn: date({ describes: 'On which day.' }),
    lines: list(
      object('ServedQuantity', {
        key: text({ max: 30, describes: 'Which line.' }),
        quantity: decimal({ min: '0.000001', describes: 'How many.' }),
      }),
      { max: 90, describes: 'What was served.' },
    ),
    isFinal: defaulted(boolean({ describes: 'Whether nothing more will be served.' }), false),
  },
  returns: TransferOrder,
  fails: ['LINE_NOT_FOUND', 'LINE_TWICE', 'OVER_SERVED', 'ALREADY_REPORTED', 'NOTHING_SERVED'],
  run: async ({ id, isFinal, ...report }, context) => {
    const transfer = await context.data(TransferOrder).get(id);
    assertReport(context, report);
    const fresh = await notReported(context, transfer, report);
    if (fresh.length === 0 && !isFinal && report.lines.length > 0) return transfer;
    assertAcknowledged(transfer);
    return serve(context, transfer, { ...report, lines: fresh }, isFinal);
  },
});

const assertReport = ({ clock }: Context, { lines, servedOn }: Report): void => {
  if (servedOn > clock.today()) throw new DomainError('BAD_INPUT', 'That day has not come yet.', ['servedOn']);
  if (new Set(lines.map(({ key }) => key)).size < lines.length)
    throw new DomainError('LINE_TWICE', 'A line is named twice.', ['lines']);
};

const assertAcknowledged = ({ status }: TransferOrderRow): void => {
  if (status !== 'ACKNOWLEDGED' && status !== 'PARTIALLY_SERVED')
    throw new DomainError('INVALID_STATE', `It is ${status}; what the wholesaler has taken is served.`, ['id']);
};

const placeOf = (transfer: string, invoiceNumber: string, line: string): string =>
  `${transfer}#${invoiceNumber}#${line}`;

/** The lines of a report that no report has told before. @throws ALREADY_REPORTED with another quantity */
const notReported = async (
  { trusted }: Context,
  { id }: TransferOrderRow,
  { lines, invoiceNumber }: Report,
): Promise<readonly ServedLine[]> => {
  const places = lines.map(({ key }) => placeOf(id, invoiceNumber, key));
  const known = await trusted(TransferServing).findAllUnique('place', places);
  return lines.filter(({ key, quantity }, index) => {
    const told = known.get(placeOf(id, invoiceNumber, key));
    if (told && compareDecimals(told.quantity, quantity) !== 0)
      throw new DomainError('ALREADY_REPORTED', `Of line ${key} ${told.quantity} were reported with this invoice.`, [
        ...['lines', index, 'quantity'],
      ]);
    return !told;
  });
};

const serve = async (
  context: Context,
  transfer: TransferOrderRow,
  report: Report,
  isFinal: boolean,
): Promise<TransferOrderRow> => {
  const lines = servedLines(context, transfer, report);
  const amounts = amountsOf(lines, transfer.agreed.currency);
  if (amounts.servedNet.minor === 0 && lines.every(({ served }) => served === '0'))
    throw new DomainError('NOTHING_SERVED', 'Nothing was served of it.', ['lines']);
  const isDone = isFinal || isServed(lines);
  await noteOrder(context, transfer, report.lines, isDone);
  const changes = { lines, ...amounts };
  if (isDone) return context.data(TransferOrder).move(transfer, 'SERVED', changes);
  return transfer.status === 'PARTIALLY_SERVED'
    ? context.data(TransferOrder).update(transfer, changes, { event: 'transferOrder.partlyServed' })
    : context.data(TransferOrder).move(transfer, 'PARTIALLY_SERVED', changes);
};

/** The lines with what was served, and a row of the ledger for each. */
const servedLines = (
  { trusted }: Context,
  { id, account, wholesaler, lines }: TransferOrderRow,
  { lines: reported, servedOn, invoiceNumber }: Report,
): readonly TransferLine[] => {
  const byKey = new Map(lines.map((line) => [line.key, line]));
  reported.forEach(({ key, quantity }, index) => {
    const line = byKey.get(key);
    if (!line) throw new DomainError('LINE_NOT_FOUND', `There is no line ${key}.`, ['lines', index, 'key']);
    byKey.set(key, withServed(line, quantity, index));
    trusted(TransferServing).create({
      ...given({ transferOrder: id, account, wholesaler, line: key, product: line.substitute ?? line.product }),
      ...{ quantity, servedOn, invoiceNumber, place: placeOf(id, invoiceNumber, key) },
      ...servedShare(line, line.served, quantity),
    });
  });
  return [...byKey.values()];
};

/** The customer's order knows what arrived; what will never come is not wanted any more. */
const noteOrder = async (
  context: Context,
  { order: id }: TransferOrderRow,
  lines: readonly ServedLine[],
  isDone: boolean,
): Promise<void> => {
  const order = await noteDelivered(context, id, lines);
  if (isDone && order.status === 'CONFIRMED')
    await context.run(closeOrder, { id, version: order.version, reason: closing[context.actor.locale] });
};

const closing = { es: 'El mayorista no sirve más', en: 'The wholesaler serves no more' } as const;

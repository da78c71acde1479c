// Where an order is, from the quantities of its lines.
import { moneyOf, sum, type Money } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { dayAfter, dayStart } from '#modules/platform/settings';

/** How far a document is along one way. */
export const axes = ['NONE', 'PARTIAL', 'COMPLETE'] as const;
/** How far a document is along one way. */
export type Axis = (typeof axes)[number];

/** The quantities of a line. */
export type LineQuantities = {
  readonly quantity: string;
  readonly delivered: string;
  readonly returned: string;
  readonly invoiced: string;
  readonly cancelled: string;
};

type Quantities = LineQuantities & { readonly total: Money; readonly expectedOn?: string };

/** The part of an order that its state follows from. */
export type OrderState = {
  readonly status: string;
  readonly type: string;
  readonly total: Money;
  readonly lines: readonly Quantities[];
  readonly timeZone: string;
  readonly toldLateOn?: string;
};

/** What a line is for: what was ordered, less what is not wanted any more. */
export const wantedOf = ({ quantity, cancelled }: LineQuantities): string =>
  decimalText(new Exact(quantity).minus(cancelled));

/** What may still be delivered of a line. */
export const undeliveredOf = (line: LineQuantities): string =>
  decimalText(Exact.max(0, new Exact(wantedOf(line)).minus(line.delivered)));

/** What may still be invoiced of a line: what came back before it was invoiced never is. */
export const uninvoicedOf = (line: LineQuantities): string =>
  decimalText(Exact.max(0, new Exact(wantedOf(line)).minus(line.returned).minus(line.invoiced)));

/** What may be cancelled of a line: what was neither delivered nor invoiced. */
export const cancellableOf = (line: LineQuantities): string =>
  decimalText(Exact.max(0, new Exact(wantedOf(line)).minus(Exact.max(line.delivered, line.invoiced))));

/** Whether we invoice orders of the type. */
export const isInvoiced = (type: string): boolean => type === 'STANDARD';

const isNothing = (quantity: string): boolean => new Exact(quantity).isZero();

const axisOf = (
  lines: readonly LineQuantities[],
  done: (line: LineQuantities) => string,
  left: (line: LineQuantities) => string,
): Axis => {
  const alive = lines.filter((line) => !isNothing(wantedOf(line)));
  if (alive.every((line) => isNothing(done(line)))) return 'NONE';
  return alive.every((line) => isNothing(left(line))) ? 'COMPLETE' : 'PARTIAL';
};

/** How far it is delivered and invoiced. */
export const progressOf = (lines: readonly LineQuantities[]) => ({
  fulfilment: axisOf(lines, ({ delivered }) => delivered, undeliveredOf),
  invoicing: axisOf(lines, ({ invoiced }) => invoiced, uninvoicedOf),
});

/** Whether nothing is left to be done: all delivered, and all invoiced that we invoice. */
export const isComplete = ({ type, lines }: Pick<OrderState, 'type' | 'lines'>): boolean => {
  const { fulfilment } = progressOf(lines);
  return fulfilment === 'COMPLETE' && (!isInvoiced(type) || lines.every((line) => isNothing(uninvoicedOf(line))));
};

/** What is still to be invoiced, line by line in shares of what each comes to. */
export const uninvoicedAmount = ({ type, total, lines }: Pick<OrderState, 'type' | 'total' | 'lines'>): Money =>
  isInvoiced(type) ? sum(lines.map(openShare), total.currency) : moneyOf(0, total.currency);

const openShare = (line: Quantities): Money =>
  isNothing(line.quantity)
    ? moneyOf(0, line.total.currency)
    : moneyOf(
        new Exact(line.total.minor).times(uninvoicedOf(line)).div(line.quantity).toDecimalPlaces(0).toNumber(),
        line.total.currency,
      );

const lineDays = (lines: readonly Quantities[]): readonly string[] =>
  lines
    .filter((line) => !isNothing(undeliveredOf(line)))
    .flatMap(({ expectedOn }) => expectedOn ?? [])
    .sort();

/** What follows from the lines of an order. */
export const prepareOrder = (order: OrderState) => {
  const [nextExpectedOn] = order.status === 'CONFIRMED' ? lineDays(order.lines) : [];
  const isTold = nextExpectedOn === undefined || nextExpectedOn === order.toldLateOn;
  return {
    ...progressOf(order.lines),
    uninvoiced: order.status === 'CANCELLED' ? moneyOf(0, order.total.currency) : uninvoicedAmount(order),
    nextExpectedOn: nextExpectedOn ?? null,
    lateAt: isTold ? null : dayStart(dayAfter(nextExpectedOn, 1), order.timeZone),
  };
};

/** A closed order still asks for work while something that was delivered is to be invoiced. */
export const isOpenOrder = ({ status, uninvoiced }: { readonly status: string; readonly uninvoiced: Money }): boolean =>
  status !== 'CANCELLED' && (status !== 'CLOSED' || uninvoiced.minor > 0);

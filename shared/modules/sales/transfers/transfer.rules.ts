// What a transfer order comes to as the wholesaler answers and serves it. Pure.
import { add, DomainError, subtract, sum, zero, type Money } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { shareOfLine, type StoredLine } from '#modules/catalog/pricing';

/** What a wholesaler says of a line. */
export const answers = ['ACCEPTED', 'BACKORDER', 'REFUSED', 'SUBSTITUTED'] as const;

/** A line, as far as the wholesaler goes. */
type Line = StoredLine & {
  readonly answer?: (typeof answers)[number];
  readonly accepted: string;
  readonly served: string;
};

/** A line as it is handed over, with so much of it as is wanted: nothing is known of it yet. */
export const handedOver = (line: StoredLine, wanted: string) => ({
  ...shareOfLine(line, { before: '0', quantity: wanted }),
  ...{ accepted: wanted, served: '0' },
});

/** What the lines come to: agreed, served at what was agreed, and our discounts on what was served. */
export const amountsOf = (lines: readonly Line[], currency: string) => {
  const served = lines.map((line) => servedShare(line, '0', line.served));
  const all = (amounts: readonly Money[]): Money => amounts.reduce(add, zero(currency));
  return {
    agreed: sum(
      lines.map(({ base }) => base),
      currency,
    ),
    servedNet: all(served.map(({ net }) => net)),
    compensation: all(served.map(({ compensation }) => compensation)),
  };
};

/** What so many of a line are worth behind those that were served before: parts add up to the line. */
export const servedShare = (line: StoredLine, before: string, quantity: string) => {
  const { base, gross } = shareOfLine(line, { before, quantity });
  return { net: base, compensation: subtract(gross, base) };
};

/** What a wholesaler said of a line. */
export type LineAnswer = {
  readonly key: string;
  readonly answer: (typeof answers)[number];
  readonly quantity?: string;
  readonly substitute?: string;
};

/** How many of a line will be served by an answer. @throws OVER_ACCEPTED, SUBSTITUTE_MISSING */
export const acceptedBy = (line: Line, { answer, quantity, substitute }: LineAnswer, index: number): string => {
  if (answer === 'REFUSED') return '0';
  if (answer === 'SUBSTITUTED' && substitute === undefined)
    throw new DomainError('SUBSTITUTE_MISSING', 'Say which product is served in its place.', [
      'lines',
      index,
      'substitute',
    ]);
  if (quantity !== undefined && new Exact(quantity).gt(line.quantity))
    throw new DomainError('OVER_ACCEPTED', `Of line ${line.key} only ${line.quantity} are ordered.`, ['lines', index]);
  return quantity ?? line.quantity;
};

/** Whether the wholesaler takes none of it. */
export const isRefused = (lines: readonly Line[]): boolean =>
  lines.every(({ accepted }) => new Exact(accepted).isZero());

/** Whether all that it takes was served. */
export const isServed = (lines: readonly Line[]): boolean =>
  lines.every(({ accepted, served }) => new Exact(served).gte(accepted));

/** A line of which more was served. @throws OVER_SERVED beyond what was ordered */
export const withServed = <Each extends Line>(line: Each, quantity: string, index: number): Each => {
  const served = new Exact(line.served).plus(quantity);
  if (served.gt(line.quantity))
    throw new DomainError(
      'OVER_SERVED',
      `Of line ${line.key} ${line.quantity} are ordered and ${line.served} served.`,
      [...['lines', index, 'quantity']],
    );
  return { ...line, served: decimalText(served) };
};

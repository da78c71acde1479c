// An accepted quote becomes orders, contracts, deliveries or invoices: in one go, or in parts until nothing remains.
import { DomainError, type Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { Quote, type QuoteLine, type QuoteRow } from './quote.entity.ts';

/** So many of a line go into another document. */
export type ConvertedLine = { readonly key: string; readonly quantity: string };
/** A line of an accepted quote of which something remains. */
export type RemainingLine = { readonly line: QuoteLine; readonly remaining: string };

/** What remains of the lines that the customer accepted. */
export const remainingLines = ({ lines }: Pick<QuoteRow, 'lines'>): readonly RemainingLine[] =>
  lines
    .filter(({ counts }) => counts)
    .map((line) => ({ line, remaining: decimalText(new Exact(line.quantity).minus(line.converted)) }))
    .filter(({ remaining }) => new Exact(remaining).greaterThan(0));

/**
 * Notes in the caller's write that lines became another document; all that remains where no lines are named. A negative quantity
 * takes it back, where that document is given up.
 * @throws INVALID_STATE unless it was accepted, LINE_NOT_FOUND, OVER_CONVERTED, NO_LINES when nothing remains
 */
export const noteConverted = async (
  { trusted }: Context,
  quoteId: string,
  lines?: readonly ConvertedLine[],
): Promise<QuoteRow> => {
  const quote = await trusted(Quote).get(quoteId);
  assertAccepted(quote);
  const changes = { lines: convertedLines(quote, lines ?? allRemaining(quote)) };
  return quote.status === 'ACCEPTED'
    ? trusted(Quote).move(quote, 'CONVERTED', changes)
    : trusted(Quote).update(quote, changes, { event: 'quote.converted', evenFrozen: true });
};

const assertAccepted = ({ status }: QuoteRow): void => {
  if (status !== 'ACCEPTED' && status !== 'CONVERTED')
    throw new DomainError('INVALID_STATE', `It is ${status}; an accepted offer is converted.`, ['quote']);
};

const allRemaining = (quote: QuoteRow): readonly ConvertedLine[] =>
  remainingLines(quote).map(({ line, remaining }) => ({ key: line.key, quantity: remaining }));

const convertedLines = (quote: QuoteRow, converted: readonly ConvertedLine[]): readonly QuoteLine[] => {
  if (converted.length === 0) throw new DomainError('NO_LINES', 'Nothing of the offer remains.', ['lines']);
  const remaining = new Map(remainingLines(quote).map((each) => [each.line.key, each.remaining]));
  const taken = new Map<string, InstanceType<typeof Exact>>();
  converted.forEach(({ key, quantity }, index) => {
    const sum = (taken.get(key) ?? new Exact(0)).plus(quantity);
    const left = remaining.get(key) ?? '0';
    const line = quote.lines.find((each) => each.key === key && each.counts);
    if (!line)
      throw new DomainError('LINE_NOT_FOUND', `The customer accepted no line ${key}.`, ['lines', index, 'key']);
    if (sum.greaterThan(left) || sum.plus(line.converted).lessThan(0))
      throw new DomainError('OVER_CONVERTED', `Of line ${key} only ${left} remain.`, ['lines', index, 'quantity']);
    taken.set(key, sum);
  });
  return quote.lines.map((line) => {
    const more = taken.get(line.key);
    return more ? { ...line, converted: decimalText(more.plus(line.converted)) } : line;
  });
};

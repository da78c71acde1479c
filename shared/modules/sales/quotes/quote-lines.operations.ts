// Prices the lines of a quote: those that count make the total; optional ones and alternatives have their price all the same.
import { given, type Accepted, type Context } from '#kernel';
import {
  openPricing,
  withKeys,
  type LineInput,
  type PricingRequest,
  type StoredLine,
  type StoredTotals,
} from '#modules/catalog/pricing';
import type { choiceFields, QuoteLine } from './quote.entity.ts';
import { countedKeys } from './quote.rules.ts';

/** A line as a client gives it. */
export type QuoteLineInput = LineInput & Accepted<typeof choiceFields>;

/** Lines and totals of a quote. */
export type QuotedLines = {
  readonly lines: readonly QuoteLine[];
  readonly totals: StoredTotals;
  readonly total: StoredTotals['total'];
};

/** Prices a quote. @throws what `openPricing` throws, TWO_CHOSEN */
export const quoteLines = async (
  context: Context,
  { headerDiscounts, ...request }: Omit<PricingRequest, 'lines'>,
  asked: readonly QuoteLineInput[],
): Promise<QuotedLines> => {
  const lines = withKeys(asked);
  const counted = countedKeys(lines);
  const pricing = await openPricing(context, { ...request, lines });
  const { totals, ...inTotal } = pricing(({ key }) => counted.has(key), headerDiscounts);
  const others = pricing(({ key }) => !counted.has(key), []);
  const priced = new Map([...inTotal.lines, ...others.lines].map((line) => [line.key, line]));
  return {
    lines: lines.flatMap((line) => lineOf(line, priced.get(line.key), counted.has(line.key))),
    totals,
    total: totals.total,
  };
};

const lineOf = (
  { isOptional, alternative, isChosen, pictures }: QuoteLineInput,
  priced: StoredLine | undefined,
  counts: boolean,
): readonly QuoteLine[] =>
  priced ? [{ ...priced, counts, converted: '0', ...given({ isOptional, alternative, isChosen, pictures }) }] : [];

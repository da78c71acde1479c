// Prices the lines of a quote: those that count make the total; optional ones and alternatives have their price all the same.
import { given, type Accepted, type Context } from '#kernel';
import {
  priceDocument,
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

/** Prices a quote. @throws what `priceDocument` throws, TWO_CHOSEN */
export const quoteLines = async (
  context: Context,
  request: Omit<PricingRequest, 'lines'>,
  given: readonly QuoteLineInput[],
): Promise<QuotedLines> => {
  const asked = given.map((line, index) => ({ ...line, key: line.key ?? String(index + 1) }));
  const counted = countedKeys(asked);
  const [inTotal, others] = await Promise.all([
    priceDocument(context, { ...request, lines: asked.filter(({ key }) => counted.has(key)) }),
    priceDocument(context, { ...request, headerDiscounts: [], lines: asked.filter(({ key }) => !counted.has(key)) }),
  ]);
  const priced = new Map([...inTotal.lines, ...others.lines].map((line) => [line.key, line]));
  return {
    lines: asked.flatMap((line) => lineOf(line, priced.get(line.key), counted.has(line.key))),
    totals: inTotal.totals,
    total: inTotal.totals.total,
  };
};

const lineOf = (
  { isOptional, alternative, isChosen }: QuoteLineInput,
  priced: StoredLine | undefined,
  counts: boolean,
): readonly QuoteLine[] => (priced ? [{ ...priced, counts, ...given({ isOptional, alternative, isChosen }) }] : []);

import type { Context } from '#kernel';
import { NumberSeries } from './number-series.entity.ts';
import { counterOf, formatNumber, plainStyle } from './numbering.rules.ts';

/**
 * The next number of a kind of document, as people see it. It is taken in the same write as the document, so that
 * numbers have no gaps; callers who lose the race for it are run again.
 */
export const takeDocumentNumber = async ({ trusted, nextNumber, clock }: Context, kind: string): Promise<string> => {
  const style = (await trusted(NumberSeries).findUnique('kind', kind)) ?? plainStyle;
  const day = clock.today();
  return formatNumber(await nextNumber(counterOf(kind, style, day)), style, day);
};

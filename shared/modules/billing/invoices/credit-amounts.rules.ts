// A credit note never takes less than nothing. Pure.
import type { Money, Problem } from '#kernel';

/** What of a credit note is below nothing, without taxes line by line and as a whole. */
export const negativeAmounts = (lines: readonly { readonly base: Money }[], total: Money): readonly Problem[] => {
  const message = 'Must be zero or more.';
  const wrong = lines.flatMap(({ base }, index): Problem[] =>
    base.minor < 0 ? [{ code: 'NEGATIVE_AMOUNT', message, path: ['lines', index, 'base'] }] : [],
  );
  return total.minor < 0 ? [...wrong, { code: 'NEGATIVE_AMOUNT', message, path: ['total'] }] : wrong;
};

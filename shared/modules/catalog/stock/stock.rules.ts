import type { Problem } from '#kernel';
import { compareDecimals, decimalText, Exact } from '#kernel/decimals';

/** What can still be promised; never less than nothing. */
export const freeOf = (onHand: string, reserved: string): string => {
  const left = decimalText(new Exact(onHand).minus(reserved));
  return compareDecimals(left, '0') < 0 ? '0' : left;
};

/** What cannot be right. */
export const stockProblems = ({ warehouse }: { readonly warehouse: string }): readonly Problem[] =>
  warehouse.trim() === '' ? [{ code: 'BAD_INPUT', message: 'Say which warehouse.', path: ['warehouse'] }] : [];

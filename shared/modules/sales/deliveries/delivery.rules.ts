// What of an order or a delivery is still to be done, and what cannot be. Pure.
import { DomainError, type Problem } from '#kernel';
import { compareDecimals, decimalText, Exact } from '#kernel/decimals';

/** So much of a line, by the line's key. */
export type LineQuantity = { readonly key: string; readonly quantity: string };

type Transport = { readonly startsOn?: string; readonly endsOn?: string };

/** What is wrong with a delivery as a whole. */
export const deliveryProblems = ({ transport = {} }: { readonly transport?: Transport }): readonly Problem[] =>
  transport.startsOn !== undefined && transport.endsOn !== undefined && transport.endsOn < transport.startsOn
    ? [{ code: 'BAD_INPUT', message: 'It cannot arrive before it leaves.', path: ['transport', 'endsOn'] }]
    : [];

/** One decimal less others; never below nothing. */
export const less = (from: string, ...taken: readonly string[]): string => {
  const left = taken.reduce((rest, each) => rest.minus(each), new Exact(from));
  return left.lt(0) ? '0' : decimalText(left);
};

/** Two decimals together. */
export const plus = (one: string, other: string): string => decimalText(new Exact(one).plus(other));

/** Whether a quantity is more than nothing. */
export const isSome = (quantity: string): boolean => compareDecimals(quantity, '0') > 0;

/** A line of which some may be taken: by its key, how much there was, and how much is left. */
export type Remaining = { readonly key: string; readonly left: string };

/**
 * What is taken of lines: what is asked for, or all that is left where nothing is.
 * @throws LINE_NOT_FOUND, LINE_TWICE, NO_LINES, and `code` where more is asked for than is left
 */
export const takenOf = (
  lines: readonly Remaining[],
  asked: readonly LineQuantity[] | undefined,
  code: 'OVER_DELIVERY' | 'OVER_RETURN',
): readonly LineQuantity[] => {
  const wanted = asked ?? lines.map(({ key, left }) => ({ key, quantity: left }));
  wanted.forEach(({ key, quantity }, index) => {
    const line = lines.find((each) => each.key === key);
    if (!line) throw new DomainError('LINE_NOT_FOUND', `There is no line ${key}.`, ['lines', index, 'key']);
    if (wanted.findIndex((each) => each.key === key) !== index)
      throw new DomainError('LINE_TWICE', `The line ${key} is named twice.`, ['lines', index, 'key']);
    if (compareDecimals(quantity, line.left) > 0)
      throw new DomainError(code, `Of the line ${key} only ${line.left} is left.`, ['lines', index, 'quantity']);
  });
  const taken = wanted.filter(({ quantity }) => isSome(quantity));
  if (taken.length === 0) throw new DomainError('NO_LINES', 'There is nothing left of it.', ['lines']);
  return taken;
};

type Returnable = { readonly quantity: string; readonly returned: string };

/** Where a delivery stands after something came back. */
export const stateAfterReturn = (lines: readonly Returnable[]): 'PARTIALLY_RETURNED' | 'RETURNED' =>
  lines.every(({ quantity, returned }) => compareDecimals(returned, quantity) >= 0) ? 'RETURNED' : 'PARTIALLY_RETURNED';

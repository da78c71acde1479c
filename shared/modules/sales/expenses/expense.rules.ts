import type { Money, Problem } from '#kernel';
import { compareDecimals } from '#kernel/decimals';
import type { Claim } from './allowance.rules.ts';

type Said = Pick<Claim, 'kind' | 'days' | 'distance' | 'amount' | 'exchangeRate'>;

/** What is wrong with an expense by itself. */
export const expenseProblems = ({ kind, days, distance, amount, exchangeRate }: Said): readonly Problem[] => [
  ...missing(kind === 'RECEIPT' && !isMore(amount), 'amount', 'Say what the receipt comes to.'),
  ...missing(kind === 'PER_DIEM' && !isAbove(days), 'days', 'Say how many days.'),
  ...missing(kind === 'MILEAGE' && !isAbove(distance), 'distance', 'Say how many kilometres.'),
  ...missing(exchangeRate !== undefined && !isAbove(exchangeRate), 'exchangeRate', 'A rate is more than nothing.'),
  ...missing(
    kind !== 'RECEIPT' && amount !== undefined && !isMore(amount),
    'amount',
    'An amount is more than nothing.',
  ),
];

const isMore = (amount: Money | undefined): boolean => amount !== undefined && amount.minor > 0;
const isAbove = (value: string | undefined): boolean => value !== undefined && compareDecimals(value, '0') > 0;
const missing = (isMissing: boolean, field: string, message: string): readonly Problem[] =>
  isMissing ? [{ code: 'BAD_INPUT', message, path: [field] }] : [];

/** By what the same receipt is known again: the bytes of its picture, and the number that its merchant gave it. */
export const fingerprintsOf = ({
  merchantTaxId,
  receiptNumber,
  sha256,
}: {
  readonly merchantTaxId?: string;
  readonly receiptNumber?: string;
  readonly sha256?: string;
}): readonly string[] => [
  ...(sha256 === undefined ? [] : [`picture-${sha256}`]),
  ...(merchantTaxId === undefined || receiptNumber === undefined
    ? []
    : [`number-${plain(merchantTaxId)}-${plain(receiptNumber)}`]),
];

const plain = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '');

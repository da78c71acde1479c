// The lines of a credit note, from those of its invoice.
import { add, DomainError, given, sum, toDecimal, type Money } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { remainingOf, shareOfBase, shareOfTotal, shareOfUnits, spread } from './credit-shares.rules.ts';
import type { CreditNoteLine } from './credit-note.entity.ts';
import type { InvoiceLine, LineShare } from './invoice.entity.ts';

/** So many of a line, or an amount of it without taxes. */
export type AskedCredit = { readonly line: string; readonly quantity?: string; readonly amount?: Money };

/** What is to be credited: lines, an amount without taxes over all of them, an amount with taxes, or all that is left. */
export type CreditAsk =
  | { readonly lines: readonly AskedCredit[] }
  | { readonly amount: Money }
  | { readonly total: Money }
  | { readonly all: true };

/** The lines of a credit note. @throws OVER_CREDITED, LINE_NOT_FOUND, LINE_INCOMPLETE, LINE_TWICE, NOTHING_LEFT, BAD_INPUT */
export const creditLines = (lines: readonly InvoiceLine[], ask: CreditAsk): readonly CreditNoteLine[] => {
  const taken = takenBy(lines, ask);
  if (taken.length === 0) throw new DomainError('NOTHING_LEFT', 'Nothing is left to be credited.', ['lines']);
  return taken.map(({ line, share, isReturned }, index) => noteLine(String(index + 1), line, share, isReturned));
};

type Taken = { readonly line: InvoiceLine; readonly share: LineShare; readonly isReturned: boolean };

const takenBy = (lines: readonly InvoiceLine[], ask: CreditAsk): readonly Taken[] => {
  if ('lines' in ask) return askedOf(lines, ask.lines);
  const left = lines.map((line) => ({ line, share: remainingOf(line) }));
  if ('all' in ask)
    return left
      .filter(({ share }) => share.quantity !== '0' || share.base.minor > 0)
      .map((each) => ({ ...each, isReturned: true }));
  const isTotal = 'total' in ask;
  const amounts = isTotal
    ? spread(
        ask.total,
        left.map(({ share }) => totalOf(share)),
      )
    : spread(
        ask.amount,
        left.map(({ share }) => share.base),
      );
  return left.flatMap(({ line, share }, index) => {
    const amount = amounts[index];
    if (!amount || amount.minor === 0) return [];
    return [
      {
        line,
        isReturned: false,
        share: isTotal ? shareOfTotal(share, amount) : shareOfBase(share, amount, ['amount']),
      },
    ];
  });
};

const askedOf = (lines: readonly InvoiceLine[], asked: readonly AskedCredit[]): readonly Taken[] => {
  if (new Set(asked.map(({ line }) => line)).size < asked.length)
    throw new DomainError('LINE_TWICE', 'A line is named twice.', ['lines']);
  return asked.map(({ line: key, quantity, amount }, index) => {
    const line = lines.find((each) => each.key === key);
    if (!line) throw new DomainError('LINE_NOT_FOUND', `The invoice has no line ${key}.`, ['lines', index, 'line']);
    const left = remainingOf(line);
    if (quantity !== undefined)
      return { line, isReturned: true, share: shareOfUnits(left, quantity, ['lines', index, 'quantity']) };
    if (amount !== undefined)
      return { line, isReturned: false, share: shareOfBase(left, someOf(amount, index), ['lines', index, 'amount']) };
    throw new DomainError('LINE_INCOMPLETE', 'Say how many come back, or which amount is credited.', ['lines', index]);
  });
};

const someOf = (amount: Money, index: number): Money => {
  if (amount.minor > 0) return amount;
  throw new DomainError('BAD_INPUT', 'An amount is credited.', ['lines', index, 'amount']);
};

/** What a share comes to with taxes. */
export const totalOf = (share: LineShare): Money => add(share.base, chargedIn(share));

const chargedIn = ({ taxes, base }: LineShare): Money =>
  sum(
    taxes.filter(({ kind }) => kind !== 'WITHHOLDING').map(({ amount }) => amount),
    base.currency,
  );

const noteLine = (key: string, line: InvoiceLine, share: LineShare, isReturned: boolean): CreditNoteLine =>
  given({
    ...{ key, invoiceLine: line.key, product: line.product, code: line.code, unit: line.unit },
    description: line.description ?? line.code ?? line.key,
    unitPrice: unitPriceOf(line, share, isReturned),
    ...share,
    ...{ tax: chargedIn(share), total: totalOf(share), isReturned },
  });

/** The price of the invoice where it makes the amount; after a credit on the price what one is left at. */
const unitPriceOf = (line: InvoiceLine, { quantity, gross }: LineShare, isReturned: boolean): string => {
  const amount = new Exact(toDecimal(gross));
  const isExact = new Exact(line.unitPrice).times(quantity).minus(amount).abs().lessThan('0.01');
  if (isReturned && isExact) return line.unitPrice;
  return new Exact(quantity).isZero() ? decimalText(amount) : decimalText(amount.div(quantity).toDecimalPlaces(6));
};

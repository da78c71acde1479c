// When a document may be issued or voided.
import { DomainError } from '#kernel';
import { dayAfter } from '#modules/platform/settings';

/** Which day a document may have. */
export type DayLimits = { readonly today: string; readonly closedUntil?: string; readonly lastDay?: string };

/** @throws IN_FUTURE, PERIOD_CLOSED, OUT_OF_ORDER */
export const assertDay = (day: string, { today, closedUntil, lastDay }: DayLimits): void => {
  if (day > today) throw new DomainError('IN_FUTURE', 'Nothing is issued ahead of its day.', ['on']);
  assertOpen(day, closedUntil);
  if (lastDay !== undefined && day < lastDay)
    throw new DomainError(
      'OUT_OF_ORDER',
      `The last document of the series is of ${lastDay}; days follow the numbers.`,
      ['on'],
    );
};

/** @throws PERIOD_CLOSED */
export const assertOpen = (day: string, closedUntil: string | undefined): void => {
  if (closedUntil !== undefined && day <= closedUntil)
    throw new DomainError('PERIOD_CLOSED', `The books are closed until ${closedUntil}.`, ['on']);
};

/** An issued invoice, as far as voiding it goes. */
export type Voidable = {
  readonly issuedOn?: string;
  readonly buyer: { readonly isFinalConsumer: boolean };
  readonly paid: { readonly minor: number };
  readonly credited: { readonly minor: number };
  readonly writtenOff: { readonly minor: number };
};

/**
 * Whether an invoice may be voided (domain 3.5): not once something of it is settled; in Ecuador until the seventh of the next
 * month and never what was sold to a final consumer; not at all in Spain. @throws SETTLED_ALREADY, VOID_NOT_ALLOWED
 */
export const assertVoidable = (invoice: Voidable, country: string, today: string): void => {
  if ([invoice.paid, invoice.credited, invoice.writtenOff].some(({ minor }) => minor !== 0))
    throw new DomainError(
      'SETTLED_ALREADY',
      'Something of it was paid, credited or written off; take that back first.',
      ['id'],
    );
  const refusal = refusals[country]?.(invoice, today);
  if (refusal !== undefined)
    throw new DomainError('VOID_NOT_ALLOWED', `${refusal} Make a credit note instead.`, ['id']);
};

const refusals: Readonly<Record<string, (invoice: Voidable, today: string) => string | undefined>> = {
  EC: ({ buyer, issuedOn = '' }, today) => {
    if (buyer.isFinalConsumer) return 'Ecuador voids no invoice to a final consumer.';
    return today > lastDayToVoid(issuedOn) ? 'Ecuador voids until the seventh of the month after.' : undefined;
  },
  ES: () => 'Spain corrects invoices and voids none.',
};

const lastDayToVoid = (issuedOn: string): string => {
  const nextMonth = dayAfter(`${issuedOn.slice(0, 8)}01`, 31).slice(0, 8);
  return `${nextMonth}07`;
};

/** Taxes of a document whose rates do not hold on its day any more; such a draft is priced anew. */
export const staleTaxes = (
  taxes: readonly { readonly code: string; readonly percent: string }[],
  rates: readonly { readonly code: string; readonly percent: string }[],
): readonly string[] =>
  taxes
    .filter(({ code, percent }) => !rates.some((rate) => rate.code === code && rate.percent === percent))
    .map(({ code }) => code);

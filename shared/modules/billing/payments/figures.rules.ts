// The figures by which the collection of receivables is judged (domain.md 16).
import { Decimal } from 'decimal.js';

/** Receivables over a period, in minor units of one currency. */
export type Receivables = {
  /** What was owed before the first day. */
  readonly begin: number;
  /** What was invoiced on account in it. */
  readonly sales: number;
  /** What is owed at its end, and what of that is not yet due. */
  readonly end: number;
  readonly endNotDue: number;
  readonly days: number;
};

const ratio = (part: Decimal.Value, whole: number): string | undefined =>
  whole === 0 ? undefined : new Decimal(part).div(whole).toDecimalPlaces(1, Decimal.ROUND_HALF_UP).toString();

/** Days of sales outstanding: receivables / credit sales x days. Undefined without sales. */
export const daysSalesOutstanding = ({ end, sales, days }: Receivables): string | undefined =>
  ratio(new Decimal(end).times(days), sales);

/** How many of these days are late: those beyond the days that what is not yet due stands for. */
export const averageDaysDelinquent = ({ end, endNotDue, sales, days }: Receivables): string | undefined =>
  ratio(new Decimal(end - endNotDue).times(days), sales);

/** Collection effectiveness, percent: what was collected of what could be. Undefined where nothing could. */
export const collectionEffectiveness = ({ begin, sales, end, endNotDue }: Receivables): string | undefined =>
  ratio(new Decimal(begin + sales - end).times(100), begin + sales - endNotDue);

/** A share in percent, with one decimal: promises kept of those whose day has come. */
export const percentage = (part: number, whole: number): string | undefined =>
  ratio(new Decimal(part).times(100), whole);

// Counts documents for agreements: each once, in the period of its sale, with what it adds to what is due.
import { add, negate, readOn, subtract, sum, zero, type Context, type Money, type PageAsked } from '#kernel';
import type { Movement } from '#modules/billing/earnings';
import { BuyingAccount } from '#modules/catalog/prices';
import { Product } from '#modules/catalog/products';
import { dayAfter, dayStart } from '#modules/platform/settings';
import { AgreementAccrual, type AgreementAccrualRow } from './agreement-accrual.entity.ts';
import { AgreementPeriod, type AgreementPeriodRow } from './agreement-period.entity.ts';
import { Agreement, type AgreementRow } from './agreement.entity.ts';
import { accrueLines, figuresOf, periodAt, type Tally } from './period.rules.ts';
import { countedLines, type CountedLine } from './scope.rules.ts';

/** Agreements of a customer that are looked at. */
const mostAgreements = 100;
/** Entries of a sale that are looked at. */
const mostEntries = 500;

/** The agreements that a sale to an account may count for: its own, and those of its group. */
export const agreementsOf = async (context: Context, account: string): Promise<readonly AgreementRow[]> => {
  const { trusted } = context;
  const customer = await trusted(BuyingAccount).find(account);
  const pages = await Promise.all([
    trusted(Agreement).page('byAccount', { of: account, first: mostAgreements, descending: true }),
    ...(customer?.priceGroup === undefined
      ? []
      : [trusted(Agreement).page('byGroup', { of: customer.priceGroup, first: mostAgreements, descending: true })]),
  ]);
  return pages.flatMap(({ rows }) => rows).filter(({ status }) => status !== 'DRAFT');
};

/**
 * The agreements that something counts for. What takes a sale back does for those that the sale counted for, whatever has become
 * of them and of the group of the customer; on the day of the sale, which may not be counted yet, for those of today too.
 */
export const agreementsFor = async (context: Context, movement: Movement): Promise<readonly AgreementRow[]> => {
  const { isReversal, on, soldOn } = movement;
  const before = isReversal ? await agreementsOfSale(context, movement.sale) : [];
  const today = isReversal && on > soldOn ? [] : await agreementsOf(context, movement.account);
  return [...new Map([...before, ...today].map((agreement) => [agreement.id, agreement])).values()];
};

const agreementsOfSale = async ({ trusted }: Context, sale: string): Promise<readonly AgreementRow[]> => {
  const read = (asked: PageAsked) => trusted(AgreementAccrual).page('bySale', { of: sale, ...asked });
  const { rows } = await readOn(read, mostEntries);
  const agreements = await trusted(Agreement).getMany([...new Set(rows.map(({ agreement }) => agreement))]);
  return [...agreements.values()].filter(({ archivedAt }) => archivedAt === undefined);
};

/** Counts something that was sold, paid or taken back for an agreement, once. Answers the entry, where it counts. */
export const accrue = async (
  context: Context,
  agreement: AgreementRow,
  movement: Movement,
): Promise<AgreementAccrualRow | undefined> => {
  const day = movement.basis === 'COLLECTED' ? movement.on : movement.soldOn;
  const span =
    movement.basis === agreement.basis && movement.currency === agreement.currency && periodAt(agreement, day);
  if (!span) return undefined;
  const place = `${agreement.id}/${movement.key}`;
  if (await context.trusted(AgreementAccrual).findUnique('place', place)) return undefined;
  const lines = await linesFor(context, agreement, movement);
  if (lines.length === 0) return undefined;
  const earned = await openPeriod(context, agreement, span);
  const { lines: counted, after } = accrueLines(agreement, earned, lines);
  const accrued = sum(
    counted.map((line) => line.accrued),
    agreement.currency,
  );
  const period = await post(context, agreement, earned, { after, accrued });
  return context.trusted(AgreementAccrual).create({
    ...{ agreement: agreement.id, place, document: movement.document, sale: movement.sale },
    ...{ account: movement.account, on: movement.on, earnedIn: earned.id, period, accrued, lines: counted },
    base: sum(
      counted.map((line) => line.base),
      agreement.currency,
    ),
  });
};

const linesFor = async (
  { trusted }: Context,
  agreement: AgreementRow,
  { lines }: Movement,
): Promise<readonly CountedLine[]> => {
  const ids = [...new Set(lines.flatMap(({ product }) => product ?? []))];
  return countedLines(agreement, lines, await trusted(Product).getMany(ids));
};

/** Writes the figures of a period. What it can settle no more is left to the one that is open; answers which that is. */
const post = async (
  context: Context,
  agreement: AgreementRow,
  earned: AgreementPeriodRow,
  { after, accrued }: { readonly after: Tally; readonly accrued: Money },
): Promise<string> => {
  const { trusted } = context;
  const figures = figuresOf(agreement, after);
  const later = earned.status === 'OPEN' ? undefined : await laterPeriod(context, agreement, earned);
  trusted(AgreementPeriod).update(
    earned,
    { ...figures, ...(later && { adjustment: subtract(earned.adjustment, accrued) }) },
    { event: 'agreementPeriod.accrued' },
  );
  if (later)
    trusted(AgreementPeriod).update(
      later,
      { adjustment: add(later.adjustment, accrued) },
      { event: 'agreementPeriod.accrued' },
    );
  return (later ?? earned).id;
};

/** Leaves what is due in a period to a later one: what is negative cannot be settled. */
export const leaveTo = (
  { trusted }: Context,
  period: AgreementPeriodRow,
  later: AgreementPeriodRow,
): AgreementPeriodRow => {
  trusted(AgreementPeriod).update(later, { adjustment: add(later.adjustment, period.due) });
  return trusted(AgreementPeriod).update(period, { adjustment: add(period.adjustment, negate(period.due)) });
};

/** The period of an agreement that is open today, where it is another one. */
const laterPeriod = async (
  context: Context,
  agreement: AgreementRow,
  { from }: AgreementPeriodRow,
): Promise<AgreementPeriodRow | undefined> => {
  const span = periodAt(agreement, context.clock.today());
  if (!span || span.from <= from) return undefined;
  const period = await openPeriod(context, agreement, span);
  return period.status === 'OPEN' ? period : undefined;
};

/** A period of an agreement, made where it is not there yet. */
export const openPeriod = async (
  { trusted, actor }: Context,
  agreement: AgreementRow,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<AgreementPeriodRow> => {
  const place = `${agreement.id}/${from}`;
  const known = await trusted(AgreementPeriod).findUnique('place', place);
  if (known) return known;
  const nothing = zero(agreement.currency);
  const { missing, nextPercent, ...figures } = figuresOf(agreement, { amount: nothing, counted: '0' });
  return trusted(AgreementPeriod).create({
    ...figures,
    ...{ agreement: agreement.id, place, from, to, adjustment: nothing, settled: nothing },
    ...(agreement.account !== undefined && { account: agreement.account }),
    ...(missing !== null && { missing }),
    ...(nextPercent !== null && { nextPercent }),
    closesAt: dayStart(dayAfter(to), actor.timeZone),
  });
};

/** The entries that are settled with a period, and whether these are all. */
export const accrualsOf = ({ trusted }: Context, period: string) =>
  readOn((asked) => trusted(AgreementAccrual).page('byPeriod', { of: period, ...asked }), 5000);

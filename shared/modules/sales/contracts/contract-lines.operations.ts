// What the lines of a contract come to: when it is made, when prices change, and in each period.
import { DomainError, given, type Context } from '#kernel';
import { decimalText, Exact } from '#kernel/decimals';
import { agreedLine, priceDocument, type LineInput, type PricedDocument } from '#modules/catalog/pricing';
import type { Slice } from './contract-days.rules.ts';
import type { ContractRow } from './contract.entity.ts';

type Priced = Pick<PricedDocument, 'lines' | 'totals'> & { readonly total: PricedDocument['totals']['total'] };

const withTotal = ({ lines, totals }: PricedDocument): Priced => ({ lines, totals, total: totals.total });

/** The values of a contract that prices depend on. */
export type PricedValues = Partial<Pick<ContractRow, 'currency' | 'headerDiscounts'>> & Pick<ContractRow, 'account'>;

/** Prices the services of a whole period as of today. @throws NO_LINES, and what `priceDocument` throws */
export const priceContract = async (
  context: Context,
  { account, currency = context.actor.currency, headerDiscounts = [] }: PricedValues,
  lines: readonly LineInput[],
  agreed = false,
) => {
  if (lines.length === 0) throw new DomainError('NO_LINES', 'A contract needs at least one line.', ['lines']);
  const day = context.clock.today();
  const priced = await priceDocument(context, { account, currency, day, lines, headerDiscounts, agreed });
  return { ...withTotal(priced), currency, pricedOn: day };
};

/** The lines of a contract at a factor on their prices, with the taxes of a day. */
const atFactor = async (
  context: Context,
  { account, currency = context.actor.currency, lines }: ContractRow,
  factor: string,
  day: string,
): Promise<Priced> =>
  withTotal(
    await priceDocument(context, {
      ...{ account, currency, day, agreed: true },
      lines: lines.map((line) => agreedLine(line, { factor })),
    }),
  );

/** What prices are changed by. */
export type Indexation = { readonly on: string; readonly percent: string; readonly index?: string };

/** The contract with other prices: discounts on the whole are in the lines from then on. */
export const indexed = async (context: Context, contract: ContractRow, { on, percent, index }: Indexation) => {
  const factor = decimalText(new Exact(percent).div(100).plus(1));
  const priced = await atFactor(context, contract, factor, on);
  const change = given({ on, percent, before: contract.total, after: priced.total, index });
  return {
    ...{ ...priced, pricedOn: on, headerDiscounts: [], indexedOn: on },
    priceChanges: [...contract.priceChanges, change].slice(-100),
  };
};

/** A period as it is billed: the lines at their share of a whole one. */
export const periodValues = async (context: Context, contract: ContractRow, slice: Slice, billOn: string) => {
  const share = new Exact(slice.days).div(slice.ofDays);
  const priced = await atFactor(context, contract, decimalText(share), slice.from);
  return {
    ...{ ...slice, ...priced, billOn, contract: contract.id, account: contract.account },
    key: `${contract.id}#${slice.from}`,
    currency: priced.total.currency,
    share: decimalText(share.toDecimalPlaces(6)),
  };
};

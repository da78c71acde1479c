// Taxes of a document's lines (domain 2.5): excise on the net amount, VAT on net and excise, surcharges and withholdings on
// the net amount, levies by the unit.
import { add, allocate, moneyOf, percentOf, roundedMoney, subtract, sum, toDecimal, type Money } from '#kernel';
import { Exact } from '#kernel/decimals';

/** What a tax is laid on, in the order in which they are computed. */
export const taxKinds = ['EXCISE', 'VAT', 'SURCHARGE', 'LEVY', 'WITHHOLDING'] as const;
/** Whether tax is rounded on each line, or on the sum of all lines of a rate and spread over them. */
export const taxRoundings = ['LINE', 'GROUP'] as const;
/** Where tax is rounded. */
export type TaxRounding = (typeof taxRoundings)[number];

/** A tax at its rate on the day of the document. */
export type TaxRate = {
  /** Tells rates apart: those with one code are one line of the summary. */
  readonly code: string;
  readonly kind: (typeof taxKinds)[number];
  readonly percent: string;
  /** For excises and levies by the unit, an amount of the document's currency. */
  readonly perUnit?: string;
};

/** A tax of a line or of a document: `amount` on `base`. */
export type TaxAmount = TaxRate & { readonly base: Money; readonly amount: Money };

/** A line whose taxes are asked for; `amount` includes taxes where `isIncluded`. */
export type TaxableLine = {
  readonly quantity: string;
  readonly amount: Money;
  readonly taxes: readonly TaxRate[];
};

/** A line's amount without taxes and its taxes, in the order of the kinds. */
export type TaxedLine = { readonly base: Money; readonly taxes: readonly TaxAmount[] };

/** Taxes of lines whose amounts do not include them. */
export const addTaxes = (lines: readonly TaxableLine[], rounding: TaxRounding): readonly TaxedLine[] => {
  const taxed = lines.map(({ amount }): { base: Money; taxes: TaxAmount[] } => ({ base: amount, taxes: [] }));
  for (const rate of ratesInOrder(lines)) {
    const bearers = lines.flatMap((line, index) => (bears(line, rate) ? [{ line, own: taxed[index] }] : []));
    const known = bearers.flatMap(({ line, own }) => (own ? [{ line, own, base: baseOf(rate, own) }] : []));
    const amounts = amountsOf(rate, known, rounding);
    known.forEach(({ own, base }, index) => {
      own.taxes.push({ ...rate, base, amount: amounts[index] ?? moneyOf(0, base.currency) });
    });
  }
  return taxed;
};

/** Taxes of a line whose amount includes them: what rounding leaves over goes to its VAT, so that all of it adds up to the amount. */
export const includedTaxes = ({ quantity, amount, taxes }: TaxableLine): TaxedLine => {
  const inside = taxes.filter(({ kind }) => kind !== 'WITHHOLDING');
  const { factor, perUnit } = taxesInPrice(inside);
  const base = roundedMoney(new Exact(toDecimal(amount)).minus(perUnit.times(quantity)).div(factor), amount.currency);
  const [line] = addTaxes([{ quantity, amount: base, taxes }], 'LINE');
  const added = line?.taxes ?? [];
  const total = sum(
    [base, ...added.filter(({ kind }) => kind !== 'WITHHOLDING').map((tax) => tax.amount)],
    amount.currency,
  );
  const left = subtract(amount, total);
  const heir = added.find(({ kind }) => kind === 'VAT') ?? added[0];
  if (!heir) return { base: add(base, left), taxes: [] };
  return { base, taxes: added.map((tax) => (tax === heir ? { ...tax, amount: add(tax.amount, left) } : tax)) };
};

/** What a price with taxes is made of: the price without them times `factor`, and `perUnit` on top. Withholdings are no part of it. */
export const taxesInPrice = (taxes: readonly TaxRate[]) => {
  const rate = (...kinds: readonly TaxRate['kind'][]) =>
    taxes
      .filter(({ kind, perUnit }) => kinds.includes(kind) && perUnit === undefined)
      .reduce((all, { percent }) => all.plus(percent), new Exact(0))
      .div(100);
  const vat = rate('VAT').plus(1);
  const perUnit = taxes
    .filter(({ kind }) => kind !== 'WITHHOLDING')
    .reduce((all, tax) => all.plus(new Exact(tax.perUnit ?? 0).times(tax.kind === 'EXCISE' ? vat : 1)), new Exact(0));
  return { factor: rate('EXCISE').plus(1).times(vat).plus(rate('SURCHARGE', 'LEVY')), perUnit };
};

/** The taxes of many lines, one row for each code, in the order of the kinds. */
export const taxSummary = (lines: readonly TaxedLine[]): readonly TaxAmount[] => {
  const byCode = new Map<string, TaxAmount>();
  for (const tax of lines.flatMap(({ taxes }) => taxes)) {
    const so = byCode.get(tax.code);
    byCode.set(tax.code, so ? { ...so, base: add(so.base, tax.base), amount: add(so.amount, tax.amount) } : tax);
  }
  return [...byCode.values()].sort(inOrder);
};

const inOrder = (a: TaxRate, b: TaxRate): number =>
  taxKinds.indexOf(a.kind) - taxKinds.indexOf(b.kind) || (a.code < b.code ? -1 : Number(a.code > b.code));

const ratesInOrder = (lines: readonly TaxableLine[]): readonly TaxRate[] => {
  const rates = new Map(lines.flatMap(({ taxes }) => taxes.map((rate) => [rate.code, rate] as const)));
  return [...rates.values()].sort(inOrder);
};

const bears = ({ taxes }: TaxableLine, { code }: TaxRate): boolean => taxes.some((rate) => rate.code === code);

/** VAT is laid on excise too; everything else on the net amount. */
const baseOf = ({ kind }: TaxRate, { base, taxes }: TaxedLine): Money =>
  kind === 'VAT'
    ? sum([base, ...taxes.filter((tax) => tax.kind === 'EXCISE').map(({ amount }) => amount)], base.currency)
    : base;

type Bearer = { readonly line: TaxableLine; readonly base: Money };

const amountsOf = (rate: TaxRate, bearers: readonly Bearer[], rounding: TaxRounding): readonly Money[] => {
  const [first] = bearers;
  if (rounding === 'LINE' || !first || rate.perUnit !== undefined)
    return bearers.map(({ line, base }) => amountOf(rate, line.quantity, base));
  const whole = sum(
    bearers.map(({ base }) => base),
    first.base.currency,
  );
  return allocate(
    signed(rate, percentOf(whole, rate.percent)),
    bearers.map(({ base }) => base.minor),
  );
};

const amountOf = (rate: TaxRate, quantity: string, base: Money): Money =>
  signed(
    rate,
    rate.perUnit === undefined
      ? percentOf(base, rate.percent)
      : roundedMoney(new Exact(quantity).times(rate.perUnit), base.currency),
  );

/** What the customer withholds is taken off. */
const signed = ({ kind }: TaxRate, amount: Money): Money =>
  kind === 'WITHHOLDING' ? moneyOf(-amount.minor, amount.currency) : amount;

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { moneyOf, toDecimal, type Money } from '#kernel';
import { documentAmounts, type DocumentLine, type DocumentToPrice, type PricedLine } from './document-amounts.rules.ts';
import type { Discount } from './line-amounts.rules.ts';
import type { TaxRate } from '#modules/catalog/taxes';

const iva15: TaxRate = { code: 'EC-IVA-4', kind: 'VAT', percent: '15' };
const iva0: TaxRate = { code: 'EC-IVA-0', kind: 'VAT', percent: '0' };
const usd = (minor: number): Money => moneyOf(minor, 'USD');
const written = (amounts: readonly Money[]): readonly string[] => amounts.map(toDecimal);

const percentOff = (value: string, more: Partial<Discount> = {}): Discount => ({
  id: `off-${value}`,
  source: 'MANUAL',
  kind: 'PERCENT',
  value,
  stacking: 'CASCADE',
  ...more,
});
const line = (id: string, quantity: string, unitPrice: string, more: Partial<DocumentLine> = {}): DocumentLine => ({
  id,
  quantity,
  unitPrice,
  discounts: [],
  taxes: [iva15],
  ...more,
});
const priced = (lines: readonly DocumentLine[], more: Partial<DocumentToPrice> = {}) =>
  documentAmounts({ currency: 'USD', taxRounding: 'LINE', lines, ...more });

const worked: readonly DocumentLine[] = [
  line('l1', '3', '19.99', { discounts: [percentOff('10')] }),
  line('l2', '1.5', '7.333333'),
  line('l3', '10', '0.85', { discounts: [percentOff('10'), percentOff('5')], taxes: [iva0] }),
];

describe('the amounts of a document', () => {
  it('come out as in the worked document of domain 2.5', () => {
    const amounts = priced(worked, { headerDiscounts: [{ percent: '5' }] });
    expect(written(amounts.lines.map(({ gross }) => gross))).toEqual(['59.97', '11.00', '8.50']);
    expect(written(amounts.lines.map(({ discount }) => discount))).toEqual(['6.00', '0.00', '1.23']);
    expect(written(amounts.lines.map(({ net }) => net))).toEqual(['53.97', '11.00', '7.27']);
    expect(written(amounts.lines.map(({ headerDiscount }) => headerDiscount))).toEqual(['2.70', '0.55', '0.36']);
    expect(written(amounts.lines.map(({ base }) => base))).toEqual(['51.27', '10.45', '6.91']);
    expect(written(amounts.lines.map(({ tax }) => tax))).toEqual(['7.69', '1.57', '0.00']);
    expect(written([amounts.gross, amounts.lineDiscount, amounts.headerDiscount])).toEqual(['79.47', '7.23', '3.61']);
    expect(written([amounts.base, amounts.tax, amounts.total])).toEqual(['68.63', '9.26', '77.89']);
  });

  it('round tax on each line or on their sum', () => {
    const lines = ['a', 'b', 'c'].map((id) => line(id, '1', '1.43'));
    expect(toDecimal(priced(lines).tax)).toBe('0.63');
    const grouped = priced(lines, { taxRounding: 'GROUP' });
    expect(toDecimal(grouped.tax)).toBe('0.64');
    expect(written(grouped.lines.map(({ tax }) => tax))).toEqual(['0.22', '0.21', '0.21']);
  });

  it('take taxes out of prices that include them on the total of the line', () => {
    const { base, tax, total } = priced([line('a', '3', '9.99')], { pricesIncludeTax: true });
    expect(written([base, tax, total])).toEqual(['26.06', '3.91', '29.97']);
  });

  it('take an excise by the unit, and the VAT on it, out of prices that include them', () => {
    const excise: TaxRate = { code: 'EC-ICE-1', kind: 'EXCISE', percent: '0', perUnit: '1' };
    const taxes = [excise, iva15];
    const { base, tax } = priced([line('a', '1', '12.65', { taxes })], { pricesIncludeTax: true });
    expect(written([base, tax])).toEqual(['10.00', '2.65']);
  });

  it('never cost more because of a promotion’s price', () => {
    const promotion: Discount = { id: 'p', source: 'PROMOTION', kind: 'NET_PRICE', value: '5', stacking: 'CASCADE' };
    expect(toDecimal(priced([line('a', '2', '4', { discounts: [promotion] })]).base)).toBe('8.00');
    expect(toDecimal(priced([line('a', '2', '6', { discounts: [promotion] })]).base)).toBe('10.00');
  });

  it('lay VAT on excise, surcharges on the net amount, and take withholdings off what is paid', () => {
    const spanish: readonly TaxRate[] = [
      { code: 'ES-IVA-21', kind: 'VAT', percent: '21' },
      { code: 'ES-RE-5.2', kind: 'SURCHARGE', percent: '5.2' },
      { code: 'ES-IRPF-15', kind: 'WITHHOLDING', percent: '15' },
    ];
    const sale = priced([line('a', '1', '100', { taxes: spanish })], { taxRounding: 'GROUP' });
    expect(written([sale.base, sale.tax, sale.total, sale.payable])).toEqual(['100.00', '26.20', '126.20', '111.20']);

    const excise: TaxRate = { code: 'EC-ICE-5', kind: 'EXCISE', percent: '5' };
    const drink = priced([line('a', '1', '64.94', { taxes: [iva15, excise] })]);
    expect(drink.taxes.map(({ code, base, amount }) => [code, toDecimal(base), toDecimal(amount)])).toEqual([
      ['EC-ICE-5', '64.94', '3.25'],
      ['EC-IVA-4', '68.19', '10.23'],
    ]);

    const bottle: TaxRate = { code: 'EC-IRBPNR', kind: 'LEVY', percent: '0', perUnit: '0.02' };
    expect(toDecimal(priced([line('a', '24', '1', { taxes: [bottle] })]).tax)).toBe('0.48');
  });

  it('let the best of an exclusive group count, sum what adds up, and let the rest follow', () => {
    const best = [
      percentOff('10', { id: 'a', stacking: 'EXCLUSIVE', group: 'summer' }),
      percentOff('3', { id: 'b', kind: 'AMOUNT', stacking: 'EXCLUSIVE', group: 'summer' }),
    ];
    const [exclusive] = priced([line('a', '1', '20', { discounts: best })]).lines;
    expect(exclusive?.discounts.map(({ id }) => id)).toEqual(['b']);
    expect(exclusive && toDecimal(exclusive.net)).toBe('17.00');

    const summed = [percentOff('10', { stacking: 'ADD' }), percentOff('5', { stacking: 'ADD' }), percentOff('50')];
    expect(toDecimal(priced([line('a', '1', '100', { discounts: summed })]).base)).toBe('42.50');

    const net = [percentOff('8', { kind: 'NET_PRICE' }), percentOff('10')];
    expect(toDecimal(priced([line('a', '2', '10', { discounts: net })]).base)).toBe('14.40');
  });

  it('never take off more than a line costs', () => {
    const [free] = priced([line('a', '1', '5', { discounts: [percentOff('9', { kind: 'AMOUNT' })] })]).lines;
    expect(free && written([free.discount, free.net])).toEqual(['5.00', '0.00']);
  });

  it('reduce the first units only where a discount says so: 5 x 50 + 3 x 100 is 550', () => {
    const first = [percentOff('50', { kind: 'NET_PRICE', upTo: '5' })];
    expect(toDecimal(priced([line('a', '8', '100', { discounts: first })]).base)).toBe('550.00');
    const half = [percentOff('50', { upTo: '5' })];
    expect(toDecimal(priced([line('a', '8', '100', { discounts: half })]).base)).toBe('550.00');
    expect(toDecimal(priced([line('a', '4', '100', { discounts: half })]).base)).toBe('200.00');
  });

  it('discount the whole document by percentages first and amounts after, net-priced lines apart', () => {
    const lines = [line('a', '1', '33.33'), line('b', '1', '33.33'), line('c', '1', '33.34')];
    const { lines: shared } = priced(lines, { headerDiscounts: [{ amount: usd(1000) }] });
    expect(written(shared.map(({ headerDiscount }) => headerDiscount))).toEqual(['3.33', '3.33', '3.34']);

    const mixed = [line('a', '1', '100'), line('b', '1', '50', { isNetPriced: true })];
    const { headerDiscount } = priced(mixed, { headerDiscounts: [{ amount: usd(500) }, { percent: '10' }] });
    expect(toDecimal(headerDiscount)).toBe('15.00');
  });
});

const mixedThreeForTwo = {
  id: 'promo',
  priority: 1,
  stopsFurther: false,
  kind: 'BUY_X_GET_Y',
  buy: 2,
  get: 1,
  percent: '100',
  mixed: true,
} as const;
const aLine = fc.record({
  quantity: fc.integer({ min: 1, max: 5000 }).map((thousandths) => String(thousandths / 1000)),
  unitPrice: fc.integer({ min: 0, max: 10_000_000 }).map((n) => String(n / 10_000)),
  percents: fc.array(fc.integer({ min: 0, max: 100 }), { maxLength: 3 }),
  taxed: fc.boolean(),
});
const aDocument = fc.record({
  lines: fc.array(aLine, { minLength: 1, maxLength: 12 }),
  percent: fc.integer({ min: 0, max: 100 }),
  amount: fc.integer({ min: 0, max: 5000 }),
  taxRounding: fc.constantFrom('LINE' as const, 'GROUP' as const),
  pricesIncludeTax: fc.boolean(),
});
const toPrice = ({ lines, percent, amount, ...how }: typeof aDocument extends fc.Arbitrary<infer D> ? D : never) => ({
  ...how,
  currency: 'USD',
  headerDiscounts: [{ percent: String(percent) }, { amount: usd(amount) }],
  promotions: [{ ...mixedThreeForTwo, lines: lines.map((_, index) => `l${String(index)}`) }],
  lines: lines.map(({ quantity, unitPrice, percents, taxed }, index) =>
    line(`l${String(index)}`, quantity, unitPrice, {
      discounts: percents.map((value, place) => percentOff(String(value), { id: String(place) })),
      taxes: [taxed ? iva15 : iva0],
    }),
  ),
});
const total = (amounts: readonly Money[]): number => amounts.reduce((all, { minor }) => all + minor, 0);

describe('any document', () => {
  it('adds up: totals are the sums of their parts, and no cent is lost', () => {
    fc.assert(
      fc.property(aDocument, (given) => {
        const document = toPrice(given);
        const { lines, ...sums } = documentAmounts(document);
        expect(sums.gross.minor - sums.lineDiscount.minor - sums.headerDiscount.minor).toBe(
          document.pricesIncludeTax ? sums.total.minor : sums.base.minor,
        );
        expect(total(lines.map(({ base }) => base))).toBe(sums.base.minor);
        expect(total(lines.map((one) => one.total))).toBe(sums.total.minor);
        expect(total(sums.taxes.map(({ amount }) => amount))).toBe(sums.tax.minor);
        expect(
          lines.every(
            ({ net, base, headerDiscount }) => net.minor >= 0 && base.minor >= 0 && headerDiscount.minor >= 0,
          ),
        ).toBe(true);
      }),
    );
  });

  it('is the same whatever the order of its lines', () => {
    fc.assert(
      fc.property(aDocument, fc.nat(), (given, seed) => {
        const document = toPrice(given);
        const shuffled = [...document.lines].sort((a, b) => hash(a.id, seed) - hash(b.id, seed));
        const one = documentAmounts(document);
        const other = documentAmounts({ ...document, lines: shuffled });
        expect({ ...other, lines: byId(other.lines) }).toEqual({ ...one, lines: byId(one.lines) });
      }),
    );
  });
});

const byId = (lines: readonly PricedLine[]) => [...lines].sort((a, b) => (a.id < b.id ? -1 : 1));
const hash = (text: string, seed: number): number => (Number(text.slice(1)) * 31 + seed) % 101;

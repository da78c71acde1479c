import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupItems, mondayOf, type Groupable, type InvoicingGrouping } from './grouping.rules.ts';

let count = 0;
const item = (more: Partial<Groupable> = {}): Groupable => {
  count += 1;
  return {
    id: `bil_${String(count).padStart(4, '0')}`,
    account: 'acc_1',
    currency: 'USD',
    readyOn: '2026-11-20',
    ...more,
  };
};
const sizes = (items: readonly Groupable[], by?: readonly InvoicingGrouping[], terms = {}) =>
  groupItems(items, () => terms, by).map((group) => group.items.length);

describe('groups of items', () => {
  it('are one for each customer, currency, terms and emission point', () => {
    const items = [item(), item(), item({ account: 'acc_2' }), item({ currency: 'EUR' }), item({ paymentDays: 30 })];
    expect(sizes([...items, item({ emissionPoint: 'emp_1' })])).toEqual([2, 1, 1, 1, 1]);
    expect(sizes([item(), item({ paymentDays: 30 })], undefined, { paymentDays: 30 })).toEqual([2]);
  });

  it('are apart by what the customer wants, or the run says for all', () => {
    const two: readonly (readonly [InvoicingGrouping, Partial<Groupable>, Partial<Groupable>])[] = [
      ['ORDER', { order: 'ord_1' }, { order: 'ord_2' }],
      ['DELIVERY', { delivery: 'dlv_1' }, { delivery: 'dlv_2' }],
      ['REFERENCE', { reference: 'OC-1' }, { reference: 'OC-2' }],
      ['SHIP_TO', { shipTo: { city: 'Quito' } }, { shipTo: { city: 'Cuenca' } }],
      ['PROJECT', { project: 'A' }, { project: 'B' }],
      ['WEEK', { readyOn: '2026-11-22' }, { readyOn: '2026-11-23' }],
      ['MONTH', { readyOn: '2026-10-31' }, { readyOn: '2026-11-01' }],
    ];
    for (const [by, one, other] of two) {
      expect([by, sizes([item(one), item(other)])]).toEqual([by, [2]]);
      expect([by, sizes([item(one), item(other)], [by])]).toEqual([by, [1, 1]]);
      expect([by, sizes([item(one), item(other)], undefined, { groupInvoicesBy: [by] })]).toEqual([by, [1, 1]]);
      expect([by, sizes([item(one), item(other)], [], { groupInvoicesBy: [by] })]).toEqual([by, [2]]);
    }
  });

  it('that are too large for one write are several invoices, and none is lost or twice', () => {
    expect(sizes(Array.from({ length: 100 }, () => item()))).toEqual([80, 20]);
    expect(sizes(Array.from({ length: 30 }, (_, n) => item({ delivery: `dlv_${String(n)}` })))).toEqual([20, 10]);
    fc.assert(
      fc.property(
        fc.array(fc.record({ account: fc.constantFrom('a', 'b'), order: fc.constantFrom('1', '2', '3') })),
        (given) => {
          const items = given.map((each) => item(each));
          const groups = groupItems(items, () => ({}), ['ORDER']);
          const ids = groups.flatMap((group) => group.items.map(({ id }) => id));
          expect([...ids].sort()).toEqual(items.map(({ id }) => id).sort());
          expect(new Set(groups.map(({ key }) => key)).size).toBe(groups.length);
          const shuffled = groupItems([...items].reverse(), () => ({}), ['ORDER']);
          expect(new Set(shuffled.map(({ key }) => key))).toEqual(new Set(groups.map(({ key }) => key)));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('by the week begin on Mondays', () => {
    expect(['2026-11-22', '2026-11-23', '2027-01-01'].map(mondayOf)).toEqual([
      '2026-11-16',
      '2026-11-23',
      '2026-12-28',
    ]);
  });
});

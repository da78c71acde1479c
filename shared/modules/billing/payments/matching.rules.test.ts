import { describe, expect, it } from '@jest/globals';
import { namedIn, oldestFirst, proposalFor, type OpenItem } from './matching.rules.ts';

const item = (number: string, dueOn: string, open: number): OpenItem => ({
  id: `inv_${number}`,
  account: 'acc_1',
  number,
  dueOn,
  open,
});
const items = [
  item('001-001-000000012', '2026-10-01', 5000),
  item('001-001-000000010', '2026-09-01', 3000),
  item('001-001-000000011', '2026-09-01', 2000),
];
const of = (suffix: string) => `inv_001-001-0000000${suffix}`;

describe('matching a payment', () => {
  it('takes an exact reference first, however the bank writes it', () => {
    for (const reference of ['001-001-000000012', 'Pago fact. 1001000000012', 'FACT/001001000000012'])
      expect(proposalFor({ amount: 3000, reference }, items)).toEqual({
        rule: 'REFERENCE',
        shares: [{ invoice: of('12'), amount: 3000 }],
      });
    expect(namedIn('facturas 001-001-000000010, 001-001-000000011', items).map(({ id }) => id)).toEqual([
      of('10'),
      of('11'),
    ]);
    expect(namedIn('000000012', items)).toEqual([]);
  });

  it('then the same amount, then the oldest first with the rest left over', () => {
    expect(proposalFor({ amount: 2000, reference: 'gracias' }, items)).toEqual({
      rule: 'AMOUNT',
      shares: [{ invoice: of('11'), amount: 2000 }],
    });
    expect(proposalFor({ amount: 4000 }, items)).toEqual({
      rule: 'OLDEST_FIRST',
      shares: [
        { invoice: of('10'), amount: 3000 },
        { invoice: of('11'), amount: 1000 },
      ],
    });
    expect(oldestFirst(12_500, items).map(({ amount }) => amount)).toEqual([3000, 2000, 5000]);
    expect(proposalFor({ amount: 4000 }, [])).toBeUndefined();
  });
});

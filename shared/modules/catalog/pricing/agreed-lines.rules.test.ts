import { describe, expect, it } from '@jest/globals';
import { moneyOf } from '#kernel';
import { agreedLine } from './agreed-lines.rules.ts';
import type { StoredLine } from './document-line.entity.ts';

const usd = (minor: number) => moneyOf(minor, 'USD');
const line = {
  ...{ key: '1', product: 'prd_1', description: 'Care', quantity: '4', unit: 'h', unitPrice: '25' },
  ...{ discount: usd(1000), headerDiscount: usd(500) },
} as StoredLine;

describe('a line as it was agreed', () => {
  it('has its price and all that was taken off as one amount', () => {
    expect(agreedLine(line)).toEqual({
      ...{ key: '1', product: 'prd_1', description: 'Care', quantity: '4', unit: 'h', unitPrice: '25' },
      discounts: [{ kind: 'AMOUNT', value: '15', stacking: 'CASCADE' }],
    });
  });

  it('takes off a share of it where fewer are meant, or the price is another', () => {
    expect(agreedLine(line, { quantity: '1' })).toMatchObject({ unitPrice: '25', discounts: [{ value: '3.75' }] });
    expect(agreedLine(line, { factor: '0.5' })).toMatchObject({ unitPrice: '12.5', discounts: [{ value: '7.5' }] });
    expect(agreedLine({ ...line, discount: usd(0), headerDiscount: usd(0) })).not.toHaveProperty('discounts');
  });
});

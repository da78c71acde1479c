import { describe, expect, it } from '@jest/globals';
import type { SeenText } from '#kernel';
import { leavesReceiptDoubts, readReceiptLines, withFound } from './receipt.rules.ts';

const line = (text: string, top: number, left = 0.1, confidence = 0.95): SeenText => ({
  text,
  confidence,
  box: { left, top, width: 0.3, height: 0.03 },
});
const ticket = [
  line('FACTURA', 0.02),
  line('Restaurante El Faro', 0.06),
  line('RUC: 1790012345001', 0.1),
  line('No. 001-002-000012345', 0.14),
  line('Fecha: 20/11/2026 13:45', 0.18),
  line('Subtotal', 0.5),
  line('20.39', 0.5, 0.7),
  line('IVA 15%', 0.54),
  line('3.06', 0.54, 0.7),
  line('TOTAL', 0.58),
  line('$ 1.023,45', 0.583, 0.7),
  line('Gracias por su visita', 0.64),
];
const values = (lines: readonly SeenText[]) =>
  Object.fromEntries(readReceiptLines(lines).map(({ name, value }) => [name, value]));

describe('a receipt', () => {
  it('is read line by line: the total stands beside its word', () => {
    expect(values(ticket)).toEqual({
      merchant: 'Restaurante El Faro',
      merchantTaxId: '1790012345001',
      receiptNumber: '001-002-000012345',
      spentOn: '2026-11-20',
      total: '1023.45',
    });
    expect(leavesReceiptDoubts(readReceiptLines(ticket))).toBe(false);
  });

  it.each([
    ['TOTAL A PAGAR 23,45 €', { total: '23.45', currency: 'EUR' }],
    ['Amount due: US$ 1,204.00', { total: '1204.00', currency: 'USD' }],
    ['SUB TOTAL 10.00', {}],
    ['31/02/2026', {}],
    ['2026-02-28', { spentOn: '2026-02-28' }],
  ])('%s says %j', (text, said) => {
    const { merchant: _name, ...rest } = values([line(text, 0.1)]);
    expect(rest).toEqual(said);
  });

  it('is looked at as a whole where it leaves doubts, and the surer value stays', () => {
    const blurred = readReceiptLines([line('Bar', 0.1, 0.1, 0.4), line('TOTAL 8.00', 0.2, 0.1, 0.99)]);
    expect(leavesReceiptDoubts(blurred)).toBe(true);
    const answers = new Map<string, SeenText>([
      ['merchant', { text: 'Bar Central', confidence: 0.9 }],
      ['total', { text: '$3.00', confidence: 0.5 }],
      ['spentOn', { text: 'yesterday', confidence: 0.9 }],
    ]);
    expect(withFound(blurred, answers)).toEqual([
      { name: 'merchant', value: 'Bar Central', confidence: 0.9 },
      { name: 'total', value: '8.00', confidence: 0.99 },
    ]);
  });
});

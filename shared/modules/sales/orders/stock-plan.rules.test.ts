import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planStock, shortLines, type StockLine } from './stock-plan.rules.ts';

const line = (key: string, quantity: string, more: Partial<StockLine> = {}): StockLine => ({
  ...{ key, quantity, stock: [{ product: 'a', quantity: '1' }], reserved: '0', taken: '0' },
  ...{ delivered: '0', returned: '0', invoiced: '0', cancelled: '0' },
  ...more,
});
const order = (lines: readonly StockLine[], more: object = {}) => ({
  ...{ status: 'CONFIRMED', type: 'STANDARD', warehouse: 'W', lines },
  ...more,
});
const free = (quantity: string) => new Map([['a W', quantity]]);
const held = (lines: readonly StockLine[]) => lines.map(({ reserved }) => reserved);

describe('stock for the lines of an order', () => {
  it('goes to the first lines first, and no line has more than it wants', () => {
    const { lines, changes } = planStock(order([line('1', '3'), line('2', '4')]), free('5'), 9);
    expect(held(lines)).toEqual(['3', '2']);
    expect(changes.map(({ promised }) => promised)).toEqual(['3', '2']);
    expect(shortLines(order([line('1', '3'), line('2', '4')]), free('5')).map(({ key }) => key)).toEqual(['2']);
  });

  it('leaves with what is delivered, and is free again when nothing more is wanted', () => {
    const delivered = planStock(order([line('1', '3', { reserved: '3', delivered: '2' })]), free('0'), 9);
    expect(delivered.changes).toEqual([{ product: 'a', warehouse: 'W', promised: '-2', onHand: '-2' }]);
    const cancelled = planStock(order([line('1', '3', { reserved: '3' })], { status: 'CANCELLED' }), free('0'), 9);
    expect([held(cancelled.lines), cancelled.changes[0]?.promised]).toEqual([['0'], '-3']);
  });

  it('is asked of nobody where no warehouse is known, nobody tells the stock, or a wholesaler delivers', () => {
    const lines = [line('1', '3')];
    expect(planStock({ status: 'CONFIRMED', type: 'STANDARD', lines }, free('5'), 9).changes).toEqual([]);
    expect(planStock(order(lines), new Map(), 9).changes).toEqual([]);
    expect(planStock(order(lines, { type: 'TRANSFER' }), free('5'), 9).changes).toEqual([]);
    expect(shortLines(order(lines), new Map())).toEqual([]);
  });

  it('is never promised beyond what is free, whatever the lines want', () => {
    const wanted = fc.record({ quantity: fc.nat(50), per: fc.integer({ min: 1, max: 7 }), held: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(wanted, { maxLength: 12 }), fc.nat(120), (asked, there) => {
        const lines = asked.map(({ quantity, per, held: has }, index) =>
          line(String(index), String(quantity), {
            reserved: String(Math.min(has, quantity)),
            stock: [{ product: 'a', quantity: String(per) }],
          }),
        );
        const plan = planStock(order(lines), free(String(there)), 99);
        const promised = plan.changes.reduce((all, change) => all + Number(change.promised), 0);
        expect(promised).toBeLessThanOrEqual(there + 1e-6);
        plan.lines.forEach(({ reserved, quantity }) => {
          expect(Number(reserved)).toBeLessThanOrEqual(Number(quantity));
        });
      }),
    );
  });
});

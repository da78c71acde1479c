// The 400 KB limit: found before the request, and counted as the engine counts.
import { expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import { toAttributes } from '#aws/dynamodb/attribute-values';
import { itemLimit, sizeOfAttributes } from '#aws/dynamodb/item-size';
import { ItemTooLarge, type Item } from '#kernel/table';
import type { Tenanted, TestTable } from '#test/support/engine';
import { injectFaults } from '#test/support/faults';

/** Items near and over the limit. */
export function sizes(fixture: Tenanted<TestTable>): void {
  const key = () => ({ pk: `${fixture.tenant}#big`, sk: 'row' });
  const itemOf = (bytes: number): Item => {
    const item = { ...key(), list: [1, 'é', null, true], map: { a: -12.5 }, bytes: new Uint8Array(7), text: '' };
    return { ...item, text: 'x'.repeat(bytes - sizeOfAttributes(toAttributes(item))) };
  };

  it('takes an item of exactly 400 KB', async () => {
    await fixture.table.write({ kind: 'put', item: itemOf(itemLimit) });
    expect(await fixture.table.get(key())).toHaveProperty('list', [1, 'é', null, true]);
  });

  it('refuses one byte more before it is sent, whatever carries it', async () => {
    const { exchange, sent } = injectFaults(fixture.engine.exchange);
    const table = fixture.engine.open({ exchange });
    const put = { kind: 'put', item: itemOf(itemLimit + 1) } as const;
    const failure = await table.write(put).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ItemTooLarge);
    expect(failure).toMatchObject({ key: key(), bytes: itemLimit + 1 });
    await expect(table.transact([put])).rejects.toThrow(ItemTooLarge);
    await expect(table.batchWrite([put])).rejects.toThrow(ItemTooLarge);
    expect(sent).toEqual([]);
  });

  it('says the same when an update makes an item outgrow the limit', async () => {
    await fixture.table.write({ kind: 'put', item: itemOf(itemLimit) });
    const update = {
      kind: 'update',
      key: key(),
      update: { text: 'SET more = :more', values: { ':more': 'x' } },
    } as const;
    await expect(fixture.table.write(update)).rejects.toThrow(ItemTooLarge);
    await expect(fixture.table.transact([update])).rejects.toThrow(ItemTooLarge);
  });

  it('counts numbers by their digits', () => {
    const sizeOf = (value: unknown): number => sizeOfAttributes(toAttributes({ n: value })) - 1;
    expect([0, 1, 12, 123, -123, 1000, 0.001].map(sizeOf)).toEqual([1, 2, 2, 3, 4, 2, 2]);
    expect(sizeOf(new Decimal('12345678901234567890123456789012345678'))).toBe(20);
  });
}

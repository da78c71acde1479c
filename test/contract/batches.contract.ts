// Any number of items at once.
import { expect, it } from '@jest/globals';
import type { Tenanted, TestTable } from '#test/support/engine';
import { injectFaults, throttled, unprocessed } from '#test/support/faults';

const rows = 230;
const keys = Array.from({ length: rows }, (_, index) => index);

/** Batches over the limits of one request. */
export function batches(fixture: Tenanted<TestTable>): void {
  const { key, puts } = rowsOf(fixture);

  it('writes and reads more than one request takes, whatever the order, duplicates and gaps', async () => {
    await fixture.table.batchWrite(puts());
    const wanted = [...keys, ...keys, rows + 1].map(key);
    const found = await fixture.table.batchGet(wanted, { consistent: true });
    expect(found.map((item) => Number(item['index'])).toSorted((a, b) => a - b)).toEqual(keys);
  });

  it('lets the last of several writes of one key count', async () => {
    const item = { ...key(1), n: 1 };
    await fixture.table.batchWrite([
      { kind: 'put', item },
      { kind: 'delete', key: key(2) },
      { kind: 'put', item: { ...item, n: 2 } },
    ]);
    expect(await fixture.table.get(key(1))).toHaveProperty('n', 2);
  });

  it('deletes', async () => {
    await fixture.table.batchWrite(puts());
    await fixture.table.batchWrite(keys.map((index) => ({ kind: 'delete', key: key(index) })));
    expect(await fixture.table.batchGet(keys.map(key))).toEqual([]);
  });

  it('refuses conditions', async () => {
    const write = { kind: 'delete', key: key(1), condition: { text: 'attribute_exists(pk)' } } as const;
    await expect(fixture.table.batchWrite([write])).rejects.toThrow(/cannot carry conditions/);
  });

  it('does nothing for nothing', async () => {
    await fixture.table.batchWrite([]);
    expect(await fixture.table.batchGet([])).toEqual([]);
  });
}

/** Batches that DynamoDB does only in part. */
export function unfinishedBatches(fixture: Tenanted<TestTable>): void {
  const { key, puts } = rowsOf(fixture);
  const faulty = () => {
    const faults = injectFaults(fixture.engine.exchange);
    return {
      faults,
      table: fixture.engine.open({ exchange: faults.exchange, backoff: { pause: () => Promise.resolve() } }),
    };
  };

  it('asks again for what came back unprocessed', async () => {
    const { faults, table } = faulty();
    faults.next(unprocessed(3), { operation: 'BatchWriteItem', times: 12 });
    faults.next(unprocessed(40), { operation: 'BatchGetItem', times: 4 });
    await table.batchWrite(puts());
    expect(await table.batchGet(keys.map(key))).toHaveLength(rows);
    expect(faults.sent.filter((operation) => operation === 'BatchWriteItem').length).toBeGreaterThan(12);
  });

  it('gives up on a table that takes nothing, saying so', async () => {
    const { faults, table } = faulty();
    faults.next(unprocessed(0), { operation: 'BatchGetItem', times: 100 });
    await expect(table.batchGet([key(1)])).rejects.toThrow(/no answer in 10 tries/);
    faults.next(throttled, { times: 100 });
    await expect(table.batchWrite(puts())).rejects.toThrow(/no answer in 10 tries/);
  });
}

const rowsOf = (fixture: Tenanted<TestTable>) => {
  const key = (index: number) => ({ pk: `${fixture.tenant}#row_${String(index)}`, sk: 'row' });
  return { key, puts: () => keys.map((index) => ({ kind: 'put', item: { ...key(index), index } }) as const) };
};

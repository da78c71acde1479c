// What requests cost, as the meter counts it.
import { expect, it } from '@jest/globals';
import { newMeter } from '#kernel/table';
import type { Tenanted, TestTable } from '#test/support/engine';

/** Units, requests and sequential trips. */
export function metering(fixture: Tenanted<TestTable>): void {
  const row = (id: string, attributes: object = {}) => ({ pk: `${fixture.tenant}#${id}`, sk: 'row', ...attributes });
  const metered = () => {
    const meter = newMeter();
    return { meter, table: fixture.table.metered(meter) };
  };

  it('counts a write once for the table and once for each index', async () => {
    const { meter, table } = metered();
    await table.write({
      kind: 'put',
      item: row('a', { gsi1pk: 'p', gsi1sk: 's', gsi5pk: fixture.tenant, gsi5sk: 's' }),
    });
    expect(meter).toEqual({ readUnits: 0, writeUnits: 3, requests: 1, trips: 1, inFlight: 0 });
  });

  it('counts reads by consistency and size', async () => {
    await fixture.table.write({ kind: 'put', item: row('a', { text: 'x'.repeat(5_000) }) });
    const { meter, table } = metered();
    await table.get(row('a'));
    expect(meter.readUnits).toBe(1);
    await table.get(row('a'), { consistent: true });
    expect(meter.readUnits).toBe(3);
    expect(meter.writeUnits).toBe(0);
  });

  it('counts requests that overlap as one trip, and those that follow as more', async () => {
    const { meter, table } = metered();
    await Promise.all([table.get(row('a')), table.get(row('b')), table.query({ pk: row('c').pk })]);
    expect(meter).toMatchObject({ requests: 3, trips: 1 });
    await table.get(row('a'));
    expect(meter).toMatchObject({ requests: 4, trips: 2, inFlight: 0 });
  });

  it('counts the chunks of a batch as one trip', async () => {
    const { meter, table } = metered();
    await table.batchGet(Array.from({ length: 250 }, (_, index) => row(`r${String(index)}`)));
    expect(meter).toMatchObject({ requests: 3, trips: 1 });
  });

  it('counts what failed too, and lands at nothing in flight', async () => {
    const { meter, table } = metered();
    const condition = { text: 'attribute_exists(pk)' };
    await expect(table.write({ kind: 'delete', key: row('none'), condition })).rejects.toThrow();
    expect(meter).toMatchObject({ requests: 1, trips: 1, inFlight: 0 });
  });
}

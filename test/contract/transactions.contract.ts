// Several items, all or nothing.
import { expect, it } from '@jest/globals';
import { TransactionCancelled, type Write } from '#kernel/table';
import type { Tenanted, TestTable } from '#test/support/engine';

const absent = { text: 'attribute_not_exists(pk)' };

/** Transactions and the reasons why they do not go through. */
export function transactions(fixture: Tenanted<TestTable>): void {
  const key = (id: string) => ({ pk: `${fixture.tenant}#${id}`, sk: 'row' });
  const put = (id: string, attributes: object = {}): Write => ({
    kind: 'put',
    item: { ...key(id), ...attributes },
    condition: absent,
  });
  const get = (id: string) => fixture.table.get(key(id), { consistent: true });

  it('writes, updates, deletes and checks together', async () => {
    await fixture.table.transact([put('a', { n: 1 }), put('b'), put('c')]);
    await fixture.table.transact([
      { kind: 'update', key: key('a'), update: { text: 'SET n = n + :one', values: { ':one': 1 } } },
      { kind: 'delete', key: key('b') },
      { kind: 'check', key: key('c'), condition: { text: 'attribute_exists(pk)' } },
      put('d'),
    ]);
    expect(await Promise.all(['a', 'b', 'c', 'd'].map(get))).toEqual([
      { ...key('a'), n: 2 },
      undefined,
      key('c'),
      key('d'),
    ]);
  });

  it('applies nothing when one condition fails, and gives a reason for each write', async () => {
    await fixture.table.transact([put('a', { n: 1 })]);
    const failure = await fixture.table
      .transact([put('b'), put('a', { n: 2 }), put('c')])
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransactionCancelled);
    expect(failure).toHaveProperty('reasons', [
      { code: 'NONE' },
      { code: 'CONDITION_FAILED', existing: { ...key('a'), n: 1 } },
      { code: 'NONE' },
    ]);
    expect(await Promise.all(['b', 'c'].map(get))).toEqual([undefined, undefined]);
  });

  it('gives no existing item where there is none', async () => {
    const check = { kind: 'check', key: key('none'), condition: { text: 'attribute_exists(pk)' } } as const;
    const failure = await fixture.table.transact([check]).catch((error: unknown) => error);
    expect(failure).toHaveProperty('reasons', [{ code: 'CONDITION_FAILED' }]);
  });

  it('takes 100 writes and no more', async () => {
    const writes = (count: number) => Array.from({ length: count }, (_, index) => put(`n${String(index)}`));
    await fixture.table.transact(writes(100));
    await expect(fixture.table.transact(writes(101))).rejects.toThrow(/100 writes, not 101/);
    expect(await get('n99')).toEqual(key('n99'));
  });

  it('does nothing for nothing', async () => {
    await expect(fixture.table.transact([])).resolves.toBeUndefined();
  });
}

// One item: put, get, update, delete, and the conditions on them.
import { expect, it } from '@jest/globals';
import { ConditionFailed, type Expression } from '#kernel/table';
import type { Tenanted, TestTable } from '#test/support/engine';

const absent = { text: 'attribute_not_exists(pk)' };

/** Put and get. */
export function items(fixture: Tenanted<TestTable>): void {
  const { key, put } = rowOf(fixture);

  it('answers what was put, and undefined for what is not there', async () => {
    expect(await fixture.table.get(key())).toBeUndefined();
    await put({ status: 'DRAFT', version: 1 });
    expect(await fixture.table.get(key(), { consistent: true })).toEqual({ ...key(), status: 'DRAFT', version: 1 });
  });

  it('refuses a put whose condition fails, with the existing item, and changes nothing', async () => {
    await put({ version: 1 });
    const failure = await put({ version: 2 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConditionFailed);
    expect(failure).toHaveProperty('existing', { ...key(), version: 1 });
    expect(await fixture.table.get(key())).toEqual({ ...key(), version: 1 });
  });

  it('refuses a write on a missing item without an existing one', async () => {
    const condition = { text: 'version = :version', values: { ':version': 1 } };
    const failure = await put({ version: 2 }, condition).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConditionFailed);
    expect(failure).toHaveProperty('existing', undefined);
  });
}

/** Update, delete and check, with their conditions. */
export function changes(fixture: Tenanted<TestTable>): void {
  const { key, put } = rowOf(fixture);

  it('updates under a condition on the old value, with shared placeholders', async () => {
    await put({ version: 1, gone: true, stays: true });
    await fixture.table.write({
      kind: 'update',
      key: key(),
      update: { text: 'SET #version = :next REMOVE gone', names: { '#version': 'version' }, values: { ':next': 2 } },
      condition: { text: '#version = :version', names: { '#version': 'version' }, values: { ':version': 1 } },
    });
    expect(await fixture.table.get(key())).toEqual({ ...key(), version: 2, stays: true });
  });

  it('refuses placeholders that stand for two things', async () => {
    const update = { text: 'SET a = :x', values: { ':x': 1 } };
    const condition = { text: 'a = :x', values: { ':x': 2 } };
    await expect(fixture.table.write({ kind: 'update', key: key(), update, condition })).rejects.toThrow(
      /:x stands for two/,
    );
  });

  it('deletes, and refuses to delete under a failed condition', async () => {
    await put({ version: 2 });
    const condition = { text: 'version = :version', values: { ':version': 1 } };
    await expect(fixture.table.write({ kind: 'delete', key: key(), condition })).rejects.toThrow(ConditionFailed);
    await fixture.table.write({ kind: 'delete', key: key() });
    expect(await fixture.table.get(key())).toBeUndefined();
  });

  it('checks without writing', async () => {
    await fixture.table.write({ kind: 'check', key: key(), condition: absent });
    await put({ version: 1 });
    const failure = await fixture.table
      .write({ kind: 'check', key: key(), condition: absent })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConditionFailed);
    expect(failure).toHaveProperty('existing.version', 1);
  });
}

const rowOf = (fixture: Tenanted<TestTable>) => {
  const key = () => ({ pk: `${fixture.tenant}#quo_1`, sk: 'row' });
  const put = (attributes: object, condition: Expression = absent) =>
    fixture.table.write({ kind: 'put', item: { ...key(), ...attributes }, condition });
  return { key, put };
};

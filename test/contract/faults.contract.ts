// What the network and a busy table do, injected below the gateway.
import { describe, expect, it } from '@jest/globals';
import { ConditionFailed, TableUnavailable, TransactionCancelled, type Write } from '#kernel/table';
import type { Tenanted, TestTable } from '#test/support/engine';
import {
  failureAfterApply,
  injectFaults,
  internalError,
  lostAnswer,
  refusedConnection,
  throttled,
  transactionConflict,
  type Fault,
} from '#test/support/faults';

const absent = { text: 'attribute_not_exists(pk)' };

/** Retries and their limit. */
export function faults(fixture: Tenanted<TestTable>): void {
  const { key, put, add, meeting } = faultyOf(fixture);

  describe.each(
    Object.entries({ throttled, transactionConflict, internalError, refusedConnection, lostAnswer, failureAfterApply }),
  )('%s', (_, fault) => {
    it('is tried again until it passes', async () => {
      const { table } = meeting(fault, 3);
      await table.write(put({ n: 1 }));
      expect(await table.get(key())).toEqual({ ...key(), n: 1 });
    });

    it('leaves a transaction applied exactly once', async () => {
      const { table } = meeting(fault, 3);
      await table.transact([add()]);
      expect(await table.get(key())).toEqual({ ...key(), n: 1 });
    });
  });

  it('waits longer each time, up to a second, and gives up after ten tries', async () => {
    const { table, pauses, sent } = meeting(throttled, 100);
    await expect(table.get(key())).rejects.toThrow(TableUnavailable);
    expect(sent).toHaveLength(10);
    expect(pauses).toEqual([25, 50, 100, 200, 400, 800, 1000, 1000, 1000]);
  });

  it('ends a transaction in endless conflict with its reasons', async () => {
    const { table } = meeting(transactionConflict, 100);
    const failure = await table.transact([put()]).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TransactionCancelled);
    expect(failure).toHaveProperty('reasons', [{ code: 'CONFLICT' }]);
  });

  it('repeats a relative update that surely was not applied', async () => {
    const { table } = meeting(throttled, 2);
    await table.write(add());
    expect(await table.get(key())).toEqual({ ...key(), n: 1 });
  });

  it('does not repeat what is wrong', async () => {
    const { table, sent } = meeting(throttled, 0);
    await expect(table.write({ kind: 'put', item: { ...key(), pk: '' } })).rejects.toThrow(/ValidationException/);
    expect(sent).toHaveLength(1);
  });
}

/** Writes whose answer was lost: applied or not, nobody said. */
export function lostAnswers(fixture: Tenanted<TestTable>): void {
  const { key, put, add, meeting } = faultyOf(fixture);

  it("does not take another's row for its own after a lost answer", async () => {
    await fixture.table.write(put({ by: 'another' }));
    const { table } = meeting(lostAnswer);
    await expect(table.write(put({ by: 'me' }))).rejects.toThrow(ConditionFailed);
  });

  it('knows its own conditional delete after a lost answer', async () => {
    await fixture.table.write(put({ n: 1 }));
    const { table } = meeting(lostAnswer);
    await table.write({ kind: 'delete', key: key(), condition: { text: 'n = :n', values: { ':n': 1 } } });
    expect(await table.get(key())).toBeUndefined();
  });

  it('never counts twice: a relative update with a lost answer is not repeated', async () => {
    const { table, sent } = meeting(lostAnswer);
    await expect(table.write(add())).rejects.toThrow(TableUnavailable);
    expect(sent).toEqual(['UpdateItem']);
    expect(await table.get(key())).toEqual({ ...key(), n: 1 });
  });

  it('knows its own conditional update after a lost answer', async () => {
    await fixture.table.write(put({ version: 1, status: 'DRAFT', draft: { by: 'me' } }));
    const { table, sent } = meeting(lostAnswer);
    const text = 'SET #status = :sent, version = :next REMOVE draft.#by';
    await table.write({
      kind: 'update',
      key: key(),
      update: { text, names: { '#status': 'status', '#by': 'by' }, values: { ':sent': 'SENT', ':next': 2 } },
      condition: { text: 'version = :version', values: { ':version': 1 } },
    });
    expect(sent).toEqual(['UpdateItem', 'UpdateItem']);
    expect(await table.get(key())).toEqual({ ...key(), version: 2, status: 'SENT', draft: {} });
  });

  it("does not take another's update for its own", async () => {
    await fixture.table.write(put({ version: 2, status: 'REJECTED' }));
    const { table } = meeting(lostAnswer);
    const update = {
      text: 'SET #s = :sent, version = :next',
      names: { '#s': 'status' },
      values: { ':sent': 'SENT', ':next': 2 },
    };
    const condition = { text: 'version = :version', values: { ':version': 1 } };
    await expect(table.write({ kind: 'update', key: key(), update, condition })).rejects.toThrow(ConditionFailed);
  });
}

const faultyOf = (fixture: Tenanted<TestTable>) => {
  const key = () => ({ pk: `${fixture.tenant}#acc_1`, sk: 'row' });
  const put = (attributes: object = {}): Write => ({
    kind: 'put',
    item: { ...key(), ...attributes },
    condition: absent,
  });
  const add = (): Write => ({ kind: 'update', key: key(), update: { text: 'ADD n :one', values: { ':one': 1 } } });
  const meeting = (fault: Fault, times = 1) => {
    const pauses: number[] = [];
    const injected = injectFaults(fixture.engine.exchange);
    injected.next(fault, { times });
    const pause = (milliseconds: number) => Promise.resolve(void pauses.push(milliseconds));
    return {
      ...injected,
      pauses,
      table: fixture.engine.open({ exchange: injected.exchange, backoff: { pause, random: () => 1 } }),
    };
  };
  return { key, put, add, meeting };
};

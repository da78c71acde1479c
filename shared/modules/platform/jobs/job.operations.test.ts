import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { nextJobMessage, workOff } from '#test/support/jobs';
import { startMaking, Thing, type Making } from '#test/support/making-things';
import { runJob } from './index.ts';

const tenanted = withTenantTable();
let domain: Making['domain'];
let mishaps: Making['mishaps'];
let begin: Making['begin'];
let read: Making['read'];
let things: Making['things'];
beforeEach(() => {
  ({ domain, mishaps, begin, read, things } = startMaking(tenanted));
});

describe('a job', () => {
  it('runs in chunks to its end and tells once', async () => {
    const { id, status } = await begin({ count: 25 });
    expect(status).toBe('QUEUED');
    await domain.settle();
    await workOff(domain);
    expect(await read(id)).toMatchObject({
      status: 'COMPLETED',
      total: 25,
      done: 25,
      counts: { created: 25, updated: 0, unchanged: 0, skipped: 0, failed: 0 },
      result: { said: 'done' },
    });
    expect(await things()).toHaveLength(25);
  });

  it('is started by its event when the message was lost', async () => {
    const { id } = await begin({ count: 5 });
    domain.sent.length = 0;
    await domain.settle();
    await workOff(domain);
    expect((await read(id)).status).toBe('COMPLETED');
  });

  it('has one event at its start and one at its end', async () => {
    await begin({ count: 25 });
    const message = nextJobMessage(domain);
    await domain.settle();
    domain.sent.length = 0;
    if (message)
      await runJob(domain.runtime, { ...message, message: 'm', turn: 1, isLastTry: false, hasTime: () => true });
    const events = await domain.settle();
    expect(events.filter(({ record }) => record.type === 'Job').map(({ type }) => type)).toEqual([
      'job.started',
      'job.completed',
    ]);
  });

  it('keeps what failed and goes on', async () => {
    const { id } = await begin({ count: 12, badRow: 3 });
    await workOff(domain);
    expect(await read(id)).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', counts: { created: 11, failed: 1 } });
    const { results } = await domain.run<{ results: readonly object[] }>('jobResults', { id, status: 'failed' });
    expect(results).toEqual([{ row: 4, status: 'failed', code: 'BAD_INPUT', message: 'This one is bad.' }]);
  });

  it('pages its results', async () => {
    const { id } = await begin({ count: 25 });
    await workOff(domain);
    const rows: number[] = [];
    let after: string | undefined;
    do {
      const page = await domain.run<{ results: readonly { row: number }[]; endCursor?: string }>('jobResults', {
        id,
        first: 7,
        ...(after !== undefined && { after }),
      });
      rows.push(...page.results.map(({ row }) => row));
      after = page.endCursor;
    } while (after !== undefined);
    expect(rows).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });

  it('goes on after a kill at any row without doing a row twice', async () => {
    const { id } = await begin({ count: 25, crashAt: 10 });
    mishaps.crashes = 1;
    const message = nextJobMessage(domain);
    const delivery = { tenant: '', job: '', ...message, message: 'm1', isLastTry: false, hasTime: () => true };
    await expect(runJob(domain.runtime, { ...delivery, turn: 1 })).rejects.toThrow('killed');
    expect(await read(id)).toMatchObject({ status: 'RUNNING', done: 10 });
    await runJob(domain.runtime, { ...delivery, turn: 2 });
    expect(await read(id)).toMatchObject({ status: 'COMPLETED', done: 25, counts: { created: 25, unchanged: 0 } });
    const { rows } = await domain.reader().data(Thing).list({ first: 100 });
    expect(rows.map(({ version }) => version)).toEqual(Array.from({ length: 25 }, () => 1));
  });

  it('is left alone by a second worker while the first is at work', async () => {
    const { id } = await begin({ count: 25, crashAt: 10 });
    mishaps.crashes = 1;
    const message = nextJobMessage(domain);
    const delivery = { tenant: '', job: '', ...message, turn: 1, isLastTry: false, hasTime: () => true };
    await expect(runJob(domain.runtime, { ...delivery, message: 'm1' })).rejects.toThrow('killed');
    await runJob(domain.runtime, { ...delivery, message: 'm2' });
    expect(await read(id)).toMatchObject({ status: 'RUNNING', done: 10 });
    domain.clock.advance(121_000);
    await runJob(domain.runtime, { ...delivery, message: 'm2' });
    expect(await read(id)).toMatchObject({ status: 'COMPLETED', done: 25 });
  });

  it('hands on when time is short', async () => {
    const { id } = await begin({ count: 25 });
    await workOff(domain, { hasTime: () => false });
    expect(await read(id)).toMatchObject({ status: 'COMPLETED', done: 25 });
  });

  it('fails in the end when every try has failed, and can be resumed', async () => {
    const { id } = await begin({ count: 25, crashAt: 10 });
    mishaps.crashes = 1;
    await workOff(domain, { isLastTry: true });
    expect(await read(id)).toMatchObject({ status: 'FAILED', done: 10 });
    await domain.run('resumeJob', { id });
    await workOff(domain);
    expect(await read(id)).toMatchObject({ status: 'COMPLETED', done: 25, counts: { created: 25 } });
  });

  it('is paused by the end of a trial or a suspension, and goes on where it was', async () => {
    const { id } = await begin({ count: 25 });
    await workOff(domain, {
      hasTime: () => {
        mishaps.isPaused = true;
        return true;
      },
    });
    const { done } = await read(id);
    expect(await read(id)).toMatchObject({ status: 'PAUSED', total: 25 });
    expect([done, (await things()).length]).toEqual([20, 20]);
    const other = await begin({ count: 5 });
    await workOff(domain);
    expect(await read(other.id)).toMatchObject({ status: 'PAUSED', done: 0 });
    mishaps.isPaused = false;
    await domain.run('resumeJob', { id });
    await workOff(domain);
    expect(await read(id)).toMatchObject({ status: 'COMPLETED', done: 25 });
  });

  it('is paused, resumed and cancelled', async () => {
    const { id } = await begin({ count: 25 });
    expect(await domain.run('pauseJob', { id })).toMatchObject({ status: 'PAUSED' });
    await workOff(domain);
    expect(await read(id)).toMatchObject({ status: 'PAUSED', done: 0 });
    await domain.run('resumeJob', { id });
    await workOff(domain, { hasTime: () => false });
    expect(await failure(domain.run('cancelJob', { id }))).toBe('INVALID_STATE');
    const other = await begin({ count: 5, size: 2 });
    await domain.run('cancelJob', { id: other.id });
    await workOff(domain);
    expect(await read(other.id)).toMatchObject({ status: 'CANCELLED', done: 0 });
  });

  it('may be steered only by who started it', async () => {
    const { id } = await begin({ count: 5 });
    const rules = {
      entities: { '*': { create: 'own', read: 'own', update: 'own', archive: 'own' } },
      operations: ['*'],
      hiddenFields: [],
      readOnlyFields: [],
    } as const;
    const other = domain.actor({ id: 'usr_other', userId: 'usr_other', rules });
    expect(await failure(domain.run('pauseJob', { id }, other))).toBe('NOT_FOUND');
    expect(await failure(domain.run('jobResults', { id }, other))).toBe('NOT_FOUND');
    const elsewhere = domain.actor({ tenant: 'other' });
    expect(await failure(domain.run('pauseJob', { id }, elsewhere))).toBe('NOT_FOUND');
  });
});

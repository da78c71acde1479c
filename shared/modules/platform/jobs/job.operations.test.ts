import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  defaulted,
  DomainError,
  entity,
  integer,
  job,
  module,
  mutation,
  noOwner,
  ownedBy,
  optional,
  ref,
  text,
  type AnyRow,
  type Piece,
} from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { nextJobMessage, workOff } from '#test/support/jobs';
import { Job, jobs, runJob, startJob, type JobRow } from './index.ts';

const User = entity('User', {
  idPrefix: 'usr',
  describes: 'A person.',
  fields: { name: text() },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create'],
  title: (row) => row.name,
});
const Thing = entity('Thing', {
  idPrefix: 'thi',
  describes: 'A thing.',
  fields: { name: text({ unique: true }), size: defaulted(integer(), 0), owner: optional(ref('User')) },
  owner: ownedBy('owner'),
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update'],
  title: (row) => row.name,
});

type Given = { readonly count: number; readonly size: number; readonly badRow?: number; readonly crashAt?: number };
let crashes = 0;
const perChunk = 10;

const makeThings = job<Given>('makeThings', {
  describes: 'Makes things.',
  needs: 'thing.create',
  total: ({ count }) => Promise.resolve(count),
  chunk: async (given, cursor, context) => {
    const start = Number(cursor ?? 0);
    const rows = Array.from({ length: Math.min(perChunk, given.count - start) }, (_, index) => start + index);
    const pieces = rows.map((row): Piece => ({
      key: String(row),
      run: async (unit) => {
        if (row === given.badRow) throw new DomainError('BAD_INPUT', 'This one is bad.');
        const found = await unit.data(Thing).findUnique('name', `thing ${String(row)}`);
        if (found) return unit.data(Thing).update(found, { size: given.size });
        return unit.data(Thing).create({ name: `thing ${String(row)}`, size: given.size });
      },
    }));
    const outcomes = await context.together(pieces);
    if (start === given.crashAt && crashes > 0) {
      crashes -= 1;
      throw new Error('The process was killed.');
    }
    return {
      results: outcomes.map(({ status, record, error }, index) => ({
        row: start + index + 1,
        status,
        ...(record !== undefined && { record }),
        ...(error instanceof DomainError && { code: error.code, message: error.message }),
      })),
      ...(start + perChunk < given.count && { next: String(start + perChunk) }),
    };
  },
  finish: () => Promise.resolve({ said: 'done' }),
});

const start = mutation('makeManyThings', {
  describes: 'Starts it.',
  needs: 'thing.create',
  input: {
    count: integer(),
    size: defaulted(integer(), 0),
    badRow: optional(integer()),
    crashAt: optional(integer()),
  },
  returns: Job,
  run: (given, context) => Promise.resolve(startJob(context, makeThings, given)),
});

const modules = [
  module('platform/users', { entities: [User] }),
  jobs,
  module('sales/things', { entities: [Thing], operations: [start], jobs: [makeThings] }),
];
const tenanted = withTenantTable();
let domain: Domain;
let paused: boolean;
beforeEach(() => {
  crashes = 0;
  paused = false;
  domain = startDomain({
    ...{ modules, table: tenanted.table, tenant: tenanted.tenant },
    isPaused: () => Promise.resolve(paused),
  });
});
const begin = (given: Readonly<Record<string, unknown>>) => domain.run<JobRow>('makeManyThings', given);
const read = async (id: string) => (await domain.reader().data(Job).get(id)) as JobRow;
const things = async () => (await domain.reader().data(Thing).list({ first: 100 })).rows;

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
    crashes = 1;
    const message = nextJobMessage(domain);
    const delivery = { tenant: '', job: '', ...message, message: 'm1', isLastTry: false, hasTime: () => true };
    await expect(runJob(domain.runtime, { ...delivery, turn: 1 })).rejects.toThrow('killed');
    expect(await read(id)).toMatchObject({ status: 'RUNNING', done: 10 });
    await runJob(domain.runtime, { ...delivery, turn: 2 });
    expect(await read(id)).toMatchObject({ status: 'COMPLETED', done: 25, counts: { created: 25, unchanged: 0 } });
    const { rows } = await domain.reader().data(Thing).list({ first: 100 });
    expect(rows.every(({ version }) => version === 1)).toBe(true);
  });

  it('is left alone by a second worker while the first is at work', async () => {
    const { id } = await begin({ count: 25, crashAt: 10 });
    crashes = 1;
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
    crashes = 1;
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
        paused = true;
        return true;
      },
    });
    const { done } = await read(id);
    expect(await read(id)).toMatchObject({ status: 'PAUSED', total: 25 });
    expect([done, (await things()).length]).toEqual([20, 20]);
    const other = await begin({ count: 5 });
    await workOff(domain);
    expect(await read(other.id)).toMatchObject({ status: 'PAUSED', done: 0 });
    paused = false;
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

describe('undoing a job', () => {
  const undo = async (id: string) => {
    const { id: undoing } = await domain.run<JobRow>('undoJob', { id });
    await workOff(domain);
    return read(undoing);
  };

  it('archives what was made and leaves alone what was changed since', async () => {
    const { id } = await begin({ count: 12 });
    await workOff(domain);
    await domain.settle();
    const [first] = (await things()) as readonly AnyRow[];
    await domain.run('updateThing', { id: first?.id, version: 1, size: 9 });
    await domain.settle();
    expect(await undo(id)).toMatchObject({ status: 'COMPLETED', counts: { updated: 11, skipped: 1 } });
    expect((await things()).map((row) => row.id)).toEqual([first?.id]);
  });

  it('gives changed records their values back', async () => {
    await begin({ count: 12, size: 1 });
    await workOff(domain);
    const { id } = await begin({ count: 12, size: 2 });
    await workOff(domain);
    await domain.settle();
    expect(await read(id)).toMatchObject({ counts: { created: 0, updated: 12 } });
    await undo(id);
    expect((await things()).map(({ size }) => size)).toEqual(Array.from({ length: 12 }, () => 1));
  });
});

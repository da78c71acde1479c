import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure } from '#test/support/domain';
import { rename, withRuns } from '#test/support/workflow-runs';
import { runWorkflows, type WorkflowRow } from './index.ts';

const on = withRuns();
let accounts: readonly [AnyRow, AnyRow, AnyRow];
let segment: AnyRow;

beforeEach(async () => {
  accounts = [await on.account('Sol'), await on.account('Luna'), await on.account('Mar')];
  segment = await on.world.domain.run<AnyRow>(
    'createSegment',
    { name: 'Oro', recordType: 'Account', kind: 'STATIC' },
    on.world.boss,
  );
  const [sol, luna] = accounts;
  await on.world.domain.run('addToSegment', { id: segment.id, records: [sol.id, luna.id] }, on.world.boss);
  await on.world.work();
});

/** A process with a general definition, one for an account, and one for a segment in which that account is too. */
const process = async (trigger: object): Promise<readonly [WorkflowRow, WorkflowRow, WorkflowRow]> => {
  const special = (name: string, scope?: object) =>
    on.make([rename('A', `{record.name} ${name}`)], { trigger, process: 'GREET', ...(scope && { scope }) });
  return [
    await special('general'),
    await special('cuenta', { kind: 'ACCOUNT', of: accounts[0].id }),
    await special('segmento', { kind: 'SEGMENT', of: segment.id }),
  ];
};
const names = () => Promise.all(accounts.map(({ id }) => on.named(id)));
const expected = ['Sol cuenta', 'Luna segmento', 'Mar general'];

describe('of a process the most specific definition counts for a record', () => {
  it('when an event begins it', async () => {
    await process({ kind: 'EVENT', on: 'account.updated', changed: ['email'] });
    for (const { id, version } of accounts)
      await on.world.domain.run('updateAccount', { id, version, email: 'a@b.test' }, on.world.boss);
    await on.world.work();
    expect(await names()).toEqual(expected);
  });

  it('when a timetable does, unless that of the special one is not for the record', async () => {
    const at = '2026-11-23T14:00:00.000Z';
    await process({ kind: 'SCHEDULE', at });
    const trigger = { kind: 'SCHEDULE', at, where: { name: { eq: 'Otra' } } };
    await on.make([rename('A', 'x')], { trigger, process: 'GREET', scope: { kind: 'ACCOUNT', of: accounts[2].id } });
    await on.world.advanceTo('2026-11-23T14:01:00.000Z');
    expect(await names()).toEqual(expected);
  });

  it('when somebody starts it by hand, who is told where one is special to others', async () => {
    const [general, cuenta] = await process({ kind: 'MANUAL' });
    for (const record of accounts) await on.begun(general, record);
    expect(await names()).toEqual(expected);
    expect(await failure(on.start(cuenta, accounts[2]))).toBe('OUT_OF_SCOPE');
    expect(await on.world.runsOf(accounts[2].id)).toHaveLength(1);
  });

  it('when a call from outside does', async () => {
    const [general, , segmento] = await process({ kind: 'WEBHOOK', record: 'account' });
    const { tenant } = on.world.boss;
    const called = async ({ id: workflow }: WorkflowRow, { id }: AnyRow, call: string): Promise<void> => {
      await runWorkflows(on.world.domain.runtime, { tenant, workflow, call, input: { account: id } });
      await on.world.work();
    };
    for (const record of accounts) await called(general, record, `call_${record.id}`);
    await called(segmento, accounts[2], 'call_x');
    expect(await names()).toEqual(expected);
  });

  it('and what is special to something that its records cannot be within is not saved', async () => {
    const scope = { kind: 'SEGMENT', of: accounts[0].id };
    expect(await failure(on.make([rename('A', 'x')], { scope }))).toBe('BAD_INPUT');
    expect(await failure(on.make([rename('A', 'x')], { scope: { kind: 'TYPE', of: segment.id } }))).toBe('BAD_INPUT');
    const none = { of: undefined, scope: { kind: 'ACCOUNT', of: accounts[0].id } };
    expect(await failure(on.make([{ key: 'A', kind: 'stop' }], none))).toBe('BAD_INPUT');
  });
});

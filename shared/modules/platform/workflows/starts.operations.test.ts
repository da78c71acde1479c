import { describe, expect, it } from '@jest/globals';
import type { PageAnswer } from '#kernel';
import { runPage } from '#kernel/run-page';
import { failure } from '#test/support/domain';
import { rename, withRuns } from '#test/support/workflow-runs';
import { runWorkflows, Workflow, type WorkflowMessage, type WorkflowRow } from './index.ts';

const on = withRuns();
const stop = (key: string, more: object = {}) => ({ key, kind: 'stop', ...more });

describe('what starts runs', () => {
  it('is a timetable, for the records of a filter, once a moment', async () => {
    const trigger = {
      kind: 'SCHEDULE',
      at: '2026-11-23T14:00:00.000Z',
      rule: 'FREQ=DAILY',
      where: { name: { contains: 'Sol' } },
    };
    const workflow = await on.make([rename('A', '{record.name}+')], { trigger });
    expect(workflow).toMatchObject({ nextAt: '2026-11-23T14:00:00.000Z' });
    const [sol, luna] = [await on.account('Sol'), await on.account('Luna')];
    await on.world.work();
    await on.world.advanceTo('2026-11-23T14:01:00.000Z');
    await on.world.advanceTo('2026-11-23T18:00:00.000Z');
    expect(await on.named(sol.id)).toBe('Sol+');
    await on.world.advanceTo('2026-11-24T14:01:00.000Z');
    expect(await Promise.all([sol, luna].map(({ id }) => on.named(id)))).toEqual(['Sol++', 'Luna']);
    const once = await on.make([rename('A', 'x')], { trigger: { kind: 'SCHEDULE', at: '2026-11-25T14:00:00.000Z' } });
    await on.world.advanceTo('2026-11-25T14:01:00.000Z');
    const rows = await on.world.domain.reader().trusted(on.world.domain.registry.entity('Workflow')).get(once.id);
    expect((rows as unknown as WorkflowRow).nextAt).toBeUndefined();
  });

  it('is a call to its address, once for each call, until the address is another one', async () => {
    const steps = [
      {
        key: 'MAKE',
        kind: 'operation',
        input: { operation: 'createAccount', input: { name: { $: 'input.company' } } },
      },
      // The first call's run still goes on when the second one comes.
      { key: 'WAIT', kind: 'waitFor', input: { amount: 1 } },
    ];
    const trigger = { kind: 'WEBHOOK', mostPerMinute: 6 };
    const workflow = await on.world.publish({ name: 'Web', trigger, steps });
    const { url } = await on.world.domain.run<{ url: string }>('workflowAddress', { id: workflow.id }, on.world.boss);
    const call = (address: string, body: string, headers: Record<string, string> = {}): Promise<PageAnswer> => {
      const token = address.split('/hooks/w/')[1] ?? '';
      const request = {
        method: 'POST',
        path: '',
        query: {},
        headers: { 'content-type': 'application/json', ...headers },
        body,
        ip: '',
      } as const;
      return runPage(on.world.domain.runtime, 'hook-w', token, request);
    };
    const body = JSON.stringify({ company: 'De la web' });
    const statuses = [
      await call(url, body, { 'webhook-id': 'a' }),
      await call(url, body, { 'webhook-id': 'a' }),
      await call(url, body, { 'webhook-id': 'b' }),
      await call(url, 'nope'),
      await call(`${url}x`, body),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([202, 202, 202, 422, 404]);
    const kept = on.world.domain.sent[0]?.message.body as WorkflowMessage;
    const paused = { ...on.world.domain.runtime, isPaused: () => Promise.resolve(true) };
    expect(await failure(runWorkflows(paused, kept))).toBe('TENANT_READ_ONLY');
    await on.world.work();
    const made = async (): Promise<number> => {
      const accounts = on.world.domain.reader().trusted(on.world.domain.registry.entity('Account'));
      const { rows } = await accounts.page('byName', { first: 50 });
      return rows.filter((row) => row['name'] === 'De la web').length;
    };
    expect(await made()).toBe(2);
    const renewed = await on.world.domain.run<{ url: string }>(
      'renewWorkflowAddress',
      { id: workflow.id, version: workflow.version },
      on.world.boss,
    );
    expect((await call(url, body)).status).toBe(404);
    const onRecord = { kind: 'WEBHOOK', record: 'account' };
    const onAccounts = await on.world.publish({ name: 'On', of: 'Account', trigger: onRecord, steps: [stop('A')] });
    const address = await on.world.domain.run<{ url: string }>('workflowAddress', { id: onAccounts.id }, on.world.boss);
    const { id } = await on.account('Sol');
    const answers = [{ account: id }, { account: 'acc_zzz' }, { text: 'x' }].map((each) =>
      call(address.url, JSON.stringify(each)),
    );
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([202, 422, 422]);
    expect((await call(renewed.url, body)).status).toBe(202);
    expect((await call(renewed.url, JSON.stringify('x'.repeat(70_000)))).status).toBe(422);
    const patient = { 'webhook-id': 'c' };
    const tooMany = await call(renewed.url, body, patient);
    expect([tooMany.status, tooMany.headers]).toEqual([429, { 'retry-after': expect.stringMatching(/^[1-6]?\d$/) }]);
    on.world.domain.clock.set(new Date(on.world.domain.clock.now().getTime() + 60_000).toISOString());
    // What is too fast is delayed, not lost: the call comes again when it was told to, and again, and is worked on once.
    for (let times = 0; times < 2; times += 1) expect((await call(renewed.url, body, patient)).status).toBe(202);
    await on.world.work();
    expect(await made()).toBe(4);
    const { version } = await on.world.domain.reader().trusted(Workflow).get(workflow.id);
    await on.world.domain.run('updateWorkflow', { id: workflow.id, version, active: false }, on.world.boss);
    const off = await call(renewed.url, body);
    expect([off.status, off.body]).toEqual([422, expect.stringContaining('WORKFLOW_OFF')]);
  });
});

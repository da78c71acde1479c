import { describe, expect, it } from '@jest/globals';
import { DomainError, type AnyRow } from '#kernel';
import { builtInRoles, rulesOfKeys } from '#modules/platform/roles';
import { failure } from '#test/support/domain';
import { rename, withRuns } from '#test/support/workflow-runs';
import type { WorkflowRow } from './index.ts';

const on = withRuns();
const stop = (key: string, more: object = {}) => ({ key, kind: 'stop', ...more });
const as = (role: string, more: object = {}) =>
  on.world.domain.actor({ rules: rulesOfKeys(builtInRoles(on.world.domain.registry), [role]), ...more });

/** What a definition gets wrong: codes and where they lie. */
const wrong = async (steps: readonly object[], more: object = {}): Promise<readonly string[]> => {
  try {
    await on.make(steps, more);
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.problems.map(({ code, path = [] }) => `${code} ${path.join('.')}`);
    throw error;
  }
};

describe('a definition', () => {
  it('is made of kinds of steps that tell what they go by', async () => {
    const { kinds } = await on.world.domain.run<{ kinds: readonly AnyRow[] }>('workflowStepKinds', {}, on.world.boss);
    expect(kinds.find(({ key }) => key === 'waitFor')?.['inputs']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'unit', kind: 'choice', options: expect.arrayContaining(['DAYS']) }),
        expect.objectContaining({ name: 'amount', kind: 'integer', presence: 'optional', options: [] }),
      ]),
    );
    for (const { key, inputs } of kinds)
      for (const { describes } of inputs as AnyRow[])
        expect([key, describes]).toEqual([key, expect.stringMatching(/./)]);
  });

  it('is refused with everything that is wrong with it', async () => {
    expect(await wrong([])).toEqual(['BAD_INPUT steps']);
    expect(await wrong([stop('A', { kind: 'dance' })])).toEqual(['UNKNOWN_KIND steps.0.kind']);
    expect(await wrong([rename('A', 'x', { next: 'NOWHERE' })])).toEqual(['UNKNOWN_STEP steps.0.next']);
    expect(await wrong([stop('A'), stop('B')])).toEqual(['UNREACHABLE_STEP steps.1']);
    expect(await wrong([rename('A', 'x'), rename('B', 'y', { next: 'A' })])).toEqual([
      'ENDLESS_LOOP steps.0',
      'ENDLESS_LOOP steps.1',
    ]);
    const wait = { key: 'W', kind: 'waitFor', input: { amount: 1 } };
    const named = { key: 'W', kind: 'waitFor', input: { event: 'contact.created', via: 'owner', amount: 1 } };
    await expect(on.make([named])).rejects.toThrow('Say which field of Contact names the Account; there are account');
    expect(await wrong([rename('A', 'x'), { ...wait, next: 'A' }])).toEqual([]);
    expect(await wrong([{ key: 'A', kind: 'operation', input: { operation: 'flyAway' } }])).toEqual([
      'UNKNOWN_OPERATION steps.0.input.operation',
    ]);
    expect(await wrong([{ key: 'A', kind: 'operation', input: {} }])).toEqual(['BAD_INPUT steps.0.input.operation']);
    expect(await wrong([{ key: 'A', kind: 'forEach', input: { over: [] } }])).toEqual(['BAD_INPUT steps.0.input.body']);
    const changing = [...on.world.domain.registry.operations.values()].filter(({ kind }) => kind === 'mutation');
    const steering = changing.filter(({ name }) => /Workflow|Simulation|StageRule/.test(name));
    expect(steering.length).toBeGreaterThan(10);
    for (const { name } of steering)
      expect([name, await wrong([{ key: 'A', kind: 'operation', input: { operation: name } }])]).toEqual([
        name,
        ['UNKNOWN_OPERATION steps.0.input.operation'],
      ]);
    const operation = (input: object) =>
      wrong([{ key: 'A', kind: 'operation', input: { operation: 'createAccount', input } }]);
    expect(await operation({ nope: 1, name: 'x' })).toEqual(['UNKNOWN_FIELD steps.0.input.input.nope']);
    expect(await operation({})).toEqual(['BAD_INPUT steps.0.input.input.name']);
    expect(await operation({ name: { $: 'record.kinds' } })).toEqual(['WRONG_KIND steps.0.input.input.name']);
    expect(await operation({ name: { $: 'record.nope' } })).toEqual(['UNKNOWN_FIELD steps.0.input.input.name']);
    expect(await operation({ name: '{record.nope}' })).toEqual(['UNKNOWN_FIELD steps.0.input.input.name']);
    expect(await operation({ name: { $: 'window.name' } })).toEqual(['BAD_INPUT steps.0.input.input.name']);
    const event = (trigger: object) => wrong([stop('A')], { trigger: { kind: 'EVENT', ...trigger } });
    expect(await event({})).toEqual(['BAD_INPUT trigger.on']);
    expect(await event({ on: 'account.flew' })).toEqual(['BAD_INPUT trigger.on']);
    expect(await event({ on: 'workflowRun.completed' })).toEqual(['BAD_INPUT trigger.on']);
    expect(await event({ on: 'contact.created' })).toEqual(['BAD_INPUT trigger.record']);
    expect(await event({ on: 'contact.created', record: 'account' })).toEqual([]);
    expect(await event({ on: 'account.created', where: { nope: { eq: 1 } } })).toEqual([
      'BAD_INPUT trigger.where.nope',
    ]);
    expect(await wrong([stop('A')], { of: 'Dragon' })).toEqual(['BAD_INPUT of']);
    expect(
      await wrong([stop('A')], {
        trigger: { kind: 'SCHEDULE', at: '2026-12-01T12:00:00Z', rule: 'FREQ=DAILY;BYDAY=XX' },
      }),
    ).toEqual(['RULE_INVALID trigger.rule']);
  });

  it('is for those who may, in their own tenant', async () => {
    const workflow = await on.make([rename('A', '{record.name}!')]);
    const sol = await on.account('Sol');
    const change = { id: workflow.id, version: workflow.version, note: 'x' };
    expect(await failure(on.world.domain.run('updateWorkflow', change, as('seller')))).toBe('FORBIDDEN');
    expect(await failure(on.world.domain.run('createWorkflow', { name: 'Mía' }, as('manager')))).toBe('FORBIDDEN');
    expect(
      await failure(
        on.world.domain.run(
          'startWorkflow',
          { workflow: workflow.id, record: sol.id },
          as('seller', { id: 'usr_other', userId: 'usr_other' }),
        ),
      ),
    ).toBe('NOT_FOUND');
    expect(
      await failure(
        on.world.domain.run(
          'startWorkflow',
          { workflow: workflow.id, record: sol.id },
          { ...on.world.boss, tenant: 'ten_00000000000000000000009999' },
        ),
      ),
    ).toBe('NOT_FOUND');
    expect(
      await on.world.domain.run(
        'startWorkflow',
        { workflow: workflow.id, record: sol.id },
        as('manager', { id: on.world.boss.id, userId: on.world.boss.id }),
      ),
    ).toMatchObject({
      status: 'RUNNING',
    });
    await on.world.work();
    expect(await on.named(sol.id)).toBe('Sol!');
    const changed = await on.world.domain.run<WorkflowRow>(
      'updateWorkflow',
      { ...change, active: false },
      on.world.boss,
    );
    expect(changed.revision).toBe(1);
    expect(await failure(on.start(workflow, sol))).toBe('WORKFLOW_OFF');
  });
});

describe('an approval', () => {
  it('is asked of a team, and what is decided leads on', async () => {
    const invite = (name: string) =>
      on.world.domain.run<AnyRow>('inviteUser', { name, email: `${name.toLowerCase()}@acme.test`, roles: ['manager'] });
    const [ana, ben] = [await invite('Ana'), await invite('Ben')];
    const team = await on.world.domain.run<AnyRow>(
      'createTeam',
      { name: 'Norte', members: [ana.id, ben.id] },
      on.world.boss,
    );
    const workflow = await on.make([
      {
        key: 'ASK',
        kind: 'approval',
        input: { subject: '¿{record.name}?', team: team.id },
        routes: [{ is: ['REJECTED'], to: 'NO' }],
        next: 'YES',
      },
      rename('YES', '{record.name} sí', { next: 'END' }),
      rename('NO', '{record.name} no'),
    ]);
    const [sol, luna, mar] = [await on.account('Sol'), await on.account('Luna'), await on.account('Mar')];
    const runs = [await on.start(workflow, sol), await on.start(workflow, luna), await on.start(workflow, mar)];
    await on.world.work();
    const waiting = await Promise.all(runs.map(({ id }) => on.world.run(id)));
    expect(waiting.map(({ waitsFor }) => waitsFor)).toEqual(['APPROVAL', 'APPROVAL', 'APPROVAL']);
    const asked = waiting.map(
      ({ decisions }) => (decisions.at(-1)?.output as { approval: string } | undefined)?.approval,
    );
    const approvals = await on.world.domain
      .reader()
      .trusted(on.world.domain.registry.entity('Approval'))
      .getMany(asked.map(String));
    expect([...approvals.values()].map((row) => row['askedBy'])).toEqual([sol.ownerId, luna.ownerId, mar.ownerId]);
    const anaActs = on.world.domain.actor({ id: ana.id, userId: ana.id });
    await on.world.domain.run('approve', { id: asked[0] }, anaActs);
    await on.world.domain.run('reject', { id: asked[1], comment: 'No' }, anaActs);
    await on.world.work();
    expect(await Promise.all([sol, luna].map(({ id }) => on.named(id)))).toEqual(['Sol sí', 'Luna no']);
    const { version } = await on.world.run(runs[2]?.id ?? '');
    await on.world.domain.run('cancelWorkflowRun', { id: runs[2]?.id, version, reason: 'Ya no' }, on.world.boss);
    expect(await failure(on.world.domain.run('approve', { id: asked[2] }, anaActs))).not.toBe('nothing failed');
    await on.world.work();
    expect(await on.named(mar.id)).toBe('Mar');
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { forget } from '#kernel/remember';
import type { AnyRow } from '#kernel';
import { defaultPipeline } from '#modules/platform/flows';
import { defaultActivityTypes } from '#modules/engagement/activities';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { startWorkflowing, type Workflowing } from '#test/support/workflows';

type Deal = AnyRow & { readonly stage: string; readonly description?: string };
type Shown = { readonly step: string; readonly by: string; readonly state: string; readonly made?: string } & AnyRow;

const tenanted = withTenantTable();
let world: Workflowing;
let deal: Deal;
let pipeline: AnyRow;
let [first, second]: string[] = [];
beforeEach(async () => {
  world = await startWorkflowing({ table: tenanted.table, tenant: tenanted.tenant });
  for (const type of defaultActivityTypes) await run('createActivityType', type);
  pipeline = await run('createPipeline', defaultPipeline);
  [first, second] = defaultPipeline.stages.map(({ key }) => key);
  deal = await run<Deal>('createOpportunity', { name: 'Sillas' });
  await world.work();
});

const run = <Row = AnyRow>(name: string, input: object, actor = world.boss) =>
  world.domain.run<Row>(name, input as Record<string, unknown>, actor);
const rule = async (when: string, steps: readonly object[], more: object = {}) => {
  const made = await run('createStageRule', {
    name: `${when} ${String((count += 1))}`,
    when,
    stage: second,
    steps,
    ...more,
  });
  forget(world.domain.runtime, `workflows ${world.domain.actor().tenant}`);
  return made;
};
let count = 0;
const note = (description: string) => ({ key: 'NOTE', kind: 'setField', input: { values: { description } } });
const move = async (stage: string | undefined) => {
  await run('moveOpportunity', { id: deal.id, stage });
  await world.work();
};
const now = async () =>
  (await world.domain.reader().trusted(world.domain.registry.entity('Opportunity')).get(deal.id)) as Deal;
const jump = async (days: number) => {
  const at = Date.parse(world.domain.clock.now().toISOString()) + days * 86_400_000;
  world.domain.clock.set(new Date(at - 60_000).toISOString());
  await world.advanceTo(new Date(at + 60_000).toISOString());
};
const shown = async () => (await run<{ steps: readonly Shown[] }>('workflowSteps', { record: deal.id })).steps;

describe('rules of a stage', () => {
  it('act on entry, in their pipeline alone, and on exit', async () => {
    await rule('ENTRY', [note('in {record.stage}')], { within: pipeline.id });
    await rule('ENTRY', [{ key: 'T', kind: 'setField', input: { values: { tags: ['other'] } } }], {
      within: (await otherPipeline()).id,
    });
    await rule('EXIT', [{ key: 'T', kind: 'setField', input: { values: { tags: ['left'] } } }]);
    await move(second);
    expect(await now()).toMatchObject({ description: `in ${second ?? ''}`, tags: [] });
    await move(first);
    expect(await now()).toMatchObject({ tags: ['left'] });
  });

  it('act after days, counted anew for who comes back, and not for who has left', async () => {
    await rule('AFTER_DAYS', [note('long')], { days: 3 });
    await move(second);
    await jump(2);
    await move(first);
    await move(second);
    await jump(2);
    expect((await now()).description).toBeUndefined();
    await jump(1);
    expect((await now()).description).toBe('long');
    await run('updateOpportunity', { id: deal.id, version: (await now()).version, description: null });
    await move(first);
    await move(second);
    await move(first);
    await jump(3);
    expect((await now()).description).toBeUndefined();
  });

  it('act on the word of another system while the record stands there, and may move it on', async () => {
    const next = {
      key: 'MOVE',
      kind: 'operation',
      input: { operation: 'moveOpportunity', input: { id: { $: 'record.id' }, stage: 'WON' } },
    };
    const made = await rule('OUTSIDE_EVENT', [next], { by: 'externalId' });
    expect(made).toMatchObject({
      trigger: { kind: 'WEBHOOK', record: 'record', by: 'externalId' },
      hook: expect.any(String),
    });
    expect(made['steps']).toMatchObject([{ key: 'STILL' }, { key: 'MOVE' }]);
  });

  it('act on the status of a case, which is a stage of the pipeline of its type', async () => {
    const type = await run('createCaseType', { key: 'CLAIM', labels: { es: 'Reclamo', en: 'Claim' } });
    const { id: account } = await run('createAccount', { name: 'Molinos del Sur' });
    const made = await run('createCase', { type: type.id, account, subject: 'Saco roto' });
    const { stages } = await run<{ stages: readonly { key: string }[] }>('updatePipeline', {
      ...{ id: type['pipeline'], version: 1, name: 'Claims' },
    });
    const status = stages[1]?.key;
    await rule('ENTRY', [note('in {record.status}')], { of: 'Case', stage: status, within: type['pipeline'] });
    await run('moveCase', { id: made.id, status });
    await world.work();
    const now = await world.domain.reader().trusted(world.domain.registry.entity('Case')).get(made.id);
    expect(now).toMatchObject({ status, description: `in ${String(status)}` });
    expect(await failure(rule('ENTRY', [note('x')], { of: 'Case', stage: 'NONE' }))).toBe('STAGE_NOT_FOUND');
  });

  it('are refused for what has no stages, without days, or with steps that cannot be', async () => {
    expect(await failure(rule('ENTRY', [note('x')], { of: 'Team' }))).toBe('NO_STAGES');
    expect(await failure(rule('ENTRY', [note('x')], { stage: 'PROPOSALX' }))).toBe('STAGE_NOT_FOUND');
    expect(await failure(rule('AFTER_DAYS', [note('x')]))).toBe('BAD_INPUT');
    expect(await failure(rule('ENTRY', [{ key: 'X', kind: 'none' }]))).toBe('UNKNOWN_KIND');
    const task = { key: 'X', kind: 'task', input: { subject: 'x', role: 'bosss' } };
    expect(await failure(rule('ENTRY', [task]))).toBe('UNKNOWN_ROLE');
    const seller = world.domain.actor({
      ...world.boss,
      rules: { ...world.boss.rules, operations: [], entities: { '*': { read: 'all' } } },
    });
    const input = { name: 'Mine', when: 'ENTRY', stage: 'X', steps: [note('x')] };
    expect(await failure(run('createStageRule', input, seller))).toBe('FORBIDDEN');
  });

  it('show on the record what the product did, what waits for whom, and what may come', async () => {
    const ana = await run('inviteUser', { name: 'Ana', email: 'ana@acme.test', roles: ['administrator'] });
    const offer = { key: 'OFFER', name: 'Enviar oferta', kind: 'task', input: { subject: 'Oferta', inDays: 1 } };
    const done = {
      key: 'WAIT',
      kind: 'waitFor',
      input: { event: 'activity.completed', via: 'opportunity', amount: 9, unit: 'DAYS' },
    };
    const ask = { key: 'ASK', kind: 'approval', input: { subject: '¿Seguimos?', approvers: [ana.id] } };
    await rule('ENTRY', [note('begun'), offer, done, ask, { ...note('over'), key: 'OVER' }], { within: pipeline.id });
    await move(second);
    const task = (await shown()).find(({ step }) => step === 'OFFER');
    expect(await shown()).toMatchObject([
      { step: 'NOTE', by: 'SYSTEM', state: 'DONE' },
      {
        step: 'OFFER',
        name: 'Enviar oferta',
        by: 'PERSON',
        state: 'WAITING',
        people: [world.boss.userId],
        made: expect.stringMatching(/^act_/),
      },
      { step: 'WAIT', by: 'SYSTEM', state: 'WAITING', until: expect.any(String) },
      { step: 'ASK', by: 'PERSON', state: 'NEXT' },
      { step: 'OVER', by: 'SYSTEM', state: 'NEXT' },
    ]);
    await run('completeActivity', { id: task?.made });
    await world.work();
    const asked = await shown();
    expect(asked[3]).toMatchObject({ people: [ana.id] });
    expect(asked.map(({ step, by, state }) => `${step} ${by} ${state}`)).toEqual([
      'NOTE SYSTEM DONE',
      'OFFER PERSON DONE',
      'WAIT SYSTEM DONE',
      'ASK PERSON WAITING',
      'OVER SYSTEM NEXT',
    ]);
    await run('approve', { id: asked[3]?.made }, world.domain.actor({ id: ana.id, userId: ana.id }));
    await world.work();
    expect((await shown()).map(({ step, state }) => `${step} ${state}`).slice(3)).toEqual(['ASK DONE', 'OVER DONE']);
    expect((await now()).description).toBe('over');
    const stranger = world.domain.actor({ rules: { ...world.boss.rules, entities: { WorkflowRun: { read: 'all' } } } });
    expect(await failure(run('workflowSteps', { record: deal.id }, stranger))).toBe('NOT_FOUND');
  });
});

const otherPipeline = () => run('createPipeline', { ...defaultPipeline, name: 'Obra', isDefault: false });

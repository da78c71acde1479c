import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { defaultPipeline } from '#modules/platform/flows';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { person } from '#test/support/parties';
import { startPlans, type Plans } from '#test/support/plans';

const tenanted = withTenantTable();
let plans: Plans;
let domain: Domain;
let segment: AnyRow;
beforeEach(async () => {
  plans = await startPlans(tenanted.table, tenanted.tenant);
  ({ domain } = plans);
  await domain.run('createPipeline', defaultPipeline);
  const given = { name: 'Norte', recordType: 'Account', where: { tags: { has: 'norte' } } };
  segment = await domain.run('createSegment', given);
  await workOff(domain);
  await domain.settle();
});

type Flow = Record<string, unknown> & { readonly opportunities: Record<string, unknown>; readonly sequences: object[] };
const flow = (more: object = {}, actor = plans.me()) =>
  domain.run<Flow>('segmentFlow', { segment: segment.id, ...more }, actor);
const member = async (name: string, owner = plans.ana): Promise<AnyRow> => {
  const row = await plans.make(name, { tags: ['norte'] }, owner);
  await domain.settle();
  return row;
};
const plan = async (account: string, dueAt: string, completedAt?: string): Promise<string> => {
  const { id } = await domain.run<AnyRow>(
    'createActivity',
    { subject: 'Llamar', type: plans.call, account, dueAt },
    plans.me(),
  );
  if (completedAt !== undefined) await domain.run('completeActivity', { id, completedAt }, plans.me());
  return id;
};
const sell = (account: string, amount: number) =>
  domain.run<AnyRow>(
    'createOpportunity',
    { name: 'Venta', account, amount: { minor: amount, currency: 'USD' } },
    plans.me(),
  );

describe('the flow of a segment', () => {
  it('counts members, contact, work and sales, for what was there before they came and for what follows', async () => {
    const first = await plans.make('Antes');
    await plan(first.id, '2026-11-20T15:00:00.000Z', '2026-11-20T15:00:00.000Z');
    await sell(first.id, 50_000);
    await domain.run('updateAccount', { id: first.id, version: 1, tags: ['norte'] }, plans.me());
    await domain.settle();
    const [second] = [await member('Después'), await member('Nunca')];
    await plan(second.id, '2026-11-22T15:00:00.000Z', '2026-11-22T15:00:00.000Z');
    const late = await plan(second.id, '2026-11-20T22:00:00.000Z');
    await plan(second.id, '2026-11-30T22:00:00.000Z');
    const sale = await sell(second.id, 120_000);
    await domain.run('moveOpportunity', { id: sale.id, stage: 'WON' }, plans.me());
    await domain.settle();
    expect(await flow()).toMatchObject({
      members: 3,
      contacted: 2,
      notContacted: 1,
      daysSinceContact: 2,
      contactRate: '66.7',
      planned: 2,
      overdue: 1,
      done: 2,
      opportunities: {
        open: 1,
        openAmount: { minor: 50_000, currency: 'USD' },
        won: 1,
        wonAmount: { minor: 120_000, currency: 'USD' },
        lost: 0,
        buyers: 1,
        conversion: '33.3',
        winRate: '100',
      },
    });
    expect(domain.meter().requests).toBeLessThanOrEqual(4);
    await domain.run('dropActivity', { id: late }, plans.me());
    await domain.settle();
    const before = await flow();
    await domain.run('recountSegmentFlow', { segment: segment.id });
    await workOff(domain);
    expect(await flow()).toEqual(before);
    domain.clock.set('2026-12-02T15:00:00.000Z');
    expect(await flow()).toMatchObject({ planned: 1, overdue: 1, daysSinceContact: 11 });
  });

  it('lets go whoever leaves, follows whoever changes hands, and counts nothing twice', async () => {
    const [one, two] = [await member('Uno'), await member('Dos')];
    await plan(one.id, '2026-11-22T15:00:00.000Z', '2026-11-22T15:00:00.000Z');
    const events = await domain.settle();
    await consumeEvents(domain.runtime, [...events, ...events]);
    await domain.settle();
    expect(await flow({ owner: plans.ana })).toMatchObject({ members: 2, contacted: 1, done: 1 });
    const read = (id: string) => domain.reader().data(domain.registry.entity('Account')).get(id);
    await domain.run('updateAccount', { id: one.id, version: (await read(one.id)).version, owner: plans.ben });
    await domain.run('updateAccount', { id: two.id, version: (await read(two.id)).version, tags: [] });
    await domain.settle();
    expect(await flow({ owner: plans.ana })).toMatchObject({ members: 0, contacted: 0 });
    expect(await flow({ owner: plans.ben })).toMatchObject({ members: 1, contacted: 1 });
    await domain.run('archiveAccount', { id: one.id, version: (await read(one.id)).version });
    await domain.settle();
    expect(await flow()).toMatchObject({ members: 0, done: 0 });
  });

  it('shows each only what that person may see, and the sequences that the segment starts', async () => {
    const starts = [{ on: 'segmentMember.entered', where: { segment: { eq: segment.id } }, record: 'account' }];
    const ends = [{ on: 'segmentMember.exited', where: { segment: { eq: segment.id } }, record: 'account' }];
    const { id } = await plans.sequence([plans.step('A')], { starts, ends });
    const mine = await member('Mía');
    await member('De Ben', plans.ben);
    expect(await flow()).toMatchObject({ members: 2, planned: 2, sequences: [{ sequence: { id }, running: 2 }] });
    expect(await flow({}, person(domain, plans.ana))).toMatchObject({
      members: 1,
      planned: 1,
      sequences: [{ running: 1 }],
    });
    const { version } = await domain.reader().data(domain.registry.entity('Account')).get(mine.id);
    await domain.run('updateAccount', { id: mine.id, version, tags: [] }, plans.me());
    await domain.settle();
    expect(await flow()).toMatchObject({ members: 1, sequences: [{ running: 1, stopped: 1, reached: 1 }] });
    expect(await failure(flow({}, domain.actor({ tenant: `${tenanted.tenant}X` })))).toBe('NOT_FOUND');
  });
});

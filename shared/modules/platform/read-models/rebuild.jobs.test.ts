import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, Item, Table } from '#kernel';
import { applyProjections } from '#kernel/apply-projections';
import { generationsKey, rollupPartition } from '#kernel/rollup-cells';
import { modules } from '#modules';
import { defaultPipeline } from '#modules/platform/flows';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { nextJobMessage, workOff } from '#test/support/jobs';
import { runJob } from '#modules/platform/jobs';

const tenanted = withTenantTable();
let domain: Domain;
let pipeline: AnyRow;
let account: AnyRow;
let deals: AnyRow[];

beforeEach(async () => {
  domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
  pipeline = await domain.run<AnyRow>('createPipeline', defaultPipeline);
  account = await domain.run<AnyRow>('createAccount', { name: 'Comercial Andina' });
  deals = [];
  for (const name of ['Chairs', 'Tables', 'Lamps']) deals.push(await open(name));
  await domain.settle();
});

const open = (name: string): Promise<AnyRow> =>
  domain.run<AnyRow>('createOpportunity', {
    ...{ name, account: account.id, amount: { minor: 1000, currency: 'USD' }, expectedCloseOn: '2026-12-20' },
  });
const moveTo = async (stage: string, deal = deals[0]): Promise<void> => {
  await domain.run('moveOpportunity', { id: deal?.id, stage });
};
const itemsIn = async (partition: string): Promise<readonly Item[]> =>
  (await tenanted.table.query({ pk: `${tenanted.tenant}#${partition}` })).items;
const cells = async (): Promise<readonly Item[]> =>
  (await tenanted.table.query({ pk: rollupPartition(tenanted.tenant, 'opportunityTotals', pipeline.id) })).items;

type Column = { readonly stage: string; readonly count: number; readonly amount: unknown };

const columns = async (): Promise<readonly Column[]> => {
  const board = await domain.run<{ columns: readonly Column[] }>('board', { pipeline: pipeline.id });
  return board.columns.map(({ stage, count, amount }) => ({ stage, count, amount }));
};
const counted = async (): Promise<number> => (await columns()).reduce((sum, { count }) => sum + count, 0);

/** What people see of the read models. */
const seen = async () => ({
  board: await columns(),
  forecast: await domain.run('forecast', { pipeline: pipeline.id, groupBy: ['stage'] }),
  timeline: (await itemsIn(account.id)).filter(({ sk }) => sk.startsWith('time#')),
  found: await domain.run('search', { text: 'cha' }),
});

/** One piece of the job for each message. */
const workPiece = async (): Promise<boolean> => {
  const message = nextJobMessage(domain);
  if (!message) return false;
  await runJob(domain.runtime, { ...message, message: 'm', turn: 1, isLastTry: false, hasTime: () => false });
  return true;
};

const wreck = async (): Promise<void> => {
  for (const cell of await cells())
    await tenanted.table.write({ kind: 'put', item: { ...cell, 'WON#CLOSED#count': 7, 'WON#CLOSED#amount': 700 } });
  const stray = (await itemsIn(account.id)).filter(({ sk }) => sk.startsWith('time#'));
  await tenanted.table.batchWrite(stray.map(({ pk, sk }) => ({ kind: 'delete', key: { pk, sk } })));
  for (const { id } of deals) {
    const memo = await tenanted.table.get({ pk: `${tenanted.tenant}#${id}`, sk: 'projected' });
    for (const name of Object.keys(memo?.['items'] as object)) {
      const [partition = '', sk = ''] = name.split('\n');
      await tenanted.table.write({ kind: 'delete', key: { pk: `${tenanted.tenant}#${partition}`, sk } });
    }
  }
};

describe('a rebuild', () => {
  it('brings back what was wrecked, and leaves nothing of the old totals', async () => {
    await moveTo('WON');
    await domain.settle();
    const before = await seen();
    await wreck();
    expect(await seen()).not.toEqual(before);
    const job = await domain.run<AnyRow>('rebuildReadModels', {});
    await domain.settle();
    await workOff(domain);
    expect(await seen()).toEqual(before);
    expect((await cells()).map(({ sk }) => sk.split('#').at(-1))).toEqual(['0.1', '0.1']);
    const { rows } = await domain.reader().data(domain.registry.entity('Job')).list({ first: 10 });
    expect(rows).toMatchObject([{ id: job.id, status: 'COMPLETED' }]);
    expect(rows[0]?.['done']).toBe(rows[0]?.['total']);
  });

  it('changes nothing for those who read meanwhile, while others write, also with what they knew before it began', async () => {
    await domain.run('rebuildReadModels', { entity: 'Opportunity' });
    const stages = ['ENGAGING', 'PROPOSAL', 'WON', 'ENGAGING', 'PROPOSAL', 'WON', 'ENGAGING'];
    for (let turn = 0; await workPiece(); turn += 1) {
      await moveTo(stages[turn % stages.length] ?? '', deals[turn % 3]);
      await domain.settle();
      if (turn === 0) await applyUnaware(deals[1]);
      expect(await seen()).toMatchObject({ forecast: { groups: expect.anything() } });
      expect(await counted()).toBe(3);
    }
    expect((await cells()).every(({ sk }) => sk.endsWith('.1'))).toBe(true);
  });

  it('refuses kinds that do not exist, and people without the permission', async () => {
    expect(await failure(domain.run('rebuildReadModels', { entity: 'Unicorn' }))).toBe('UNKNOWN_ENTITY');
    const seller = domain.actor({ rules: { ...domain.actor().rules, operations: [] } });
    expect(await failure(domain.run('rebuildReadModels', {}, seller))).toBe('FORBIDDEN');
  });
});

/** A worker that has read the generations before the rebuild began, and writes only now. */
const applyUnaware = async (deal: AnyRow | undefined): Promise<void> => {
  const key = generationsKey(tenanted.tenant);
  const unaware: Table = {
    ...tenanted.table,
    batchGet: async (keys, options) =>
      (await tenanted.table.batchGet(keys, options)).filter(({ pk, sk }) => pk !== key.pk || sk !== key.sk),
  };
  await moveTo('DECISION', deal);
  const { failed } = await applyProjections(unaware, domain.runtime, tenanted.tenant, [deal?.id ?? '']);
  expect(failed.size).toBe(0);
};

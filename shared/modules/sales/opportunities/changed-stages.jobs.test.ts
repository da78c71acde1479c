import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, Money, Row } from '#kernel';
import { modules } from '#modules';
import { defaultPipeline, type Pipeline, type Stage } from '#modules/platform/flows';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { Opportunity } from './index.ts';

type Deal = Row<typeof Opportunity>;
type Flow = Row<typeof Pipeline>;

const tenanted = withTenantTable();
let domain: Domain;
let pipeline: Flow;
beforeEach(async () => {
  domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
  pipeline = await domain.run('createPipeline', defaultPipeline);
});

const usd = (minor: number): Money => ({ minor, currency: 'USD' });
const open = (values: object = {}) =>
  domain.run<Deal>('createOpportunity', { name: 'Chairs', amount: usd(100_000), ...values });
const read = ({ id }: { readonly id: string }) => domain.reader().data(Opportunity).get(id);
const weighted = async () => {
  const { weighted: sum } = await domain.run<{ weighted: Money }>('forecast', { pipeline: pipeline.id });
  return sum.minor;
};
const changeStage = async (key: string, changes: Partial<Stage>): Promise<void> => {
  const stages = pipeline.stages.map((stage) => (stage.key === key ? { ...stage, ...changes } : stage));
  pipeline = await domain.run('updatePipeline', { id: pipeline.id, version: pipeline.version, stages });
};
const follow = async (options?: Parameters<typeof workOff>[1]): Promise<void> => {
  await domain.settle();
  await workOff(domain, options);
};
const jobs = async () =>
  (await domain.reader().data(domain.registry.entity('Job')).list({ first: 100 })).rows as readonly AnyRow[];

describe('a stage whose chance was changed', () => {
  it('weighs what stands in it anew, but not what has a chance of its own, and the forecast follows', async () => {
    const [plain, own, other] = [await open(), await open({ probability: '60' }), await open({ stage: 'ENGAGING' })];
    await domain.settle();
    await changeStage('PROSPECTING', { probability: '20', category: 'BEST_CASE' });
    await follow();
    expect(await read(plain)).toMatchObject({ chance: '20', counted: 'BEST_CASE', weightedAmount: usd(20_000) });
    expect(await read(own)).toMatchObject({ chance: '60', stageProbability: '20', weightedAmount: usd(60_000) });
    expect((await read(other)).version).toBe(1);
    expect(await weighted()).toBe(20_000 + 60_000 + 30_000);
    expect(await jobs()).toMatchObject([
      { name: 'reweighOpportunities', subject: pipeline.id, status: 'COMPLETED', total: 2, done: 2 },
    ]);
  });

  it('goes on where it stopped, over hundreds, and never weighs twice', async () => {
    const deals = await Promise.all(Array.from({ length: 230 }, () => open()));
    await domain.settle();
    await changeStage('PROSPECTING', { probability: '50' });
    await follow({ hasTime: () => false });
    const rows = await domain
      .reader()
      .data(Opportunity)
      .getMany(deals.map(({ id }) => id));
    expect(new Set([...rows.values()].map(({ chance, version }) => `${chance} ${String(version)}`))).toEqual(
      new Set(['50 2']),
    );
    expect(await jobs()).toMatchObject([{ status: 'COMPLETED', total: 230, done: 230, pages: 3 }]);
    expect(await weighted()).toBe(230 * 50_000);
  });

  it('starts nothing when only names or order changed', async () => {
    await open();
    await changeStage('PROSPECTING', { labels: { es: 'Nuevo', en: 'New' }, requiredFields: ['amount'] });
    await follow();
    expect(await jobs()).toEqual([]);
  });

  it('tells an archived opportunity when it is restored', async () => {
    const deal = await open();
    await domain.run('archiveOpportunity', { id: deal.id, version: 1 });
    await changeStage('PROSPECTING', { probability: '25' });
    await follow();
    expect((await read(deal)).chance).toBe('10');
    await domain.run('restoreOpportunity', { id: deal.id, version: 2 });
    await follow();
    expect((await read(deal)).chance).toBe('25');
  });
});

describe('a stage that means something else', () => {
  it('closes and reopens what stands in it', async () => {
    const deal = await open({ stage: 'DECISION' });
    await domain.settle();
    await changeStage('DECISION', { kind: 'WON', probability: '100', category: 'CLOSED' });
    await follow();
    expect(await read(deal)).toMatchObject({ stageKind: 'WON', closedOn: '2026-11-22', counted: 'CLOSED' });
    await changeStage('DECISION', { kind: 'OPEN', probability: '75', category: 'COMMIT' });
    await follow();
    const reopened = await read(deal);
    expect(reopened).toMatchObject({ stageKind: 'OPEN', chance: '75' });
    expect(reopened).not.toHaveProperty('closedOn');
  });

  it('loses patience, and finds it again', async () => {
    const deal = await open();
    domain.clock.advance(10 * 86_400_000);
    await changeStage('PROSPECTING', { staleAfterDays: 5 });
    await follow();
    expect(await read(deal)).toMatchObject({ isStale: true, staleAfterDays: 5 });
    await changeStage('PROSPECTING', { staleAfterDays: 15 });
    await follow();
    expect(await read(deal)).toMatchObject({ isStale: false });
  });
});

describe('removing a stage', () => {
  const remove = (stage: string, to?: string) =>
    domain.run<{ pipeline: Flow; job?: AnyRow }>('removeStage', {
      id: pipeline.id,
      version: pipeline.version,
      stage,
      ...(to !== undefined && { to }),
    });
  const keys = async () =>
    ((await domain.reader().records([pipeline.id])).get(pipeline.id) as unknown as Flow).stages.map(({ key }) => key);

  it('takes an unused one away at once', async () => {
    const { pipeline: after, job } = await remove('PROPOSAL');
    expect(after.stages.map(({ key }) => key)).not.toContain('PROPOSAL');
    expect(job).toBeUndefined();
  });

  it('is refused while it is in use, without a place to go', async () => {
    await open({ stage: 'PROPOSAL' });
    expect(await failure(remove('PROPOSAL'))).toBe('STAGE_IN_USE');
    expect(await failure(remove('PROPOSAL', 'NOWHERE'))).toBe('STAGE_NOT_FOUND');
    expect(await failure(remove('PROPOSAL', 'PROPOSAL'))).toBe('BAD_INPUT');
    expect(await failure(remove('WON'))).toBe('BAD_INPUT');
    expect(await keys()).toContain('PROPOSAL');
  });

  it('moves what stands in it first, with its history, and takes no new ones meanwhile', async () => {
    const deal = await open({ stage: 'PROPOSAL' });
    await domain.settle();
    const { pipeline: during, job } = await remove('PROPOSAL', 'DECISION');
    expect(job).toMatchObject({ status: 'QUEUED', name: 'emptyStage' });
    expect(during.stages.find(({ key }) => key === 'PROPOSAL')?.retired).toBe(true);
    expect(await failure(open({ stage: 'PROPOSAL' }))).toBe('STAGE_RETIRED');
    await follow();
    expect(await read(deal)).toMatchObject({ stage: 'DECISION', chance: '75', stageHistory: [{ stage: 'PROPOSAL' }] });
    expect(await keys()).not.toContain('PROPOSAL');
  });

  it('leaves the stage, retired, to those that may not go where they are sent', async () => {
    await changeStage('DECISION', { requiredFields: ['contact'] });
    const deal = await open({ stage: 'PROPOSAL' });
    await remove('PROPOSAL', 'DECISION');
    await follow();
    expect(await read(deal)).toMatchObject({ stage: 'PROPOSAL' });
    expect(await keys()).toContain('PROPOSAL');
    expect(await jobs()).toMatchObject([{ status: 'COMPLETED_WITH_ERRORS', result: { removed: false } }]);
  });
});

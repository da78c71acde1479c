import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, Money, Page, Row } from '#kernel';
import { modules } from '#modules';
import { defaultPipeline, type Pipeline } from '#modules/platform/flows';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { Opportunity } from './index.ts';

type Deal = Row<typeof Opportunity>;
type Board = {
  readonly columns: readonly {
    readonly stage: string;
    readonly count: number;
    readonly amount: Money;
    readonly cards: Page<Deal>;
  }[];
};
type Forecast = {
  readonly groups: readonly (Record<string, unknown> & { readonly amount: Money })[];
  readonly closed: Money;
  readonly weighted: Money;
  readonly winRate?: string;
};

const tenanted = withTenantTable();
let domain: Domain;
let pipeline: Row<typeof Pipeline>;
beforeEach(async () => {
  domain = startDomain({ modules: [...modules, peopleForTests], table: tenanted.table, tenant: tenanted.tenant });
  pipeline = await domain.run('createPipeline', defaultPipeline);
});

const usd = (minor: number): Money => ({ minor, currency: 'USD' });
const open = (values: object = {}) =>
  domain.run<Deal>('createOpportunity', { name: 'Chairs', amount: usd(100_000), ...values });
const move = (deal: Deal, stage: string, values: object = {}) =>
  domain.run<Deal>('moveOpportunity', { id: deal.id, stage, ...values });

describe('an opportunity', () => {
  it('begins in the first stage of the default pipeline and counts by its chance', async () => {
    expect(await open()).toMatchObject({
      stage: 'PROSPECTING',
      stageKind: 'OPEN',
      chance: '10',
      weightedAmount: usd(10_000),
      isIncomplete: true,
      isStale: false,
    });
    expect(await open({ probability: '33.3' })).toMatchObject({ chance: '33.3', weightedAmount: usd(33_300) });
  });

  it('takes its amount from priced products', async () => {
    const product = await domain.run<AnyRow>('createProduct', { name: 'Chair', sku: 'C1' });
    const priced = [{ product: product.id, quantity: '2.5', price: usd(1_001) }];
    expect(await open({ products: priced })).toMatchObject({ amount: usd(2_503) });
  });

  it('keeps how long it stood in each stage', async () => {
    const deal = await open();
    domain.clock.advance(90_000);
    const moved = await move(deal, 'ENGAGING');
    expect(moved).toMatchObject({
      stage: 'ENGAGING',
      chance: '30',
      stageHistory: [{ stage: 'PROSPECTING', seconds: 90, by: 'usr_test' }],
    });
    expect((await domain.settle()).map(({ type }) => type)).toContain('opportunity.stageChanged');
  });

  it('is won on a day, lost for a reason, and reopened', async () => {
    const deal = await open({ probability: '60' });
    expect(await failure(move(deal, 'LOST'))).toBe('LOST_REASON_REQUIRED');
    expect(await move(deal, 'LOST', { lostReason: 'Price', competitor: 'Acme' })).toMatchObject({
      closedOn: '2026-11-22',
      chance: '0',
      counted: 'OMITTED',
    });
    const reopened = await move(deal, 'DECISION');
    expect(reopened).not.toHaveProperty('closedOn');
    expect(reopened.chance).toBe('60');
    expect(await move(deal, 'WON', { closedOn: '2026-11-20' })).toMatchObject({
      closedOn: '2026-11-20',
      chance: '100',
      counted: 'CLOSED',
    });
  });

  it('is refused what its pipeline does not know or asks more for', async () => {
    const deal = await open();
    expect(await failure(move(deal, 'NOWHERE'))).toBe('STAGE_NOT_FOUND');
    const stages = pipeline.stages.map((stage) =>
      stage.key === 'PROPOSAL' ? { ...stage, requiredFields: ['contact'] } : stage,
    );
    await domain.run('updatePipeline', { id: pipeline.id, version: 1, stages });
    expect(await failure(move(deal, 'PROPOSAL'))).toBe('REQUIRED_FOR_STAGE');
    expect(await failure(open({ amount: usd(-1) }))).toBe('BAD_INPUT');
    expect(await failure(domain.run('updatePipeline', { id: pipeline.id, version: 2, stages: stages.slice(1) }))).toBe(
      'STAGE_REMOVED',
    );
  });

  it('changes pipeline by a move of its own', async () => {
    const other = await domain.run<Row<typeof Pipeline>>('createPipeline', {
      ...defaultPipeline,
      name: 'Obra',
      isDefault: false,
    });
    const deal = await open();
    expect(await failure(domain.run('updateOpportunity', { id: deal.id, version: 1, pipeline: other.id }))).toBe(
      'MOVE_INSTEAD',
    );
    expect(await domain.run('changePipeline', { id: deal.id, pipeline: other.id })).toMatchObject({
      pipeline: other.id,
      place: `${other.id}/PROSPECTING`,
    });
  });

  it('becomes stale when nothing moves, and not after something did', async () => {
    const [still, active] = [await open(), await open()];
    await domain.settle();
    domain.clock.set('2026-12-10T00:00:00.000Z');
    await domain.run('moveOpportunity', { id: active.id, stage: 'ENGAGING' });
    domain.clock.set('2026-12-22T14:58:00.000Z');
    await domain.advanceTo('2026-12-22T15:02:00.000Z');
    const { data } = domain.reader();
    expect([(await data(Opportunity).get(still.id)).isStale, (await data(Opportunity).get(active.id)).isStale]).toEqual(
      [true, false],
    );
  });
});

describe('the board and the forecast', () => {
  it('show counts, totals and the first cards from totals, not from rows', async () => {
    const deals = [
      await open({ expectedCloseOn: '2026-12-01' }),
      await open({ expectedCloseOn: '2026-11-30' }),
      await open({ amount: usd(5_000) }),
    ];
    await move(deals[2] as Deal, 'WON');
    await domain.settle();
    const shown = await domain.run<Board>('board', { pipeline: pipeline.id });
    const column = (stage: string) => shown.columns.find((each) => each.stage === stage);
    expect(column('PROSPECTING')).toMatchObject({ count: 2, amount: usd(200_000) });
    expect(column('PROSPECTING')?.cards.rows.map(({ id }) => id)).toEqual([deals[1]?.id, deals[0]?.id]);
    expect(column('WON')).toMatchObject({ count: 1, amount: usd(5_000) });
  });

  it('group by month and category, weigh, and know the win rate, in two requests', async () => {
    await open({ expectedCloseOn: '2026-12-01' });
    const won = await open({ amount: usd(5_000) });
    await move(won, 'WON', { closedOn: '2026-11-05' });
    const lost = await open();
    await move(lost, 'LOST', { lostReason: 'x', closedOn: '2026-11-05' });
    await domain.settle();
    const seen = await domain.run<Forecast>('forecast', {
      pipeline: pipeline.id,
      from: '2026-11',
      to: '2026-12',
      groupBy: ['month'],
    });
    expect(domain.meter().requests).toBe(2);
    expect(seen.groups.map(({ month, amount }) => [month, amount.minor])).toEqual([
      ['2026-11', 105_000],
      ['2026-12', 100_000],
    ]);
    expect(seen).toMatchObject({ closed: usd(5_000), weighted: usd(15_000), winRate: '50' });
    expect(await failure(domain.run('forecast', { pipeline: pipeline.id, from: '2026-12', to: '2026-11' }))).toBe(
      'BAD_INPUT',
    );
  });

  it('count for a seller only what is the seller’s', async () => {
    const [ana = ''] = await makePeople(domain, ['Ana']);
    await open({ owner: ana });
    await open();
    await domain.settle();
    const rules = {
      entities: { '*': { read: 'all' as const }, Opportunity: { read: 'own' as const } },
      operations: [],
      hiddenFields: [],
      readOnlyFields: [],
    };
    const shown = await domain.run<Board>(
      'board',
      { pipeline: pipeline.id },
      domain.actor({ id: ana, userId: ana, rules }),
    );
    expect(shown.columns[0]).toMatchObject({ stage: 'PROSPECTING', count: 1 });
    expect(shown.columns[0]?.cards.rows).toHaveLength(1);
  });

  it('answer the nearest to closing, dated ones only', async () => {
    const [later, sooner] = [
      await open({ expectedCloseOn: '2027-01-15' }),
      await open({ expectedCloseOn: '2026-12-01' }),
    ];
    await open();
    const { opportunities } = await domain.run<{ opportunities: readonly Deal[] }>('closestToClosing', {
      pipeline: pipeline.id,
    });
    expect(opportunities.map(({ id }) => id)).toEqual([sooner.id, later.id]);
  });
});

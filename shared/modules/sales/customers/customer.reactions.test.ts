import { beforeEach, describe, expect, it } from '@jest/globals';
import { consumeEvents } from '#kernel/consume-events';
import type { AnyRow, DomainEvent } from '#kernel';
import { modules } from '#modules';
import { defaultPipeline } from '#modules/platform/flows';
import type { RankedAccountRow } from '#modules/parties/ranking';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { ownRules, person } from '#test/support/parties';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(async () => {
  domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
  await domain.run('createPipeline', defaultPipeline);
});

const account = (name: string, values: object = {}) => domain.run<AnyRow>('createAccount', { name, ...values });
const now = async ({ id }: AnyRow) => (await domain.reader().records([id])).get(id) as RankedAccountRow;
const sell = (to: AnyRow, minor: number, closedOn = '2026-11-20') =>
  domain.run<AnyRow>('createOpportunity', {
    name: 'Sale',
    account: to.id,
    amount: { minor, currency: 'USD' },
    stage: 'WON',
    closedOn,
  });
const rank = async () => {
  await domain.settle();
  await domain.run('rankAccounts', {});
  await domain.settle();
  await workOff(domain);
};

describe('an account', () => {
  it('is a lead once a case is opened on it, and a customer once it buys, on the same record', async () => {
    const prospect = await account('Acme', { captureReason: 'Fair' });
    const deal = await domain.run<AnyRow>('createOpportunity', { name: 'Chairs', account: prospect.id });
    await domain.settle();
    expect(await now(prospect)).toMatchObject({ lifecycle: 'LEAD', version: 2 });
    await domain.run('moveOpportunity', { id: deal.id, stage: 'WON' });
    const events = await domain.settle();
    expect(await now(prospect)).toMatchObject({ lifecycle: 'CUSTOMER', captureReason: 'Fair', version: 3 });
    expect(events.map(({ type }) => type)).toContain('account.becameCustomer');
  });

  it('becomes a customer once, however often it is told', async () => {
    const prospect = await account('Acme');
    await sell(prospect, 100);
    const events = await domain.settle();
    const again = events.filter(({ type }: DomainEvent) => type.startsWith('opportunity.'));
    await consumeEvents(domain.runtime, again);
    expect(await now(prospect)).toMatchObject({ lifecycle: 'CUSTOMER', version: 2 });
  });

  it('that is archived stays as it is', async () => {
    const gone = await account('Acme');
    const deal = await domain.run<AnyRow>('createOpportunity', { name: 'Chairs', account: gone.id });
    await domain.run('archiveAccount', { id: gone.id, version: 1 });
    await domain.run('moveOpportunity', { id: deal.id, stage: 'WON' });
    await domain.settle();
    expect(await now(gone)).toMatchObject({ lifecycle: 'PROSPECT' });
  });
});

describe('ranking', () => {
  it('puts customers into classes by revenue, tells why, and lists them in order', async () => {
    const [big, middle, small, none, prospect] = await Promise.all([
      account('Big'),
      account('Middle'),
      account('Small'),
      account('None', { kinds: ['CUSTOMER'] }),
      account('Prospect'),
    ]);
    await sell(big, 60_000, '2026-11-01');
    await sell(big, 20_000, '2026-11-20');
    await sell(middle, 15_000, '2026-10-01');
    await sell(small, 5_000, '2026-03-01');
    await sell(small, 90_000, '2025-11-01');
    await rank();
    expect(await now(big)).toMatchObject({
      rank: 'A',
      rfmSegment: 'CHAMPIONS',
      ranking: {
        revenue: { minor: 80_000, currency: 'USD' },
        share: 80,
        cumulative: 80,
        days: 2,
        lastOn: '2026-11-20',
        recency: 5,
        source: 'opportunities',
        from: '2025-11-23',
        to: '2026-11-22',
      },
    });
    expect((await now(middle)).rank).toBe('B');
    expect(await now(small)).toMatchObject({ rank: 'C', ranking: { days: 1, share: 5 } });
    expect((await now(none)).rank).toBe('C');
    expect(await now(prospect)).not.toHaveProperty('rank');
    await domain.settle();
    type Ranking = { accounts: AnyRow[]; endCursor?: string; hasNextPage: boolean };
    const names = ({ accounts }: Ranking) => accounts.map(({ name }) => name);
    const first = await domain.run<Ranking>('customerRanking', { first: 2 });
    expect(names(first)).toEqual(['Big', 'Middle']);
    expect(names(await domain.run<Ranking>('customerRanking', { first: 2, after: first.endCursor }))).toEqual([
      'Small',
      'None',
    ]);
    expect(names(await domain.run<Ranking>('customerRanking', { rank: 'C' }))).toEqual(['Small', 'None']);
    const stranger = person(domain, 'usr_stranger', { rules: ownRules });
    expect(names(await domain.run<Ranking>('customerRanking', {}, stranger))).toEqual([]);
  });

  it('happens in the night after a sale, and writes only what is news', async () => {
    const customer = await account('Acme');
    await sell(customer, 100);
    await domain.settle();
    expect(await now(customer)).not.toHaveProperty('rank');
    for (const day of ['2026-11-23', '2026-11-24']) {
      domain.clock.set(`${day}T06:59:00.000Z`);
      await domain.advanceTo(`${day}T07:01:00.000Z`);
      await domain.settle();
      await workOff(domain);
    }
    expect(await now(customer)).toMatchObject({ rank: 'A', version: 3, ranking: { to: '2026-11-23' } });
  });

  it('by hand counts before the computed one, until it is taken back', async () => {
    const customer = await account('Acme');
    await sell(customer, 100);
    await domain.settle();
    const version = (await now(customer)).version;
    const given = { id: customer.id, version, rank: 'C', reason: 'Pays late' };
    expect(await domain.run('rankAccount', given)).toMatchObject({
      rank: 'C',
      manualRank: { rank: 'C', reason: 'Pays late', by: 'usr_test' },
    });
    await rank();
    expect(await now(customer)).toMatchObject({ rank: 'C', ranking: { rank: 'A' } });
    const back = await domain.run<AnyRow>('rankAccount', { id: customer.id, reason: 'Pays now' });
    expect(back).toMatchObject({ rank: 'A' });
    expect(back).not.toHaveProperty('manualRank');
    expect(await failure(domain.run('rankAccount', { ...given, version: 1 }))).toBe('STALE_VERSION');
  });

  it('follows the plan of the tenant', async () => {
    const bad = { aShare: '99', bShare: '90' };
    expect(await failure(domain.run('setRankingPlan', bad))).toBe('BAD_INPUT');
    expect(await failure(domain.run('setRankingPlan', { source: 'stars' }))).toBe('UNKNOWN_SOURCE');
    await domain.run('setRankingPlan', { periodDays: 10, aShare: '50', bShare: '60' });
    const [old, recent] = [await account('Old'), await account('Recent')];
    await sell(old, 1_000, '2026-11-01');
    await sell(recent, 10, '2026-11-20');
    await rank();
    expect((await now(old)).rank).toBe('C');
    expect(await now(recent)).toMatchObject({ rank: 'A', ranking: { from: '2026-11-13' } });
  });
});

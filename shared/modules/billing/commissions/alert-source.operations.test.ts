import { beforeEach, expect, it } from '@jest/globals';
import { commissioning } from '#test/support/commissioning';
import { line, usd } from '#test/support/invoice-lines';
import { salesTargets } from './alert-source.operations.ts';

const { start, people, run, issued, domain, sell, credit, plan } = commissioning();
beforeEach(start);

const november = { from: '2026-11-01', to: '2026-11-30' };
const target = (more: object) =>
  run('createSalesTarget', { user: people.ana, ...november, amount: usd('1000'), ...more });
const reached = async (): Promise<readonly unknown[]> => {
  const goals = salesTargets.kind === 'GOAL' ? await salesTargets.goals(domain().reader(), '2026-11-25') : [];
  return goals.map(({ user, team, about, actual }) => [user, team, about, actual]);
};

it('what is sold counts towards the target of the seller, of the team and of the product, less what comes back', async () => {
  const { ana, luis } = people;
  const chair = await run('createProduct', { sku: 'CHAIR', name: 'Chair', listPrice: usd('100'), cost: usd('60') });
  const team = await run('createTeam', { name: 'North', members: [ana, luis] });
  await target({});
  await target({ team: team.id });
  await target({ team: team.id, product: chair.id });
  await target({ from: '2026-10-01', to: '2026-10-31' });
  await credit(await sell('100'), '40');
  await issued([line('1', '7', { product: chair.id }), line('1', '5')], { owner: luis });
  await domain().settle();
  const counted = [
    [ana, undefined, undefined, 6000],
    [ana, team.id, undefined, 7200],
    [ana, team.id, 'Chair', 700],
  ];
  const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort();
  expect(sorted(await reached())).toEqual(sorted(counted));
  // Once a plan counts for the person, its count is the one that pays.
  const made = await plan({ percent: '10' });
  await sell('10');
  expect(sorted(await reached())).toContain(JSON.stringify([ana, undefined, undefined, 1000]));
  const pools = await domain()
    .reader()
    .trusted(domain().registry.entity('CommissionPool'))
    .page('byPlan', { of: made.id });
  // Neither the team's target nor the product's is the quota of the person.
  expect(pools.rows).toMatchObject([{ quota: { minor: 100_000 } }]);
});

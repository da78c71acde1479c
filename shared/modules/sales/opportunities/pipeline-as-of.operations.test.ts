import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, Money, Row } from '#kernel';
import { modules } from '#modules';
import { defaultPipeline, type Pipeline } from '#modules/platform/flows';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ownRules } from '#test/support/parties';
import { peopleForTests } from '#test/support/people';
import type { Opportunity } from './index.ts';

type Columns = {
  readonly columns: readonly { readonly stage: string; readonly count: number; readonly amount: Money }[];
};

const tenanted = withTenantTable();
let domain: Domain;
let pipeline: Row<typeof Pipeline>;
beforeEach(async () => {
  domain = startDomain({ modules: [...modules, peopleForTests], table: tenanted.table, tenant: tenanted.tenant });
  pipeline = await domain.run('createPipeline', defaultPipeline);
});

const open = (name: string, minor: number) =>
  domain.run<Row<typeof Opportunity>>('createOpportunity', { name, amount: { minor, currency: 'USD' } });
const later = async () => {
  await domain.settle();
  domain.clock.advance(60_000);
  const moment = domain.clock.now().toISOString();
  domain.clock.advance(60_000);
  return moment;
};
const filled = async (at: string, actor?: Actor) =>
  (await domain.run<Columns>('pipelineAsOf', { pipeline: pipeline.id, at }, actor)).columns
    .filter(({ count }) => count !== 0)
    .map(({ stage, count, amount }) => [stage, count, amount.minor]);

describe('a pipeline at a moment', () => {
  it('counts what stood in each stage then, whatever moved, came, changed or went since', async () => {
    const before = await later();
    const [chairs, tables] = [await open('Chairs', 100_000), await open('Tables', 50_000)];
    const two = await later();
    await domain.run('moveOpportunity', { id: chairs.id, stage: 'ENGAGING' });
    await domain.run('updateOpportunity', { id: tables.id, version: 1, amount: { minor: 70_000, currency: 'USD' } });
    await open('Lamps', 30_000);
    const three = await later();
    await domain.run('archiveOpportunity', { id: tables.id, version: 2 });
    const now = await later();
    expect(await filled(before)).toEqual([]);
    expect(await filled(two)).toEqual([['PROSPECTING', 2, 150_000]]);
    expect(await filled(three)).toEqual([
      ['PROSPECTING', 2, 100_000],
      ['ENGAGING', 1, 100_000],
    ]);
    expect(await filled(now)).toEqual([
      ['PROSPECTING', 1, 30_000],
      ['ENGAGING', 1, 100_000],
    ]);
  });

  it('counts only what the actor may count, and knows no other tenant', async () => {
    await open('Chairs', 100_000);
    const now = await later();
    const stranger = domain.actor({
      id: 'usr_x',
      userId: 'usr_x',
      rules: { ...ownRules, entities: { ...ownRules.entities, Pipeline: { read: 'all' } } },
    });
    expect(await filled(now, stranger)).toEqual([]);
    expect(await failure(filled(now, domain.actor({ tenant: 'other' })))).toBe('NOT_FOUND');
  });
});

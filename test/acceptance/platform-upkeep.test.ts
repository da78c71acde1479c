import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCloud, type TestCloud } from '#test/support/cloud';
import { ask, codesOf, succeed, waitForJob } from '#test/support/importing';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 60_000);
afterAll(() => cloud.stop());

const seen = `query($pipeline: ID!, $account: ID!) {
  board(pipeline: $pipeline) { columns { stage count amount { amount } } }
  forecast(pipeline: $pipeline) { weighted { amount } }
  search(text: "zumb") { hits { title } }
  timeline(record: $account) { entries { type at } }
}`;

describe('rebuilding read models', () => {
  it('OPP-04 ENT-05 leaves totals, search and timeline as they were, and says how far it is', async () => {
    const made = { name: 'Zumbador Hermanos' };
    const { account } = await succeed<{ account: { id: string } }>(cloud, 'createAccount', made, 'account { id }');
    const deal = { name: 'Chairs', account: account.id, amount: { amount: '1200', currency: 'USD' } };
    const { opportunity } = await succeed<{ opportunity: { id: string; pipeline: { id: string } } }>(
      cloud,
      'createOpportunity',
      deal,
      'opportunity { id pipeline { id } }',
    );
    await succeed(cloud, 'moveOpportunity', { id: opportunity.id, stage: 'PROPOSAL' }, 'opportunity { id }');
    await cloud.idle();
    const look = () => ask(cloud, seen, { pipeline: opportunity.pipeline.id, account: account.id });
    const before = await look();
    expect(before).toMatchObject({ search: { hits: [{ title: 'Zumbador Hermanos' }] } });
    for (const input of [{}, { entity: 'Opportunity' }]) {
      const { job } = await succeed<{ job: { id: string } }>(cloud, 'rebuildReadModels', input, 'job { id }');
      const ended = await waitForJob(cloud, job.id);
      expect(ended).toMatchObject({ status: 'COMPLETED', counts: { failed: 0 } });
      expect(ended.done).toBeGreaterThan(0);
      await cloud.idle();
      expect(await look()).toEqual(before);
    }
  }, 120_000);

  it('is refused for kinds that do not exist, and to sellers', async () => {
    expect(await codesOf(cloud, 'rebuildReadModels', { entity: 'Unicorn' })).toEqual(['UNKNOWN_ENTITY']);
    const seller = cloud.ready().users.find(({ role }) => role === 'seller');
    const token = await cloud.signIn(seller?.email ?? '', seller?.password ?? '');
    const answer = await cloud.graphql('mutation { rebuildReadModels(input: {}) { job { id } } }', {}, { token });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('stream records that were given up', () => {
  const ask = (task: string) => cloud.admin('POST /invoke', { function: 'record-events', event: { task } });

  it('are listed and redriven by the function that records events, as in AWS', async () => {
    expect(await ask('failures')).toEqual({ answer: [] });
    expect(await ask('redrive')).toEqual({ answer: { redriven: 0, left: [] } });
    expect(await cloud.admin('POST /redrive', { queue: 'stream' })).toEqual({ redriven: 0 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { queues } from '#infra/wiring';
import { openClient } from '#test/support/client';
import { startTestCloud, type TestCloud } from '#test/support/cloud';
import { act, ask, begin, mapped, readJob, succeed, waitForJob } from '#test/support/importing';
import { openWays, partnerOrigin, startReceiver, type Receiver } from '#test/support/ways-in';

let receiver: Receiver;
let cloud: TestCloud;
beforeAll(async () => {
  receiver = await startReceiver();
  cloud = await startTestCloud({ environment: { LAZO_STAND_INS: JSON.stringify({ [partnerOrigin]: receiver.url }) } });
  // Something that no function can read is in each queue while all that follows goes on.
  for (const name of Object.keys(queues)) await sendTo(name, 'poison');
}, 60_000);
afterAll(async () => {
  // First, so that a cloud that never started keeps no process alive.
  await receiver.stop();
  await cloud.stop();
});

const rows = 1000;
const table = (prefix: string): string =>
  [
    'sku,name',
    ...Array.from({ length: rows }, (_, index) => `${prefix}-${String(index)},Thing ${String(index)}`),
    '',
  ].join('\n');
const plan = {
  matchBy: 'sku',
  rules: [
    { field: 'sku', column: 'sku' },
    { field: 'name', column: 'name' },
  ],
};
const start = async (prefix: string): Promise<string> =>
  begin(cloud, await mapped(cloud, 'Product', `${prefix}.csv`, table(prefix), plan));
const steer = async (name: string, id: string): Promise<string> =>
  (await succeed<{ job: { status: string } }>(cloud, name, { id }, 'job { status }')).job.status;
const isAtWork = ({ status }: { readonly status: string }): boolean => status !== 'QUEUED';

/** Puts a message on a queue as it is. */
const sendTo = async (queue: string, body: string): Promise<void> => {
  const services = cloud.ready().admin.replace(/\/admin$/, '');
  const answer = await fetch(`${services}/sqs`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
    body: JSON.stringify({ QueueUrl: `${services}/sqs/000000000000/lazo-local-${queue}`, MessageBody: body }),
  });
  if (!answer.ok) throw new Error(await answer.text());
};

describe('jobs over the API', () => {
  it('IMP-01 a job is paused, read, resumed and ends with all rows done once', async () => {
    const id = await start('P');
    await waitForJob(cloud, id, isAtWork);
    expect(await steer('pauseJob', id)).toBe('PAUSED');
    await cloud.idle();
    const paused = await readJob(cloud, id);
    expect(paused).toMatchObject({ status: 'PAUSED', total: rows });
    expect(paused.done).toBeLessThan(rows);
    expect(await steer('resumeJob', id)).toBe('QUEUED');
    expect(await waitForJob(cloud, id)).toMatchObject({ status: 'COMPLETED', done: rows, counts: { created: rows } });
  }, 180_000);

  it('IMP-01 a job is cancelled and undone', async () => {
    const id = await start('C');
    await waitForJob(cloud, id, ({ done }) => done > 0);
    const { done } = await act(cloud, 'cancelJob', { id }).then(() => readJob(cloud, id));
    await cloud.idle(120);
    const cancelled = await readJob(cloud, id);
    expect(cancelled.status).toBe('CANCELLED');
    expect(cancelled.done).toBeGreaterThanOrEqual(done);
    const { job } = await succeed<{ job: { id: string } }>(cloud, 'undoJob', { id }, 'job { id undoes { id } }');
    expect(await waitForJob(cloud, job.id)).toMatchObject({
      status: 'COMPLETED',
      counts: { updated: cancelled.counts.created },
    });
    await cloud.idle(120);
    const { products } = await ask<{ products: { nodes: readonly { sku: string }[] } }>(
      cloud,
      '{ products(first: 100, where: { sku: { eq: "C-0" } }) { nodes { sku } } }',
    );
    expect(products.nodes).toEqual([]);
  }, 180_000);

  it('IMP-01 what became of each row can be read page by page', async () => {
    const body = 'sku,name\nX-1,Good\n,No code\nX-2,=1+1\n';
    const id = await begin(cloud, await mapped(cloud, 'Product', 'x.csv', body, plan));
    expect(await waitForJob(cloud, id)).toMatchObject({ status: 'COMPLETED_WITH_ERRORS' });
    const { jobResults } = await ask<{ jobResults: { results: readonly object[] } }>(
      cloud,
      'query($id: ID!) { jobResults(id: $id, status: failed) { results { row code field } } }',
      { id },
    );
    expect(jobResults.results).toEqual([
      { row: 3, code: 'BAD_INPUT', field: 'sku' },
      { row: 4, code: 'FORMULA_CELL', field: 'name' },
    ]);
  }, 60_000);
});

describe('the whole machine', () => {
  it('EML-04 TEL-01 WFL-01 INT-06 INT-07 does once what it has accepted, though it is killed in the middle, twice', async () => {
    const ways = await openWays(
      cloud,
      openClient(() => cloud),
      receiver,
    );
    const keys = ['1', '2', '3', '4'];
    await Promise.all(keys.flatMap((key) => [ways.mail(key), ways.ring(key), ways.account(key), ways.call(key)]));
    await cloud.kill9();
    await cloud.restart();
    await cloud.kill9();
    await cloud.restart();
    await cloud.idle();
    // The lease of a worker that died ends.
    await cloud.advance(20 * 60);
    expect(await ways.outcome()).toEqual(
      Object.fromEntries(
        keys.map((key) => [key, { mails: 1, cases: 1, calls: 1, activities: 1, contacts: 1, leads: 1, told: 1 }]),
      ),
    );
  }, 180_000);

  it('has kept apart what spoiled its queues, did all the rest beside it, and gives it back on demand', async () => {
    type Status = { readonly queues: Readonly<Record<string, { readonly ready: number }>> };
    const dead = async () => {
      const { queues: counts } = (await cloud.admin('GET /status')) as Status;
      return Object.keys(queues).map((name) => `${name} ${String(counts[`${name}-dlq`]?.ready ?? 0)}`);
    };
    expect(await dead()).toEqual(Object.keys(queues).map((name) => `${name} 1`));
    for (const queue of Object.keys(queues))
      expect(await cloud.admin('POST /redrive', { queue })).toEqual({ redriven: 1 });
    expect(await dead()).toEqual(Object.keys(queues).map((name) => `${name} 0`));
  });
});

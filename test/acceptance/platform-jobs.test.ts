import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCloud, type TestCloud } from '#test/support/cloud';
import { act, ask, begin, mapped, readJob, succeed, waitForJob } from '#test/support/importing';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 60_000);
afterAll(() => cloud.stop());

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

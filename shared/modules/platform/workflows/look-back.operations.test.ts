import { describe, expect, it } from '@jest/globals';
import type { Table } from '#kernel';
import { failure } from '#test/support/domain';
import { rename, withRuns } from '#test/support/workflow-runs';
import { runWorkflows } from './index.ts';

/** The log is read an event at a time: what is looked for lies pages behind where the search begins. */
const byOne = (table: Table): Table => ({
  ...table,
  query: (asked) => table.query(asked.index === 'gsi3' ? { ...asked, limit: 1 } : asked),
  metered: (meter) => byOne(table.metered(meter)),
});
const on = withRuns({ through: byOne });
const wait = (more: object = {}) => [
  { key: 'WAIT', kind: 'waitFor', input: { event: 'account.updated', amount: 1, unit: 'HOURS', ...more } },
  rename('NAME', 'Oído'),
];

describe('a run that waits for an event when its workflow is not known everywhere', () => {
  it.each([
    ['hears what other containers passed over', 'b@sol.test', 'HAPPENED'],
    ['waits on until it is over', undefined, 'TIMED_OUT'],
  ])('%s', async (_title, email, result) => {
    const sol = await on.account('Sol');
    const { id } = await on.begun(await on.make(wait()), sol);
    const { run, settle } = on.world.domain;
    if (email !== undefined) await run('updateAccount', { id: sol.id, version: 1, email }, on.world.boss);
    // A container that remembers the workflows of a minute ago hears of it, and does nothing.
    await settle();
    expect(await on.world.run(id)).toMatchObject({ status: 'WAITING', looksBackAt: expect.any(String) });
    await on.later(3);
    const looked = await on.world.run(id);
    expect([looked.looksBackAt, looked.status]).toEqual([undefined, email === undefined ? 'WAITING' : 'COMPLETED']);
    await on.later(60);
    const ended = await on.world.run(id);
    const done = ended.decisions.filter(({ step, outcome }) => step === 'WAIT' && outcome === 'DONE');
    expect([ended.status, done.map((each) => each.result)]).toEqual(['COMPLETED', [result]]);
  });

  it('looks back though the worker that was to do so has died', async () => {
    const sol = await on.account('Sol');
    const { id } = await on.begun(await on.make(wait()), sol);
    const { domain } = on.world;
    await domain.run('updateAccount', { id: sol.id, version: 1, email: 'b@sol.test' }, on.world.boss);
    await domain.settle();
    await domain.advanceTo(new Date(domain.clock.now().getTime() + 2 * 60_000).toISOString());
    expect(domain.sent.map(({ message }) => message.body)).toContainEqual(
      expect.objectContaining({ run: id, looksBack: true }),
    );
    domain.sent.length = 0;
    expect((await on.world.run(id)).status).toBe('WAITING');
    await on.later(6);
    expect((await on.world.run(id)).status).toBe('COMPLETED');
  });

  it('looks no further than to when everybody knew of it, however late it comes to look', async () => {
    const sol = await on.account('Sol');
    const { id, looksBackAt = '' } = await on.begun(await on.make(wait()), sol);
    const { domain, boss } = on.world;
    domain.clock.set(new Date(Date.parse(looksBackAt) + 60_000).toISOString());
    await domain.run('updateAccount', { id: sol.id, version: 1, email: 'b@sol.test' }, boss);
    const [heard] = (await domain.settle()).filter(({ type }) => type === 'account.updated');
    await runWorkflows(domain.runtime, { tenant: boss.tenant, run: id, looksBack: true });
    expect(await on.world.run(id)).toMatchObject({ status: 'WAITING' });
    if (heard) await runWorkflows(domain.runtime, { detail: heard });
    expect((await on.world.run(id)).status).toBe('COMPLETED');
  });

  it('does not look back where everybody has known it for long, nor for events that its filter leaves out', async () => {
    const [sol, mar] = [await on.account('Sol'), await on.account('Mar')];
    const workflow = await on.make(wait({ where: { name: { eq: 'Otro' } } }));
    const { id } = await on.begun(workflow, sol);
    await on.world.domain.run('updateAccount', { id: sol.id, version: 1, email: 'b@sol.test' }, on.world.boss);
    await on.world.domain.settle();
    await on.later(3);
    expect(await on.world.run(id)).toMatchObject({ status: 'WAITING', waitsFor: 'EVENT' });
    expect((await on.begun(workflow, mar)).looksBackAt).toBeUndefined();
    expect(await failure(on.start(workflow, mar))).toBe('RUN_GOES_ON');
  });
});

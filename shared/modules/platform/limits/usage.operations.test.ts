import { expect, it } from '@jest/globals';
import { defaulted, integer, module, mutation, signedIn, text, type AnyRow } from '#kernel';
import { modules } from '#modules';
import { turnIn } from '#modules/platform/quotas';
import { failure, startDomain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { storeTenantOf, storingTenant, tenantIdOf } from '#test/support/tenant';

const tenanted = withTenantTable();
const takeTurn = mutation('takeTurn', {
  describes: 'Takes a turn in the line of SMS, of which there are five a day, or fewer.',
  needs: signedIn,
  input: { perDay: defaulted(integer(), 5) },
  returns: { at: text() },
  run: async (pace, context) => ({ at: await turnIn(context, 'SMS', pace, context.clock.instant()) }),
});

it('administrators see what is used of the limits of a day, and are told at 80 % and at all of it, once, also when it is lowered', async () => {
  const tenant = tenantIdOf(tenanted.tenant);
  const forTests = module('platform/turn-tests', { operations: [takeTurn] });
  const domain = startDomain({
    modules: [...modules, peopleForTests, storingTenant, forTests],
    table: tenanted.table,
    tenant,
  });
  await storeTenantOf(domain, { pointsPerMinute: 400 });
  const [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
  await domain.run('assignRoles', { id: ana, version: 1, roles: ['administrator'] });
  const noticesOf = async (of: string): Promise<readonly unknown[]> =>
    (await domain.reader().trusted(domain.registry.entity('Notification')).page('byUser', { of, first: 20 })).rows
      .filter(({ kind }) => kind === 'limit.near')
      .map(({ title }) => title)
      .sort();
  const usage = () => domain.run<{ points: AnyRow; daily: readonly AnyRow[] }>('tenantUsage', {});
  expect(await usage()).toEqual({ points: { used: 0, most: 400, percent: 0 }, daily: [] });
  const take = async (turns: number, input: Readonly<Record<string, unknown>> = {}): Promise<void> => {
    for (let turn = 1; turn <= turns; turn += 1) await domain.run('takeTurn', input);
    await domain.settle();
  };
  await take(3);
  expect(await noticesOf(ana)).toEqual([]);
  await take(1);
  await take(2);
  expect(await noticesOf(ana)).toEqual([
    'El cupo de mensajes de SMS del 2026-11-22 está al 100 % (5)',
    'El cupo de mensajes de SMS del 2026-11-22 está al 80 % (5)',
  ]);
  expect(await noticesOf(ben)).toEqual([]);
  const full = { kind: 'SMS', day: '2026-11-22', used: 5, most: 5, percent: 100 };
  expect((await usage()).daily).toEqual([{ ...full, waitsUntil: '2026-11-23T05:00:00.000Z' }]);
  const rules = { entities: {}, operations: [], hiddenFields: [], readOnlyFields: [] };
  expect(await failure(domain.run('tenantUsage', {}, domain.actor({ id: ben, userId: ben, rules })))).toBe('FORBIDDEN');
  await take(2);
  await domain.advanceTo('2026-11-23T15:00:00.000Z');
  await take(2, { perDay: 2 });
  // Not of the day after it, which is full of what waits.
  expect((await noticesOf(ana)).slice(2)).toEqual(['El cupo de mensajes de SMS del 2026-11-23 está al 100 % (2)']);
});

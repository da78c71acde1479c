import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { broken, startAlerting, toOwner, type Alerting } from '#test/support/alerting';
import { withTenantTable } from '#test/support/engine';
import { makePeople } from '#test/support/people';

const tenanted = withTenantTable();
let world: Alerting;
beforeEach(async () => {
  world = await startAlerting(tenanted.table, tenanted.tenant);
});

describe('an alert', () => {
  it('tells however many its steps name, a few at a time, by each rule that a thing concerns', async () => {
    const { domain } = world;
    const many = await makePeople(
      domain,
      Array.from({ length: 41 }, (_, nth) => `Person ${String(nth)}`),
    );
    const team = await domain.run<AnyRow>('createTeam', { name: 'Todos', members: many });
    const account = await world.account({ owner: undefined, team: team.id });
    await world.settle();
    await world.makeRule(broken, { steps: [{ afterMinutes: 0, to: 'TEAM' }] });
    await world.makeRule(broken, { name: 'También', ...toOwner });
    await world.rename(account, 'Roto');
    const [one, other] = await world.alerts();
    for (const alert of [one, other]) {
      expect(alert?.told).toHaveLength(41);
      expect(alert?.toTell).toBeUndefined();
    }
    const { rows } = await world.entityOf('Notification').page('byUser', { of: many[40] ?? '', first: 20 });
    expect(rows.filter(({ kind }) => kind === 'alert.raised')).toHaveLength(2);
  });
});

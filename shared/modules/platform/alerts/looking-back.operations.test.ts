import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DomainEvent } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { startAlerting, toOwner, type Alerting } from '#test/support/alerting';
import { withTenantTable } from '#test/support/engine';

const tenanted = withTenantTable();
let world: Alerting;
beforeEach(async () => {
  world = await startAlerting(tenanted.table, tenanted.tenant);
});

/** Keeps events of rules from the others, which so go by the rules that they remember; answers how to tell them. */
const holdBack = () => {
  const { runtime } = world.domain;
  const { bus } = runtime.ports;
  const kept: DomainEvent[] = [];
  const publish: typeof bus.publish = (entries) => {
    const isKept = ({ detail }: { readonly detail: unknown }) => (detail as DomainEvent).record.type === 'AlertRule';
    kept.push(...entries.filter(isKept).map(({ detail }) => detail as DomainEvent));
    return bus.publish(entries.filter((entry) => !isKept(entry)));
  };
  Object.assign(runtime.ports, { bus: { publish } });
  return async (): Promise<void> => {
    Object.assign(runtime.ports, { bus });
    expect(await consumeEvents(runtime, kept)).toEqual(new Map());
    await world.settle();
  };
};

describe('a rule that not all know of yet', () => {
  it('raises what happened meanwhile once they do, and nothing from before; one that is off raises nothing', async () => {
    const { domain, people } = world;
    await world.account({ name: 'Antes' });
    await world.settle();
    domain.clock.advance(1000);
    const tell = holdBack();
    const rule = await world.makeRule({ kind: 'EVENT', on: 'account.created' }, toOwner);
    await world.account();
    await world.settle();
    await tell();
    expect(await world.alerts()).toEqual([]);
    await world.until('2026-11-23T15:02:00.000Z');
    expect(await world.only()).toMatchObject({ title: 'Mira: Sol', status: 'OPEN', told: [people.seller], times: 1 });
    expect((await world.entityOf('AlertRule').get(rule.id))['looksBackAt']).toBeUndefined();
    const tellOff = holdBack();
    await world.change(rule, 'updateAlertRule', { active: false });
    await world.account({ name: 'Después' });
    await world.settle();
    expect((await world.only()).title).toBe('Mira: Sol');
    await tellOff();
    expect(await world.only()).toMatchObject({ status: 'RESOLVED', reason: 'RULE_OFF' });
  });
});

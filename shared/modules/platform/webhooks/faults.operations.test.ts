import { beforeEach, describe, expect, it } from '@jest/globals';
import { withTenantTable } from '#test/support/engine';
import { startPartner, type Partner } from '#test/support/webhook-partner';
import { hearWebhooks } from './index.ts';

const tenanted = withTenantTable();
let of: Partner;
beforeEach(() => {
  of = startPartner(tenanted);
});

describe('a worker', () => {
  const statuses = async (id: string) => (await of.ledger(id)).map(({ status }) => status);

  it.each([
    ['before the call', (_operation: string, what: string) => what.includes('SET leaseBy')],
    [
      'after the call, before the ledger',
      (operation: string, what: string) => operation === 'batchWrite' && what.includes('"DELIVERED"'),
    ],
    [
      'after the ledger, before it moves on',
      (operation: string, what: string) => operation === 'write' && what.includes('"positions"'),
    ],
  ])('that dies %s leaves nothing undone, and one delivery', async (_when, isMoment) => {
    const { endpoint: row } = await of.endpoint();
    const acme = await of.account('Acme');
    await of.rename(acme, 'Acme 2');
    let deaths = 0;
    of.fault = (operation, what) => {
      if (deaths < 2 && isMoment(operation, what)) {
        deaths += 1;
        throw new Error('killed');
      }
    };
    await expect(of.deliver()).rejects.toThrow('not worked on');
    of.domain.clock.advance(1000 * 180);
    await of.deliver().catch(() => undefined);
    of.domain.clock.advance(1000 * 180);
    await of.deliver();
    expect(deaths).toBeGreaterThan(0);
    const firsts = of.heard.filter((call, index) => of.heard.findIndex(({ id }) => id === call.id) === index);
    expect(firsts.map(({ data }) => data.record.version)).toEqual([1, 2]);
    expect(await statuses(row.id)).toEqual(['DELIVERED', 'DELIVERED']);
  });

  it('and others that are told the same make one call for each event', async () => {
    const { endpoint: row } = await of.endpoint();
    await of.account('Acme');
    await of.account('Other');
    const events = await of.domain.settle();
    const messages = events.map((event) => ({ detail: event }));
    await Promise.all([
      hearWebhooks(of.domain.runtime, messages),
      hearWebhooks(of.domain.runtime, messages),
      hearWebhooks(of.domain.runtime, messages),
    ]);
    await hearWebhooks(of.domain.runtime, messages);
    await of.goOn(200);
    expect(of.told().toSorted()).toEqual(['Acme 1', 'Other 1']);
    expect(await statuses(row.id)).toEqual(['DELIVERED', 'DELIVERED']);
  });

  it('reads on from the feed, so that a message that was lost loses no event', async () => {
    await of.endpoint();
    await of.account('Unheard');
    await of.domain.settle();
    await of.account('Heard');
    await of.deliver();
    expect(of.told().toSorted()).toEqual(['Heard 1', 'Unheard 1']);
  });

  it('reads past what its endpoint does not hear of, without a write between', async () => {
    await of.endpoint({ eventTypes: ['account.archived'] });
    const acme = await of.account('Acme');
    let row = acme;
    for (let index = 0; index < 60; index += 1) row = await of.rename(row, `Acme ${String(index)}`);
    await of.domain.run('archiveAccount', { id: row.id, version: row.version });
    let taken = 0;
    of.fault = (_operation, what) => {
      taken += what.includes('SET leaseBy') ? 1 : 0;
    };
    await of.deliver();
    expect(of.heard.map(({ data }) => data.type)).toEqual(['account.archived']);
    expect(taken).toBeLessThanOrEqual(2);
  });
});

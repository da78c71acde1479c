import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { withTenantTable } from '#test/support/engine';
import { partnerUrl as url, startPartner, type Delivery, type Partner } from '#test/support/webhook-partner';
import { storeTenantOf, tenantIdOf } from '#test/support/tenant';
import { workOff } from '#test/support/jobs';

const tenanted = withTenantTable();
let of: Partner;
beforeEach(() => {
  of = startPartner(tenanted);
});

const refuse = (name: string, status: number, headers: Record<string, string> = {}): void => {
  of.answer = ({ data }) => (data.data?.['name'] === name ? new Response('', { status, headers }) : new Response());
};
const attemptsOf = ({ attempts }: Delivery & { readonly attempts?: readonly { readonly status?: number }[] }) =>
  attempts?.map(({ status }) => status);

describe('in a quiet tenant', () => {
  it.each([20, 400])(
    'who asks for an hour of rest is called after it, with others due since %i seconds',
    async (seconds) => {
      await of.endpoint();
      refuse('A', 422);
      await of.account('A');
      await of.deliver();
      await of.goOn(seconds);
      refuse('B', 429, { 'retry-after': '3600' });
      await of.account('B');
      await of.deliver();
      of.answer = () => new Response();
      of.heard = [];
      await of.goOn(3500);
      expect(of.told()).toEqual([]);
      await of.goOn(1300);
      expect(of.told().toSorted()).toEqual(['A 1', 'B 1']);
    },
  );

  it('what stands behind one that waits takes no room: other records are told', async () => {
    await of.endpoint({ perSecond: 3 });
    refuse('A', 422);
    let row = await of.account('A');
    await of.deliver();
    await of.goOn(10);
    for (const name of ['A2', 'A3', 'A4']) row = await of.rename(row, name);
    await of.deliver();
    await of.goOn(5);
    await of.account('B');
    await of.deliver();
    await of.goOn(5);
    expect(of.told()).toContain('B 1');
    expect(of.told()).not.toContain('A2 2');
    expect(of.queue.length).toBeLessThan(3);
  });
});

describe('in the order of shards', () => {
  it('what is refused holds up its shard, and no other; then all of it comes by its sequence', async () => {
    await of.endpoint({ ordering: 'SHARD' });
    refuse('A', 422);
    await of.account('A');
    for (let index = 0; index < 24; index += 1) await of.account(`B${String(index)}`);
    await of.deliver();
    // A refusal may come before the others have gone: they go after it.
    await of.goOn(5);
    const places = () =>
      of.heard.map(({ data: { shard, sequence, data } }) => ({ shard, sequence, name: data?.['name'] }));
    const held = places().find(({ name }) => name === 'A')?.shard;
    expect(places().filter(({ shard, name }) => shard === held && name !== 'A')).toEqual([]);
    expect(new Set(places().map(({ shard }) => shard)).size).toBeGreaterThan(1);
    of.answer = () => new Response();
    await of.goOn(400);
    const seen = Map.groupBy(new Map(places().map((each) => [each.name, each])).values(), ({ shard }) => shard);
    expect([...seen.values()].flat()).toHaveLength(25);
    expect(seen.get(held ?? -1)?.length).toBeGreaterThan(1);
    for (const each of seen.values())
      expect(each.map(({ sequence }) => sequence)).toEqual(
        each.map(({ sequence }) => sequence).toSorted((a, b) => a - b),
      );
  });
});

describe('once more', () => {
  const again = async (endpoint: string, id: string): Promise<void> => {
    await of.domain.run('redeliverWebhooks', { endpoint, deliveries: [id] });
  };

  it('is an attempt behind those before it; of many the latest are kept', async () => {
    const { endpoint: row } = await of.endpoint();
    refuse('A', 500, { 'webhook-delivery': 'abort-message' });
    await of.account('A');
    await of.deliver();
    const [first] = await of.ledger(row.id);
    of.answer = () => new Response();
    await again(row.id, first?.id ?? '');
    await of.deliver();
    const [second] = await of.ledger(row.id);
    expect(second).toMatchObject({ id: first?.id, status: 'DELIVERED', event: first?.event, type: 'account.created' });
    expect(second && attemptsOf(second)).toEqual([500, 200]);
    for (let time = 0; time < 22; time += 1) {
      await again(row.id, first?.id ?? '');
      await of.deliver();
    }
    const [last] = await of.ledger(row.id);
    expect(last && attemptsOf(last)).toEqual(Array(20).fill(200));
  });

  it('goes with what is new: both calls are noted', async () => {
    const { endpoint: row } = await of.endpoint();
    const from = of.domain.clock.now().toISOString();
    await of.account('A');
    await of.domain.settle();
    of.domain.clock.advance(1000);
    await of.domain.run('replayWebhookEvents', { endpoint: row.id, from });
    await workOff(of.domain);
    await of.goOn(10);
    const [both] = await of.ledger(row.id);
    expect(both).toMatchObject({ status: 'DELIVERED', type: 'account.created' });
    expect(both && attemptsOf(both)).toEqual([200, 200]);
  });

  it('is at once where an endpoint is enabled again', async () => {
    const { endpoint: row } = await of.endpoint();
    refuse('A', 422);
    await of.account('A');
    await of.deliver();
    await of.goOn(4 * 3600);
    const change = async (operation: string) =>
      of.domain.run(operation, { id: row.id, version: (await of.rowOf(row.id)).version });
    await change('disableWebhookEndpoint');
    of.answer = () => new Response();
    of.heard = [];
    await of.goOn(60);
    expect(of.heard).toEqual([]);
    await change('enableWebhookEndpoint');
    await of.deliver();
    await of.goOn(10);
    expect(of.told()).toEqual(['A 1']);
  });

  it('is dropped where an endpoint begins anew, but not what is asked for after that', async () => {
    const { endpoint: row } = await of.endpoint();
    const from = of.domain.clock.now().toISOString();
    await of.account('A');
    await of.deliver();
    const [first] = await of.ledger(row.id);
    of.domain.clock.advance(1000);
    await again(row.id, first?.id ?? '');
    const version = async () => (await of.rowOf(row.id)).version;
    await of.domain.run('disableWebhookEndpoint', { id: row.id, version: await version() });
    of.domain.clock.advance(1000);
    await of.account('Unheard');
    await of.domain.settle();
    await of.domain.run('enableWebhookEndpoint', { id: row.id, version: await version(), catchUp: false });
    of.heard = [];
    await of.deliver();
    await of.goOn(10);
    expect(of.told()).toEqual([]);
    await of.domain.run('disableWebhookEndpoint', { id: row.id, version: await version() });
    await of.account('Unheard too');
    await of.domain.settle();
    await of.domain.run('enableWebhookEndpoint', { id: row.id, version: await version(), catchUp: false });
    of.domain.clock.advance(1000);
    await of.domain.run('replayWebhookEvents', { endpoint: row.id, from, types: ['account.created'] });
    await workOff(of.domain);
    await of.deliver();
    await of.goOn(10);
    expect(of.told().toSorted()).toEqual(['A 1', 'Unheard 1', 'Unheard too 1']);
  });
});

describe('the eyes of an endpoint', () => {
  beforeEach(async () => {
    of = startPartner({ ...tenanted, tenant: tenantIdOf(tenanted.tenant) });
    await storeTenantOf(of.domain);
  });
  const invite = (name: string, roles: readonly string[]) =>
    of.domain.run<AnyRow>('inviteUser', { name, email: `${name}@${tenanted.tenant}.test`, roles });
  const personOf = ({ id }: AnyRow) => of.domain.actor({ id, userId: id });
  const keyOf = (person: AnyRow, key: AnyRow) => of.domain.actor({ kind: 'key', id: key.id, userId: person.id });
  const input = { name: 'Key', url, eventTypes: ['account.created', 'contact.*'] };

  it('are those of the key that made it, as long as that is in force', async () => {
    const ana = await invite('ana', ['administrator']);
    const { apiKey } = await of.domain.run<{ apiKey: AnyRow }>(
      'createApiKey',
      { name: 'Shop', permissions: ['account.read', 'webhookEndpoint.*'] },
      personOf(ana),
    );
    const { endpoint } = await of.domain.run<{ endpoint: AnyRow }>('createWebhookEndpoint', input, keyOf(ana, apiKey));
    const { id } = await of.account('Acme');
    await of.domain.run('createContact', { account: id, firstName: 'Ana' });
    await of.deliver();
    expect(of.heard.map(({ data }) => data.type)).toEqual(['account.created']);
    await of.domain.run('revokeApiKey', { id: apiKey.id });
    of.domain.clock.advance(61_000);
    await of.account('Later');
    await of.deliver();
    expect(of.heard).toHaveLength(1);
    expect(await of.rowOf(endpoint.id)).toMatchObject({ status: 'DISABLED', disabledBecause: 'MAKER_LEFT' });
  });

  it('are those of who changes what it hears or where, not of who gives it another name', async () => {
    const [ana, bea] = [await invite('ana', ['administrator']), await invite('bea', ['administrator'])];
    const made = await of.domain.run<{ endpoint: AnyRow }>('createWebhookEndpoint', input, personOf(ana));
    const change = async (changes: object, by: AnyRow) => {
      const { id, version } = await of.rowOf(made.endpoint.id);
      await of.domain.run('updateWebhookEndpoint', { id, version, ...changes }, personOf(by));
      return (await of.rowOf(id)).user;
    };
    expect(await change({ name: 'Other', url, eventTypes: input.eventTypes }, bea)).toBe(ana.id);
    for (const changes of [
      { url: `${url}/elsewhere` },
      { eventTypes: ['account.*'] },
      { filters: [{ recordType: 'Account', where: {} }] },
      { payload: 'THIN' },
    ]) {
      expect(await change(changes, bea)).toBe(bea.id);
      expect(await change({ url: `${url}/${Object.keys(changes).join('')}` }, ana)).toBe(ana.id);
    }
  });
});

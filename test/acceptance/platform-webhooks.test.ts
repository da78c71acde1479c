import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { signInThere, startOtherTenant } from '#test/support/other-tenant';
import { receiver, startReceiver, stopReceiver } from '#test/support/webhook-receiver';

type Delivery = { readonly id: string; readonly event: string; readonly status: string; readonly type: string };
const origin = 'https://partner.test';

let cloud: TestCloud;
let administrator: Caller;
let seller: Caller;
let endpoint: Answered;
let secret: string;
const { ask, act, signIn } = openClient(() => cloud);

const create = (input: object, caller?: Caller) =>
  ask<{ done: { endpoint: Answered | null; secret: string | null; userErrors: readonly { code: string }[] } }>(
    'mutation($input: CreateWebhookEndpointInput!) { done: createWebhookEndpoint(input: $input) { endpoint { id version status eventTypes } secret userErrors { code } } }',
    { input },
    caller,
  ).then(({ done }) => done);
const settle = async (seconds = 0) => {
  await cloud.idle();
  if (seconds > 0) await cloud.advance(seconds);
  await cloud.idle();
};
const deliveries = async (status?: string): Promise<readonly Delivery[]> =>
  (
    await ask<{ node: { deliveries: { deliveries: readonly Delivery[] } } }>(
      'query($id: ID!, $status: WebhookDeliveryStatus) { node(id: $id) { ... on WebhookEndpoint { deliveries(first: 100, status: $status) { deliveries { id event type status attempts { status error } } } } } }',
      { id: endpoint.id, status },
    )
  ).node.deliveries.deliveries;
const rename = (row: Answered, name: string) => act('updateAccount', { id: row.id, version: row.version, name });
const versionsOf = (id: string) =>
  [...receiver.processed.values()].filter(({ record }) => record.id === id).map(({ record }) => record.version);

beforeAll(async () => {
  const base = await startReceiver();
  cloud = await startTestCloud({ environment: { LAZO_STAND_INS: JSON.stringify({ [origin]: base }) } });
  administrator = await signIn('administrator');
  seller = await signIn('seller');
});
afterAll(async () => {
  // First, so that a cloud that never started keeps no process alive.
  stopReceiver();
  await cloud.stop();
});

describe('webhooks', () => {
  it('INT-07 an administrator makes an endpoint for what happens; its secret is shown once, and nobody else sees it', async () => {
    const input = {
      name: 'Shop',
      url: `${origin}/hooks`,
      eventTypes: ['account.*'],
      filters: [{ recordType: 'Account', where: { name: { startsWith: 'W' } } }],
    };
    expect(await failing(create(input, seller))).toContain('FORBIDDEN');
    const codes = async (change: object) =>
      (await create({ ...input, ...change }, administrator)).userErrors.map(({ code }) => code);
    expect(await codes({ url: 'https://169.254.169.254/' })).toEqual(['ADDRESS_REFUSED']);
    expect(await codes({ eventTypes: ['account.exploded'] })).toEqual(['UNKNOWN_EVENT_TYPE']);
    const made = await create(input, administrator);
    if (!made.endpoint || made.secret === null) throw new Error(JSON.stringify(made));
    ({ endpoint, secret } = { endpoint: made.endpoint, secret: made.secret });
    expect(secret).toMatch(/^whsec_/);
    const other = await startOtherTenant(cloud);
    const seen = await ask<{ node: unknown }>('query($id: ID!) { node(id: $id) { id } }', { id: endpoint.id }, other);
    expect(seen.node).toBeNull();
    const { eventTypes } = await ask<{
      eventTypes: { types: readonly { type: string; schema: object; example: object }[] };
    }>('{ eventTypes(matching: "account.created") { types { type schemaVersion schema example } } }', {}, seller);
    expect(eventTypes.types).toMatchObject([
      { type: 'account.created', schema: { title: 'account.created' }, example: { type: 'account.created' } },
    ]);
  });

  it('INT-07 is tested, and told what happened, signed so that the public verifier is content', async () => {
    await act('setWebhookHeaders', { ...(await current()), headers: [{ name: 'X-Gateway', value: 'let us in' }] });
    const { done } = await ask<{ done: { attempt: { status: number; excerpt: string } } }>(
      'mutation($id: ID!) { done: testWebhookEndpoint(input: { id: $id }) { attempt { status excerpt } userErrors { code } } }',
      { id: endpoint.id },
    );
    expect(done.attempt).toEqual({ status: 200, excerpt: 'thanks' });
    receiver.calls = [];
    receiver.processed.clear();
    await act('createAccount', { name: 'Other' });
    const wanted = await act('createAccount', { name: 'Wanted' });
    await settle();
    expect(receiver.calls.map(({ event }) => event.record.id)).toEqual([wanted.id]);
    const [call] = receiver.calls;
    expect(call?.headers['x-gateway']).toBe('let us in');
    expect(new Webhook(secret).verify(call?.body ?? '', call?.headers as Record<string, string>)).toMatchObject({
      type: 'account.created',
    });
    expect(await deliveries()).toMatchObject([
      { type: 'account.created', status: 'DELIVERED', attempts: [{ status: 200 }] },
    ]);
  });

  it('INT-07 one tenant with much to tell, faster than its receiver takes it, holds up no other, and all of it is told', async () => {
    receiver.calls = [];
    const slow = { name: 'Slow', url: `${origin}/slow`, eventTypes: ['account.created'], perSecond: 1 };
    await create({ ...slow, filters: [{ recordType: 'Account', where: { name: { startsWith: 'Backlog' } } }] });
    const other = await signInThere(cloud);
    await create({ name: 'Theirs', url: `${origin}/theirs`, eventTypes: ['account.created'] }, other);
    const names = Array.from({ length: 20 }, (_, index) => `Backlog ${String(index)}`);
    await Promise.all(names.map((name) => act('createAccount', { name })));
    const single = await act('createAccount', { name: 'Single' }, '', other);
    await settle();
    const heard = () => receiver.calls.map(({ event }) => event.record.id);
    expect(heard()).toContain(single.id);
    expect(heard().length).toBeLessThan(names.length);
    await settle(90);
    const told = receiver.calls.flatMap(({ event }) => event.data?.name ?? []);
    expect(told.toSorted()).toEqual([...names, 'Single'].toSorted());
  });

  it('INT-07 a receiver that is down for two hours, breaks off and forgets to answer has every event once by its id, in order per record', async () => {
    receiver.calls = [];
    receiver.processed.clear();
    receiver.mode = 'down';
    let [one, two] = [await act('createAccount', { name: 'W one' }), await act('createAccount', { name: 'W two' })];
    one = await rename(one, 'W one, renamed');
    await settle(400);
    receiver.mode = 'silent';
    two = await rename(two, 'W two, renamed');
    one = await rename(one, 'W one, again');
    await settle(7200);
    expect(receiver.processed.size).toBe(0);
    const { node } = await ask<{ node: { status: string } }>(
      'query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { status } } }',
      { id: endpoint.id },
    );
    expect(node.status).toBe('FAILING');
    receiver.mode = 'forgetful';
    await act('createAccount', { name: 'W three' });
    await settle(40_000);
    expect([versionsOf(one.id), versionsOf(two.id)]).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
    expect(receiver.processed.size).toBe(6);
    expect((await deliveries('DELIVERED')).length).toBe(7);
    const { node: seen } = await ask<{ node: object }>(
      'query($id: ID!, $record: ID!) { node(id: $id) { ... on WebhookEndpoint { health { waiting deliveries delivered atOnce } deliveries(types: ["account.*"], record: $record) { deliveries { version } } } } }',
      { id: endpoint.id, record: two.id },
    );
    expect(seen).toEqual({
      health: { waiting: 0, deliveries: 7, delivered: 7, atOnce: expect.any(Number) },
      deliveries: { deliveries: [{ version: 2 }, { version: 1 }] },
    });
    expect(await deliveries('PENDING')).toEqual([]);
    const places = [...receiver.processed.values()].map(
      ({ shard, sequence, record }) => `${record.id} ${String(shard)}.${String(sequence)}`,
    );
    expect(new Set(places).size).toBe(6);
  });

  it('INT-07 what was told is told once more: by hand, and from the log; a new secret signs beside the old one', async () => {
    receiver.mode = 'up';
    receiver.calls = [];
    const before = new Set(receiver.processed.keys());
    const [latest] = await deliveries();
    await ask(
      'mutation($input: RedeliverWebhooksInput!) { redeliverWebhooks(input: $input) { count userErrors { code } } }',
      {
        input: { endpoint: endpoint.id, deliveries: [latest?.id] },
      },
    );
    await settle();
    expect(receiver.calls.map(({ headers }) => headers['webhook-id'])).toEqual([latest?.event]);
    const { rotated } = await ask<{ rotated: { secret: string; endpoint: Answered } }>(
      'mutation($input: RotateWebhookSecretInput!) { rotated: rotateWebhookSecret(input: $input) { secret endpoint { id version } userErrors { code } } }',
      { input: { id: endpoint.id, version: (await act('disableWebhookEndpoint', await current())).version } },
    );
    await act('enableWebhookEndpoint', { id: endpoint.id, version: rotated.endpoint.version });
    receiver.calls = [];
    const from = new Date(Date.now() - 3_600_000).toISOString();
    await act('replayWebhookEvents', { endpoint: endpoint.id, from, types: ['account.*'] });
    await settle(60);
    const again = new Set(receiver.calls.map(({ headers }) => String(headers['webhook-id'])));
    expect([...before].filter((id) => !again.has(id))).toEqual([]);
    expect(receiver.calls[0]?.headers['webhook-signature']?.toString().split(' ')).toHaveLength(2);
  });

  it('INT-07 a receiver that is gone is called no more, and those who look after the tenant are told', async () => {
    receiver.mode = 'gone';
    await act('createAccount', { name: 'W last' });
    await settle(60);
    const { node } = await ask<{ node: { status: string; disabledBecause: string } }>(
      'query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { status disabledBecause } } }',
      { id: endpoint.id },
    );
    expect(node).toEqual({ status: 'DISABLED', disabledBecause: 'GONE' });
    receiver.calls = [];
    await act('createAccount', { name: 'W unheard' });
    await settle(60);
    expect(receiver.calls).toEqual([]);
    const { inbox } = await ask<{ inbox: { notifications: { nodes: readonly { title: string }[] } } }>(
      '{ inbox(first: 50) { notifications { nodes { title } } } }',
      {},
      await signIn('administrator'),
    );
    expect(inbox.notifications.nodes.filter(({ title }) => title.includes('webhook Shop'))).toHaveLength(1);
  });

  it('INT-07 an endpoint hears with the eyes of its maker, and ends when that person has no access any more', async () => {
    receiver.mode = 'up';
    const maker = await ask<{ me: { user: { id: string } } }>('{ me { user { id } } }', {}, await signIn('seller'));
    const user = { id: maker.me.user.id };
    await act('assignRoles', { ...user, roles: ['administrator'] });
    await settle(120);
    const input = { name: 'Maker', url: `${origin}/maker`, eventTypes: ['account.created'] };
    const made = await create(input, await signIn('seller'));
    expect(made.userErrors).toEqual([]);
    receiver.calls = [];
    await act('createAccount', { name: 'Heard' });
    await settle();
    expect(receiver.calls.map(({ event }) => event.data?.name)).toEqual(['Heard']);
    await act('deactivateUser', user);
    await settle(120);
    receiver.calls = [];
    await act('createAccount', { name: 'Unheard' });
    await settle();
    expect(receiver.calls).toEqual([]);
    const { node } = await ask<{ node: { status: string; disabledBecause: string } }>(
      'query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { status disabledBecause } } }',
      { id: made.endpoint?.id },
    );
    expect(node).toEqual({ status: 'DISABLED', disabledBecause: 'MAKER_LEFT' });
  });
});

const current = async () => {
  const { node } = await ask<{ node: Answered }>(
    'query($id: ID!) { node(id: $id) { ... on WebhookEndpoint { id version } } }',
    { id: endpoint.id },
  );
  return { id: node.id, version: node.version };
};

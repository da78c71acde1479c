import { beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { AnyRow } from '#kernel';
import { modules } from '#modules';
import { failure, startDomain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { partnerStart as start, partnerUrl as url, startPartner, type Partner } from '#test/support/webhook-partner';
import { hearWebhooks } from './index.ts';

const tenanted = withTenantTable();
let of: Partner;
beforeEach(() => {
  of = startPartner(tenanted);
});

describe('an endpoint', () => {
  it('hears what it asked for, signed, in full or thin, and nothing else', async () => {
    const { endpoint: full, secret } = await of.endpoint({
      filters: [{ recordType: 'Account', where: { name: { startsWith: 'A' } } }],
    });
    await of.endpoint({ name: 'Thin', eventTypes: ['account.created'], payload: 'THIN' });
    const acme = await of.account('Acme');
    await of.account('Other');
    await of.rename(acme, 'Acme 2');
    await of.deliver();
    const [thin, whole] = [of.heard.filter(({ data }) => !data.data), of.heard.filter(({ data }) => data.data)];
    expect(whole.map(({ data }) => data.type)).toEqual(['account.created', 'account.updated']);
    expect(thin.map(({ data }) => data.type)).toEqual(['account.created', 'account.created']);
    expect(thin[0]?.body).not.toContain('Acme');
    expect(whole[1]?.data).toMatchObject({ changed: { name: { from: 'Acme', to: 'Acme 2' } }, record: { version: 2 } });
    for (const { headers, body, id, data } of whole) {
      expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: data.type, timestamp: data.at });
      expect(id).toBe(data.id);
    }
    expect(await of.ledger(full.id)).toMatchObject([
      { type: 'account.updated', status: 'DELIVERED', attempts: [{ status: 200, excerpt: 'ok' }] },
      { type: 'account.created', status: 'DELIVERED' },
    ]);
  });

  it('is refused where it asks for what there is not, leads inside, or is one too many', async () => {
    const refused = (input: object) => failure(of.endpoint(input));
    expect(await refused({ eventTypes: ['account.exploded'] })).toBe('UNKNOWN_EVENT_TYPE');
    expect(await refused({ eventTypes: [] })).toBe('NOTHING_TO_HEAR');
    expect(await refused({ url: 'https://localhost/' })).toBe('ADDRESS_REFUSED');
    expect(await refused({ url: 'http://partner.example/' })).toBe('ADDRESS_REFUSED');
    expect(await refused({ filters: [{ recordType: 'Nothing', where: {} }] })).toBe('UNKNOWN_ENTITY');
    expect(await refused({ filters: [{ recordType: 'Account', where: { nme: { eq: 'x' } } }] })).toBe('BAD_INPUT');
    for (let index = 0; index < 20; index += 1)
      await of.domain.run('createWebhookEndpoint', { name: String(index), url, eventTypes: ['*'] });
    expect(await refused({})).toBe('LIMIT_REACHED');
    const seller = of.domain.actor({
      rules: {
        entities: { WebhookEndpoint: {}, '*': { read: 'all' } },
        operations: [],
        hiddenFields: [],
        readOnlyFields: [],
      },
    });
    expect(await failure(of.domain.run('createWebhookEndpoint', { name: 'x', url, eventTypes: ['*'] }, seller))).toBe(
      'FORBIDDEN',
    );
  });

  it('signs with both secrets while they overlap; the secret is in no answer, event or log', async () => {
    const { endpoint: row, secret } = await of.endpoint();
    const again = await of.domain.run<{ endpoint: AnyRow; secret: string }>('rotateWebhookSecret', {
      id: row.id,
      version: 1,
      overlapHours: 1,
    });
    expect(await failure(of.domain.run('rotateWebhookSecret', { id: row.id, version: 1 }))).toBe('STALE_VERSION');
    await of.account('Acme');
    const events = await of.domain.settle();
    expect(JSON.stringify(events)).not.toContain(secret.slice('whsec_'.length));
    of.queue.push(...events.map((event) => ({ at: start, message: { detail: event } })));
    await of.deliver();
    const [call] = of.heard;
    for (const each of [secret, again.secret])
      expect(new Webhook(each).verify(call?.body ?? '', call?.headers ?? {})).toBeDefined();
    await of.goOn(3600);
    await of.account('Later');
    await of.deliver();
    expect(of.heard.at(-1)?.headers['webhook-signature']?.split(' ')).toHaveLength(1);
  });

  it('calls nobody once its secret does not open, as in the copy of a tenant, until it has another one', async () => {
    const { endpoint: row } = await of.endpoint();
    const { secrets } = of.domain.runtime.ports;
    const open = secrets.get.bind(secrets);
    secrets.get = (name) => (name === 'sealing' ? Promise.resolve('of elsewhere') : open(name));
    await of.account('Acme');
    await of.deliver();
    expect(of.heard).toEqual([]);
    const { version } = await of.rowOf(row.id);
    expect(await of.rowOf(row.id)).toMatchObject({ status: 'DISABLED', disabledBecause: 'SECRET_LOST' });
    const { endpoint: again } = await of.domain.run<{ endpoint: AnyRow }>('rotateWebhookSecret', {
      id: row.id,
      version,
    });
    await of.domain.run('enableWebhookEndpoint', { id: row.id, version: again.version });
    await of.deliver();
    await of.goOn(10);
    expect(of.told()).toEqual(['Acme 1']);
  });

  it('is tested with an example of what it hears of', async () => {
    const { endpoint: row, secret } = await of.endpoint();
    const { attempt, endpoint: tested } = await of.domain.run<{ attempt: object; endpoint: AnyRow }>(
      'testWebhookEndpoint',
      { id: row.id, type: 'account.archived' },
    );
    expect(attempt).toMatchObject({ status: 200, excerpt: 'ok' });
    expect(tested['isTested']).toBe(true);
    expect(new Webhook(secret).verify(of.heard[0]?.body ?? '', of.heard[0]?.headers ?? {})).toMatchObject({
      type: 'account.archived',
      test: true,
    });
    expect(await failure(of.domain.run('testWebhookEndpoint', { id: row.id, type: 'account.exploded' }))).toBe(
      'UNKNOWN_EVENT_TYPE',
    );
  });
});

describe('a receiver', () => {
  it('that is down for two hours, times out and comes back has every event, each record’s in order, none given up', async () => {
    const { endpoint: row } = await of.endpoint();
    of.answer = () => new Response('down', { status: 500 });
    let [acme, other] = [await of.account('Acme'), await of.account('Other')];
    await of.deliver();
    acme = await of.rename(acme, 'Acme 2');
    await of.deliver();
    await of.goOn(1200);
    acme = await of.rename(acme, 'Acme 3');
    other = await of.rename(other, 'Other 2');
    await of.deliver();
    expect(await of.rowOf(row.id)).toMatchObject({ status: 'FAILING' });
    await of.goOn(6000);
    let timeouts = 0;
    of.answer = ({ data }) => {
      timeouts += 1;
      return data.record.id === other.id && timeouts < 4
        ? Promise.reject(new Error('No answer in time.'))
        : new Response();
    };
    of.heard = [];
    await of.goOn(60_000);
    const seen = new Map(of.heard.map((call) => [call.id, call]));
    const versions = (id: string) =>
      [...seen.values()].filter(({ data }) => data.record.id === id).map(({ data }) => data.record.version);
    expect([versions(acme.id), versions(other.id)]).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
    expect((await of.ledger(row.id)).map(({ status }) => status)).toEqual(Array(5).fill('DELIVERED'));
    expect(await of.rowOf(row.id)).toMatchObject({ status: 'ACTIVE', exhausted: 0 });
    expect(of.queue.length).toBeLessThan(3);
  });

  it('that refuses one event keeps the others; the event is given up after ten attempts', async () => {
    const { endpoint: row } = await of.endpoint();
    const bad = await of.account('Bad');
    of.answer = ({ data }) => new Response('no', { status: data.data?.['name'] === 'Bad' ? 422 : 200 });
    await of.account('Good');
    await of.rename(bad, 'Worse');
    await of.deliver();
    expect(of.told()).toEqual(expect.arrayContaining(['Bad 1', 'Good 1']));
    expect(of.told()).not.toContain('Worse 2');
    await of.goOn(4 * 86_400);
    expect(await of.ledger(row.id, { status: 'FAILED' })).toMatchObject([
      { type: 'account.created', attempts: Array(10).fill({ status: 422 }) },
    ]);
    expect((await of.rowOf(row.id)).exhausted).toBe(1);
    expect(of.told().filter((each) => each === 'Bad 1')).toHaveLength(10);
    expect(of.told().indexOf('Worse 2')).toBeGreaterThan(of.told().lastIndexOf('Bad 1'));
    of.answer = () => new Response();
    const from = new Date(of.domain.clock.now().getTime() - 5 * 86_400_000).toISOString();
    await of.domain.run('replayWebhookEvents', { endpoint: row.id, from, undelivered: true });
    await workOff(of.domain);
    await of.deliver();
    expect(of.told().at(-1)).toBe('Bad 1');
    expect(await of.ledger(row.id, { status: 'FAILED' })).toEqual([]);
  });

  it('may ask for rest, abort a delivery, and be gone for good', async () => {
    const { endpoint: row } = await of.endpoint();
    of.answer = () => new Response('', { status: 429, headers: { 'retry-after': '600' } });
    await of.account('A');
    await of.deliver();
    await of.account('B');
    await of.deliver();
    expect(of.heard).toHaveLength(1);
    of.answer = ({ data }) =>
      data.data?.['name'] === 'B'
        ? new Response('', { status: 500, headers: { 'webhook-delivery': 'abort-message' } })
        : new Response();
    await of.goOn(700);
    expect((await of.ledger(row.id)).map(({ status }) => status).sort()).toEqual(['ABORTED', 'DELIVERED']);
    of.answer = () => new Response('', { status: 410 });
    await of.account('C');
    await of.deliver();
    expect(await of.rowOf(row.id)).toMatchObject({ status: 'DISABLED', disabledBecause: 'GONE' });
    const calls = of.heard.length;
    await of.account('D');
    await of.goOn(3600);
    expect(of.heard).toHaveLength(calls);
    of.answer = () => new Response();
    const { version } = await of.rowOf(row.id);
    await of.domain.run('enableWebhookEndpoint', { id: row.id, version });
    await of.deliver();
    await of.goOn(4000);
    expect(of.told().slice(calls)).toEqual(expect.arrayContaining(['C 1', 'D 1']));
  });

  it('that takes nothing for five days is called no more; enabled from now on it hears only what comes', async () => {
    const { endpoint: row } = await of.endpoint();
    of.answer = () => new Response('', { status: 500 });
    const acme = await of.account('Acme');
    await of.deliver();
    await of.goOn(3 * 86_400);
    await of.account('Late');
    await of.deliver();
    await of.goOn(2 * 86_400 + 40_000);
    expect(await of.rowOf(row.id)).toMatchObject({ status: 'DISABLED', disabledBecause: 'FAILING' });
    await of.rename(acme, 'Acme 2');
    await of.deliver();
    of.answer = () => new Response();
    of.heard = [];
    const { version } = await of.rowOf(row.id);
    await of.domain.run('enableWebhookEndpoint', { id: row.id, version, catchUp: false });
    await of.account('New');
    await of.deliver();
    await of.goOn(86_400);
    expect(of.told()).toEqual(['New 1']);
    of.answer = () => new Response('', { status: 500 });
    await of.account('Again');
    await of.deliver();
    await of.goOn(400);
    expect(await of.rowOf(row.id)).toMatchObject({ status: 'FAILING' });
  });

  it('is called no faster than it takes', async () => {
    const { endpoint: row } = await of.endpoint({ perSecond: 3, concurrency: 2 });
    let [open, most] = [0, 0];
    of.answer = async () => {
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return new Response();
    };
    for (let index = 0; index < 8; index += 1) await of.account(`A${String(index)}`);
    await of.deliver();
    expect([of.heard.length, most]).toEqual([3, 2]);
    await of.goOn(10);
    expect(new Set(of.heard.map(({ id }) => id)).size).toBe(8);
    expect(await of.ledger(row.id)).toHaveLength(8);
  });
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
});

describe('what was told', () => {
  it('is told once more when asked: one delivery, a time, a type, a record, or what was given up', async () => {
    const { endpoint: row } = await of.endpoint();
    const from = of.domain.clock.now().toISOString();
    const acme = await of.account('Acme');
    await of.rename(acme, 'Acme 2');
    await of.account('Other');
    await of.deliver();
    const firsts = of.heard.map(({ id }) => id);
    const replay = async (input: object) => {
      of.heard = [];
      of.domain.clock.advance(1000 * 60);
      await of.domain.run('replayWebhookEvents', { endpoint: row.id, from, ...input });
      await workOff(of.domain);
      await of.deliver();
      await of.goOn(10);
      return of.told();
    };
    expect((await replay({})).toSorted()).toEqual(['Acme 1', 'Acme 2 2', 'Other 1']);
    expect(new Set(of.heard.map(({ id }) => id))).toEqual(new Set(firsts));
    expect(of.heard.filter(({ data }) => data.record.id === acme.id).map(({ data }) => data.record.version)).toEqual([
      1, 2,
    ]);
    expect(await replay({ types: ['account.updated'] })).toEqual(['Acme 2 2']);
    expect(await replay({ record: acme.id })).toEqual(['Acme 1', 'Acme 2 2']);
    expect(await replay({ undelivered: true })).toEqual([]);
    expect(await replay({ from: new Date(Date.parse(from) - 3_600_000).toISOString(), to: from })).toEqual([]);
    const page = (after?: string) =>
      of.domain.run<{ deliveries: readonly { event: string }[]; endCursor?: string }>('webhookDeliveries', {
        webhookEndpoint: row.id,
        first: 2,
        ...(after !== undefined && { after }),
      });
    const [first, rest] = [await page(), await page((await page()).endCursor)];
    expect(new Set([...first.deliveries, ...rest.deliveries].map(({ event }) => event))).toEqual(new Set(firsts));
    expect(rest.endCursor).toBeUndefined();
    const [latest] = await of.ledger(row.id);
    of.heard = [];
    await of.domain.run('redeliverWebhooks', { endpoint: row.id, deliveries: [latest?.id ?? ''] });
    await of.deliver();
    expect(of.heard.map(({ id }) => id)).toEqual([latest?.event]);
    expect(await failure(of.domain.run('redeliverWebhooks', { endpoint: row.id, deliveries: ['x'] }))).toBe(
      'UNKNOWN_DELIVERY',
    );
    expect(await failure(replay({ from: '2026-10-01T00:00:00.000Z' }))).toBe('PERIOD_TOO_LONG');
    const stranger = startDomain({ modules, table: tenanted.table, tenant: 'ten_other', now: start });
    expect(await failure(stranger.run('webhookDeliveries', { webhookEndpoint: row.id }))).toBe('NOT_FOUND');
    expect(await failure(stranger.run('redeliverWebhooks', { endpoint: row.id, deliveries: [latest?.id ?? ''] }))).toBe(
      'NOT_FOUND',
    );
  });
});

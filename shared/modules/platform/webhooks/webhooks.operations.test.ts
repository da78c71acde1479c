import { beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { AnyRow } from '#kernel';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partnerStart as start, partnerUrl as url, startPartner, type Partner } from '#test/support/webhook-partner';

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

  it('hears of some changes only: of these fields, and of a record that was otherwise before', async () => {
    await of.domain.run('createCustomField', {
      recordType: 'Account',
      key: 'tier',
      kind: 'CHOICE',
      labels: { es: 'Nivel', en: 'Tier' },
      options: ['GOLD', 'SILVER'].map((key) => ({ key, labels: { es: key, en: key } })),
    });
    const filter = (more: object) => ({ filters: [{ recordType: 'Account', ...more }] });
    await of.endpoint(filter({ changed: ['custom.tier'], before: { custom: { tier: { eq: 'SILVER' } } } }));
    let row = await of.account('Acme', { custom: { tier: 'SILVER' } });
    const change = async (input: object) => {
      row = await of.domain.run('updateAccount', { id: row.id, version: row.version, ...input });
    };
    await change({ name: 'Acme 2' });
    await change({ custom: { tier: 'GOLD' } });
    await change({ custom: { tier: 'SILVER' } });
    await of.deliver();
    expect(of.told()).toEqual(['Acme 2 3']);
    expect(of.heard[0]?.data.changed).toEqual({ 'custom.tier': { from: 'SILVER', to: 'GOLD' } });
    const refused = (more: object) => failure(of.endpoint(filter(more)));
    expect(await refused({ changed: ['custom.colour'] })).toBe('BAD_INPUT');
    expect(await refused({ before: { nme: { eq: 'x' } } })).toBe('BAD_INPUT');
  });

  it('is refused where it asks for what there is not, leads inside, or is one too many', async () => {
    const refused = (input: object) => failure(of.endpoint(input));
    expect(await refused({ eventTypes: ['account.exploded'] })).toBe('UNKNOWN_EVENT_TYPE');
    expect(await refused({ eventTypes: [] })).toBe('NOTHING_TO_HEAR');
    expect(await refused({ url: 'https://localhost/' })).toBe('ADDRESS_REFUSED');
    expect(await refused({ url: 'http://partner.example/' })).toBe('ADDRESS_REFUSED');
    expect(await refused({ filters: [{ recordType: 'Nothing', where: {} }] })).toBe('UNKNOWN_ENTITY');
    expect(await refused({ filters: [{ recordType: 'Account', where: { nme: { eq: 'x' } } }] })).toBe('BAD_INPUT');
    const make = async (name: string): Promise<Pick<AnyRow, 'id' | 'version'>> => {
      const input = { name, url, eventTypes: ['*'] };
      const { endpoint } = await of.domain.run<{ endpoint: AnyRow }>('createWebhookEndpoint', input);
      return { id: endpoint.id, version: endpoint.version };
    };
    for (let index = 0; index < 19; index += 1) await make(String(index));
    const last = await make('19');
    expect(await refused({})).toBe('LIMIT_REACHED');
    await of.domain.run('archiveWebhookEndpoint', last);
    const other = await make('In its place');
    const restored = () => of.domain.run<AnyRow>('restoreWebhookEndpoint', { id: last.id, version: last.version + 1 });
    expect(await failure(restored())).toBe('LIMIT_REACHED');
    await of.domain.run('archiveWebhookEndpoint', other);
    expect(await restored()).toMatchObject({ status: 'DISABLED', disabledBecause: 'USER' });
    await of.domain.run('archiveWebhookEndpoint', { id: last.id, version: last.version + 2 });
    await make('Again');
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

  it('is called with headers of its own, which nobody is shown, and which no other host is told', async () => {
    const { endpoint: row } = await of.endpoint();
    const say = async (headers: readonly object[]) => {
      const { version } = await of.rowOf(row.id);
      return of.domain.run<AnyRow>('setWebhookHeaders', { id: row.id, version, headers });
    };
    const said = await say([{ name: 'X-Api-Key', value: 'abc 123' }]);
    expect(said['headerNames']).toEqual(['x-api-key']);
    const names = ['webhook-id', 'Host', 'content-type', 'user-agent', 'x a', 'x:a', 'Transfer-Encoding'];
    for (const header of [...names.map((name) => ({ name, value: 'x' })), { name: 'x-a', value: 'ñ' }])
      expect(await failure(say([header]))).toBe('HEADER_REFUSED');
    expect(await failure(say([{ name: 'x-a', value: 'b\r\nx-c: d' }]))).toBe('BAD_INPUT');
    expect(
      await failure(
        say([
          { name: 'x-a', value: '1' },
          { name: 'X-A', value: '2' },
        ]),
      ),
    ).toBe('HEADER_REFUSED');
    await of.account('Acme');
    const events = await of.domain.settle();
    expect(JSON.stringify(events)).not.toContain('abc 123');
    await of.domain.run('testWebhookEndpoint', { id: row.id });
    await of.goOn(10);
    expect(of.heard.map(({ headers }) => headers['x-api-key'])).toEqual(['abc 123', 'abc 123']);
    const { version } = await of.rowOf(row.id);
    await of.domain.run('updateWebhookEndpoint', { id: row.id, version, url: 'https://other.example/hooks' });
    await of.account('Other');
    await of.deliver();
    expect(of.heard.at(-1)?.headers['x-api-key']).toBeUndefined();
    expect(await of.rowOf(row.id)).toMatchObject({ headerNames: [] });
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

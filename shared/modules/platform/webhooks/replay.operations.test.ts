import { beforeEach, describe, expect, it } from '@jest/globals';
import { modules } from '#modules';
import { runJob } from '#modules/platform/jobs';
import { failure, startDomain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { nextJobMessage, workOff } from '#test/support/jobs';
import { partnerStart as start, startPartner, type Partner } from '#test/support/webhook-partner';

const tenanted = withTenantTable();
let of: Partner;
beforeEach(() => {
  of = startPartner(tenanted);
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

  it('is tried now instead of later when asked, with what it stands behind: one delivery, or all that did not arrive', async () => {
    const { endpoint: row } = await of.endpoint();
    const from = of.domain.clock.now().toISOString();
    of.answer = () => new Response('no', { status: 500 });
    const acme = await of.account('Acme');
    await of.rename(acme, 'Acme 2');
    await of.account('Other');
    await of.deliver();
    await of.goOn(4 * 3600);
    of.answer = () => new Response('ok');
    of.heard = [];
    const waiting = await of.ledger(row.id, { status: 'PENDING', record: acme.id });
    expect(waiting.map(({ type }) => type)).toEqual(['account.updated', 'account.created']);
    const health = () => of.domain.run('webhookHealth', { webhookEndpoint: row.id });
    expect(await health()).toMatchObject({ waiting: 3, waitingSince: from, deliveries: 3, delivered: 0 });
    const [latest] = waiting;
    await of.domain.run('redeliverWebhooks', { endpoint: row.id, deliveries: [latest?.id ?? ''] });
    await of.goOn(301);
    expect(of.told()).toEqual(['Acme 1', 'Acme 2 2']);
    expect(await of.ledger(row.id, { status: 'PENDING' })).toHaveLength(1);
    await of.domain.run('replayWebhookEvents', { endpoint: row.id, from, undelivered: true });
    await workOff(of.domain);
    await of.goOn(10);
    expect(of.told()).toEqual(['Acme 1', 'Acme 2 2', 'Other 1']);
    expect(await of.ledger(row.id, { status: 'PENDING' })).toEqual([]);
    expect(await health()).toMatchObject({ waiting: 0, deliveries: 3, delivered: 3, atOnce: 1 });
  });

  it('waits for its own record alone: what is held up holds up no replay of others', async () => {
    const { endpoint: row } = await of.endpoint();
    const from = of.domain.clock.now().toISOString();
    let acme = await of.account('Acme');
    for (let index = 0; index < 60; index += 1) acme = await of.rename(acme, `Acme ${String(index)}`);
    const others = await Promise.all(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((name) => of.account(name)));
    await of.deliver();
    await of.goOn(10);
    of.answer = ({ data }) => new Response('', { status: data.record.id === acme.id ? 422 : 200 });
    of.heard = [];
    await of.domain.run('replayWebhookEvents', { endpoint: row.id, from });
    await workOff(of.domain);
    await of.deliver();
    await of.goOn(30);
    const heard = new Set(of.heard.map(({ data }) => data.record.id));
    expect(others.filter(({ id }) => !heard.has(id))).toEqual([]);
  });

  it('comes in its order when it did not arrive, also what is read in several portions', async () => {
    const { endpoint: row } = await of.endpoint();
    const from = of.domain.clock.now().toISOString();
    of.answer = () => new Response('', { status: 422, headers: { 'webhook-delivery': 'abort-message' } });
    let acme = await of.account('Acme');
    while (acme.version < 52) {
      of.domain.clock.advance(1);
      acme = await of.rename(acme, `Acme ${String(acme.version)}`);
    }
    await of.deliver();
    await of.goOn(60);
    of.answer = () => new Response('ok');
    of.heard = [];
    await of.domain.run('replayWebhookEvents', { endpoint: row.id, from, undelivered: true });
    for (let asked = nextJobMessage(of.domain), turn = 1; asked; turn += 1) {
      const message = `portion ${String(turn)}`;
      await runJob(of.domain.runtime, { ...asked, message, turn: 1, isLastTry: false, hasTime: () => false });
      asked = nextJobMessage(of.domain);
      await of.deliver();
    }
    await of.goOn(10);
    expect(of.heard.map(({ data }) => data.record.version)).toEqual(Array.from({ length: 52 }, (_, at) => at + 1));
  });

  it('is found by type, record and time', async () => {
    const { endpoint: row } = await of.endpoint();
    const acme = await of.account('Acme');
    await of.deliver();
    of.domain.clock.advance(60_000);
    const later = of.domain.clock.now().toISOString();
    await of.rename(acme, 'Acme 2');
    await of.account('Other');
    await of.deliver();
    const types = async (input: object) => (await of.ledger(row.id, input)).map(({ type }) => type).toSorted();
    expect(await types({ record: acme.id })).toEqual(['account.created', 'account.updated']);
    expect(await types({ types: ['account.updated', 'quote.*'] })).toEqual(['account.updated']);
    expect(await types({ types: ['account.*'], record: acme.id, from: later })).toEqual(['account.updated']);
    expect(await types({ to: later })).toEqual(['account.created']);
    expect(await types({ types: ['*'], status: 'FAILED' })).toEqual([]);
  });
});

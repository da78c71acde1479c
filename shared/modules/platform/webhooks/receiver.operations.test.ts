import { beforeEach, describe, expect, it } from '@jest/globals';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { startPartner, type Partner } from '#test/support/webhook-partner';

const tenanted = withTenantTable();
let of: Partner;
beforeEach(() => {
  of = startPartner(tenanted);
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
    // The others wait for their second: none is dropped, none is told twice.
    await of.goOn(10);
    expect(of.told().toSorted()).toEqual(Array.from({ length: 8 }, (_, index) => `A${String(index)} 1`));
    expect((await of.ledger(row.id)).map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 'DELIVERED'));
    expect(most).toBe(2);
  });

  it('that nobody called for long is not switched off for one failure: the five days are days in which it was called', async () => {
    const { endpoint: row } = await of.endpoint();
    of.answer = () => new Response('', { status: 500 });
    await of.account('Refused');
    await of.deliver();
    await of.goOn(4 * 86_400);
    expect(await of.rowOf(row.id)).toMatchObject({ status: 'FAILING', exhausted: 1 });
    of.domain.clock.advance(30 * 86_400_000);
    const acme = await of.account('Acme');
    await of.deliver();
    expect(await of.rowOf(row.id)).toMatchObject({ status: 'FAILING' });
    await of.goOn(10);
    await of.rename(acme, 'Acme 2');
    await of.goOn(6 * 86_400);
    expect(await of.rowOf(row.id)).toMatchObject({ status: 'DISABLED', disabledBecause: 'FAILING' });
  });
});

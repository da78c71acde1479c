import { beforeEach, describe, expect, it } from '@jest/globals';
import { MailRefused, type AnyRow } from '#kernel';
import type { Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { mailEvent, openMailing } from '#test/support/mailing';
import { makePeople } from '#test/support/people';
import { sendQueued, takeFeedback } from './index.ts';

const { start, sent, failWith, send, mailOf, drain } = openMailing(withTenantTable());
let domain: Domain;
let tenant: string;
beforeEach(async () => {
  ({ domain, tenant } = await start());
});

describe('a sender that dies', () => {
  it('sends once however often the queue says so', async () => {
    await send();
    await drain(5);
    expect(sent).toHaveLength(1);
  });

  it('loses nothing when the queue was never told: the timer tells it', async () => {
    const mail = await send();
    domain.sent.splice(0);
    await domain.advanceTo('2026-11-22T15:04:00.000Z');
    await drain();
    expect(await mailOf(mail)).toMatchObject({ status: 'SENT', possibleDuplicate: false });
  });

  it('waits ten minutes for news, then sends once more and says so, then gives up', async () => {
    const mail = await send();
    failWith(() => new Error('socket hang up'));
    await drain();
    expect(await mailOf(mail)).toMatchObject({ status: 'SENDING', attempts: 1 });
    await domain.advanceTo('2026-11-22T15:09:00.000Z');
    expect(domain.sent).toHaveLength(0);
    await domain.advanceTo('2026-11-22T15:11:00.000Z');
    expect(await mailOf(mail)).toMatchObject({ status: 'QUEUED', possibleDuplicate: true });
    await drain();
    await domain.advanceTo('2026-11-22T15:30:00.000Z');
    await drain();
    expect(await mailOf(mail)).toMatchObject({ status: 'FAILED', attempts: 2, problems: [{ kind: 'FAILURE' }] });
    failWith(undefined);
    await domain.run('retryMail', { id: mail.id });
    await drain();
    expect(await mailOf(mail)).toMatchObject({ status: 'SENT', attempts: 3 });
  });

  it('believes the mail service when it says within ten minutes that the mail went out', async () => {
    const mail = await send();
    failWith(() => new Error('socket hang up'));
    await drain();
    await takeFeedback(domain.runtime, mailEvent(tenant, mail, 'Send'));
    await domain.advanceTo('2026-11-22T15:20:00.000Z');
    expect(await mailOf(mail)).toMatchObject({ status: 'SENT', messageId: 'message-1', possibleDuplicate: false });
    expect(domain.sent).toHaveLength(0);
  });

  it('takes a refusal as final, and haste as something that passes', async () => {
    const refused = await send();
    failWith(() => new MailRefused(new Error('no such domain')));
    await drain();
    expect(await mailOf(refused)).toMatchObject({ status: 'REFUSED', problems: [{ kind: 'REFUSAL' }] });
    const hasty = await send();
    failWith(() => new MailRefused(Object.assign(new Error('slow down'), { name: 'ThrottlingException' })));
    await drain();
    expect(await mailOf(hasty)).toMatchObject({ status: 'QUEUED' });
    failWith(undefined);
    await domain.advanceTo('2026-11-22T15:05:00.000Z');
    await drain();
    expect(await mailOf(hasty)).toMatchObject({ status: 'SENT', possibleDuplicate: false });
  });
});

describe('a crash between handing over and noting it', () => {
  it('loses nothing, and sends a second time only with the mark of it', async () => {
    const mail = await send();
    const { table } = domain.runtime.ports;
    let isDead = true;
    // The process ends after the mail service took the mail: nothing is written any more.
    const unlessDead =
      <A extends readonly unknown[]>(write: (...args: A) => Promise<void>) =>
      (...args: A) =>
        isDead && sent.length > 0 ? Promise.reject(new Error('killed')) : write(...args);
    const dying = { ...table, write: unlessDead(table.write), transact: unlessDead(table.transact) };
    const runtime = { ...domain.runtime, ports: { ...domain.runtime.ports, table: dying } };
    await expect(sendQueued(runtime, { tenant, mail: mail.id })).rejects.toThrow('killed');
    isDead = false;
    domain.sent.splice(0);
    expect([sent.length, (await mailOf(mail)).status]).toEqual([1, 'SENDING']);
    await drain(3);
    expect(sent).toHaveLength(1);
    await domain.advanceTo('2026-11-22T15:11:00.000Z');
    await drain(3);
    expect(sent).toHaveLength(2);
    expect(await mailOf(mail)).toMatchObject({ status: 'SENT', possibleDuplicate: true, attempts: 2 });
  });
});

describe('a tenant with a pace', () => {
  it('sends one after the other: what is too fast waits for its turn, nothing is dropped, marketing waits for itself', async () => {
    await domain.run('updateTenant', { id: tenant, version: 1, mailPace: { perSecond: 1, perDay: 3 } });
    const mails = [];
    for (let count = 0; count < 5; count += 1) mails.push(await send());
    await drain();
    expect(sent).toHaveLength(1);
    const slots = await Promise.all(mails.slice(1).map(async (mail) => (await mailOf(mail)).sendAt));
    expect(slots).toEqual([
      '2026-11-22T15:00:01.000Z',
      '2026-11-22T15:00:02.000Z',
      '2026-11-23T05:00:00.000Z',
      '2026-11-23T05:00:01.000Z',
    ]);
    // The line is the tenant's own: nobody elsewhere waits behind it.
    const elsewhere = domain.actor({ tenant: tenant.replace('ten_0', 'ten_9') });
    await domain.run('storeTenant', { values: {} }, elsewhere);
    await send({ to: ['olga@example.com'] }, elsewhere);
    await drain();
    expect(sent.map(({ to }) => to)).toEqual([['ana@example.com'], ['olga@example.com']]);
    const news = await send({ kind: 'MARKETING' });
    await sendQueued(domain.runtime, { tenant, mail: news.id });
    expect((await mailOf(news)).status).toBe('SENT');
    await domain.advanceTo('2026-11-22T15:01:00.000Z');
    await drain();
    expect(sent).toHaveLength(5);
    await domain.advanceTo('2026-11-23T05:02:00.000Z');
    await drain();
    expect(sent).toHaveLength(7);
    for (const mail of mails) expect(await mailOf(mail)).toMatchObject({ status: 'SENT', attempts: 1 });
  });

  it('tells administrators of a full day once and at once: the warning takes no place of that line, nor tells of days to come', async () => {
    // A Monday: nobody's quiet hours.
    await domain.advanceTo('2026-11-23T15:00:00.000Z');
    const [ada = '', eva = ''] = await makePeople(domain, ['Ada', 'Eva']);
    for (const id of [ada, eva]) await domain.run('assignRoles', { id, version: 1, roles: ['administrator'] });
    await domain.run('updateTenant', { id: tenant, version: 1, mailPace: { perDay: 2 } });
    for (let count = 0; count < 6; count += 1) await send();
    for (let round = 0; round < 5; round += 1) {
      await drain();
      await domain.settle();
    }
    const words = sent.map(({ to }) => to.join()).filter((to) => to !== 'ana@example.com');
    expect(words).toHaveLength(2);
    const { daily } = await domain.run<{ daily: readonly AnyRow[] }>('tenantUsage', {});
    expect(daily.map(({ kind, waitsUntil }) => [kind, waitsUntil])).toEqual([
      ['COLLEAGUES', undefined],
      ['TRANSACTIONAL', '2026-11-25T05:00:00.000Z'],
    ]);
  });
});

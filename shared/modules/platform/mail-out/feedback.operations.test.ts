import { beforeEach, describe, expect, it } from '@jest/globals';
import { runPage } from '#kernel/run-page';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { mailEvent, openMailing, readMail } from '#test/support/mailing';
import { makePeople } from '#test/support/people';
import { isSuppressed, Mail, Suppression, takeFeedback, type MailRow, type SesEvent } from './index.ts';

const { start, sent, send, mailOf, drain } = openMailing(withTenantTable());
let domain: Domain;
let tenant: string;
beforeEach(async () => {
  ({ domain, tenant } = await start());
});

const event = (mail: MailRow, eventType: string, more: object = {}): SesEvent =>
  mailEvent(tenant, mail, eventType, more);
const bounced = (address: string, bounceType = 'Permanent') => ({
  bounce: { bounceType, timestamp: '2026-11-22T15:00:05Z', bouncedRecipients: [{ emailAddress: address }] },
});

describe('what becomes of a mail', () => {
  it('is written down in any order, and once', async () => {
    const mail = await send();
    await drain();
    const delivery = event(mail, 'Delivery', {
      delivery: { timestamp: '2026-11-22T15:00:03Z', recipients: ['ana@example.com'] },
    });
    await takeFeedback(domain.runtime, delivery);
    await takeFeedback(domain.runtime, event(mail, 'Send'));
    const delivered = await mailOf(mail);
    expect(delivered).toMatchObject({ status: 'DELIVERED', deliveredTo: ['ana@example.com'] });
    await takeFeedback(domain.runtime, delivery);
    expect((await mailOf(mail)).version).toBe(delivered.version);
    await takeFeedback(
      domain.runtime,
      event(mail, 'Complaint', { complaint: { complainedRecipients: [{ emailAddress: 'ana@example.com' }] } }),
    );
    await takeFeedback(domain.runtime, event(mail, 'Bounce', bounced('ana@example.com')));
    expect(await mailOf(mail)).toMatchObject({
      status: 'COMPLAINED',
      problems: [{ kind: 'COMPLAINT' }, { kind: 'BOUNCE' }],
    });
  });

  it('stops writing to addresses that bounce, until somebody allows it again', async () => {
    const mail = await send({ to: ['Ana@Example.com'] });
    await drain();
    const bounce = event(mail, 'Bounce', bounced('ana@example.com'));
    await Promise.all([takeFeedback(domain.runtime, bounce), takeFeedback(domain.runtime, bounce)]);
    expect(await failure(send())).toBe('SUPPRESSED');
    const [stop] = (await domain.reader().data(Suppression).page('all', {})).rows;
    await domain.run('archiveSuppression', { id: stop?.id, version: stop?.version });
    expect(await send()).toMatchObject({ status: 'QUEUED' });
    await takeFeedback(domain.runtime, bounce);
    expect(await send()).toMatchObject({ status: 'QUEUED' });
  });

  it('goes on writing after a soft bounce, and passes over mails of others', async () => {
    const mail = await send();
    await drain();
    await takeFeedback(domain.runtime, event(mail, 'Bounce', bounced('ana@example.com', 'Transient')));
    expect(await mailOf(mail)).toMatchObject({ status: 'BOUNCED', problems: [{ kind: 'SOFT_BOUNCE' }] });
    expect(await send()).toMatchObject({ status: 'QUEUED' });
    await takeFeedback(domain.runtime, { eventType: 'Bounce', mail: { messageId: 'x' } });
    await takeFeedback(
      domain.runtime,
      event({ ...mail, id: 'mail_00000000000000000000000009' }, 'Bounce', bounced('x@y.zz')),
    );
  });

  it('refuses a queued mail to an address that was stopped meanwhile', async () => {
    const waiting = await send();
    await domain.run('createSuppression', { address: 'ana@example.com', reason: 'MANUAL' });
    await drain();
    const problems = [{ kind: 'SUPPRESSED', address: 'ana@example.com' }];
    expect(await mailOf(waiting)).toMatchObject({ status: 'REFUSED', problems });
    expect(sent).toHaveLength(0);
  });

  it('lets readers of marketing unsubscribe by one click, and goes on with what concerns them', async () => {
    await send({ kind: 'MARKETING' });
    await drain();
    const headers = Object.fromEntries((await readMail(sent[0])).headers.map(({ key, value }) => [key, value]));
    expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    const { text = '', html = '' } = await readMail(sent[0]);
    const [, page = ''] = /^<([^>]+)>/.exec(headers['list-unsubscribe'] ?? '') ?? [];
    expect([text.includes(`Darse de baja: ${page}`), html.includes(`href="${page}"`)]).toEqual([true, true]);
    const [, token = ''] = /\/p\/unsubscribe\/([\w.-]+)>/.exec(headers['list-unsubscribe'] ?? '') ?? [];
    const visit = (method: 'GET' | 'POST') =>
      runPage(domain.runtime, 'unsubscribe', token, { method, path: '', query: {}, headers: {}, body: '', ip: '' });
    expect(await visit('GET')).toMatchObject({ status: 200, body: expect.stringContaining('Darme de baja') });
    expect(await send({ kind: 'MARKETING' })).toMatchObject({ status: 'QUEUED' });
    expect(await visit('POST')).toMatchObject({ status: 200 });
    expect(await failure(send({ kind: 'MARKETING' }))).toBe('SUPPRESSED');
    expect(await send()).toMatchObject({ status: 'QUEUED' });
  });

  it('is told once more to a mail whose reader unsubscribes again, after somebody had allowed it', async () => {
    const mail = await send({ kind: 'MARKETING' });
    await drain();
    const headers = Object.fromEntries((await readMail(sent[0])).headers.map(({ key, value }) => [key, value]));
    const [, token = ''] = /\/p\/unsubscribe\/([\w.-]+)>/.exec(headers['list-unsubscribe'] ?? '') ?? [];
    const post = { method: 'POST', path: '', query: {}, headers: {}, body: '', ip: '' } as const;
    const leave = () => runPage(domain.runtime, 'unsubscribe', token, post);
    await leave();
    const [stop] = (await domain.reader().data(Suppression).page('all', {})).rows;
    expect(stop).toMatchObject({ mail: mail.id });
    await domain.run('archiveSuppression', { id: stop?.id, version: stop?.version });
    expect(await send({ kind: 'MARKETING' })).toMatchObject({ status: 'QUEUED' });
    await leave();
    expect(await failure(send({ kind: 'MARKETING' }))).toBe('SUPPRESSED');
  });

  it('is written down whatever the ledger says already: no event is lost, nor the address that it stops', async () => {
    const refused = await send();
    await domain.run('createSuppression', { address: 'ana@example.com', reason: 'UNSUBSCRIBED' });
    const cancelled = await send({ to: ['eva@example.com'], sendAt: '2026-11-23T00:00:00Z' });
    await domain.run('cancelMail', { id: cancelled.id });
    await takeFeedback(domain.runtime, event(cancelled, 'Reject', { reject: { reason: 'virus' } }));
    await drain();
    await takeFeedback(domain.runtime, event(refused, 'Delivery', { delivery: { recipients: ['ana@example.com'] } }));
    await takeFeedback(domain.runtime, event(refused, 'Reject', { reject: { reason: 'virus' } }));
    await takeFeedback(domain.runtime, event(refused, 'Bounce', bounced('ana@example.com')));
    expect(await mailOf(refused)).toMatchObject({
      status: 'BOUNCED',
      problems: [{ kind: 'REFUSAL' }, { kind: 'BOUNCE' }],
    });
    expect(await failure(send())).toBe('SUPPRESSED');
    const stopped = await send({ to: ['luis@example.com'] });
    await domain.run('createSuppression', { address: 'luis@example.com', reason: 'MANUAL' });
    await drain();
    await takeFeedback(domain.runtime, event(stopped, 'Bounce', bounced('luis@example.com')));
    expect(await mailOf(stopped)).toMatchObject({
      status: 'REFUSED',
      problems: [{ kind: 'SUPPRESSED' }, { kind: 'BOUNCE' }],
    });
  });

  it('counts what was probably opened and followed, each told twice once', async () => {
    const mail = await send({ kind: 'MARKETING', campaign: 'spring-26' });
    await drain();
    expect(sent[0]).toMatchObject({ stream: 'MARKETING', tags: { campaign: 'spring-26' } });
    const opened = event(mail, 'Open', { open: { timestamp: '2026-11-22T15:02:00Z' } });
    const followed = event(mail, 'Click', {
      click: { timestamp: '2026-11-22T15:03:00Z', link: 'https://a.example/x' },
    });
    for (const each of [opened, followed, opened, followed]) await takeFeedback(domain.runtime, each);
    expect(await mailOf(mail)).toMatchObject({
      status: 'SENT',
      opens: 1,
      clicks: 1,
      engagements: [{ kind: 'OPEN' }, { kind: 'CLICK', link: 'https://a.example/x' }],
    });
    await domain.settle();
    const { rows } = await domain
      .reader()
      .data(Mail)
      .list({ where: { campaign: { eq: 'spring-26' } }, first: 10 });
    expect(rows.map(({ id }) => id)).toEqual([mail.id]);
  });

  it('stops each channel for itself, and takes no address that a channel would not know', async () => {
    await domain.run('createSuppression', { channel: 'SMS', address: '+593991234567', reason: 'MANUAL' });
    const context = domain.reader();
    expect(await isSuppressed(context, 'SMS', '+593991234567')).toBe('MANUAL');
    expect(await isSuppressed(context, 'WHATSAPP', '+593991234567')).toBeUndefined();
    await domain.run('createSuppression', { address: 'Eva@example.com', reason: 'UNSUBSCRIBED' });
    expect(await isSuppressed(context, 'EMAIL', 'eva@example.com', 'MARKETING')).toBe('UNSUBSCRIBED');
    expect(await isSuppressed(context, 'EMAIL', 'eva@example.com')).toBeUndefined();
    const wrong = { channel: 'SMS', address: 'eva@example.com', reason: 'MANUAL' };
    expect(await failure(domain.run('createSuppression', wrong))).toBe('BAD_INPUT');
  });

  it('is seen by who sent it, not by others, and never by another tenant', async () => {
    const [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
    const rules = {
      entities: { '*': { read: 'all' }, Mail: { read: 'own' } },
      operations: ['mail.send'],
      hiddenFields: [],
      readOnlyFields: [],
    } as const;
    const as = (id: string) => domain.actor({ id, userId: id, rules });
    const mail = await send({}, as(ana));
    expect(mail).toMatchObject({ owner: ana, replyTo: 'ana@example.com' });
    expect((await domain.reader(as(ana)).records([mail.id])).size).toBe(1);
    expect((await domain.reader(as(ben)).records([mail.id])).size).toBe(0);
    expect((await domain.reader(domain.actor({ tenant: 'ten_other' })).records([mail.id])).size).toBe(0);
  });
});

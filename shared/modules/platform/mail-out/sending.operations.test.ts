import { beforeEach, describe, expect, it } from '@jest/globals';
import { MailRefused } from '#kernel';
import type { Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { mailEvent, openMailing } from '#test/support/mailing';
import { takeFeedback } from './index.ts';

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

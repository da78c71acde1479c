import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import type { Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMailIn, toCase } from '#test/support/mail-in';
import { Enrolment } from '#modules/engagement/sequences';
import type { InboundMailRow, MailThreadRow } from './index.ts';

const mailIn = openMailIn(withTenantTable());
const { address, receive, read } = mailIn;
let domain: Domain;
let account: string;
let contact: string;
let call: string;
beforeEach(async () => {
  ({ domain, account, contact, call } = await mailIn.start());
});

const threadOf = (mail: InboundMailRow | undefined) => read<MailThreadRow>(mail?.thread);

describe('a conversation', () => {
  it('is answered from here; what comes back continues it by address and by Message-ID, and the wait is measured', async () => {
    const { inbox } = await address([toCase]);
    const asked = await receive({ messageId: 'q@client.test', subject: '{{ tenant.name }} ¿precio?' }, inbox);
    expect(await threadOf(asked)).toMatchObject({ standing: 'WAITING', waitingSince: asked?.receivedAt });
    domain.clock.set('2026-11-22T15:30:00.000Z');
    const answer = await domain.run<AnyRow>('replyToMail', { mail: asked?.id, text: 'Son {{ 5 }} dólares' });
    expect(answer).toMatchObject({ to: ['rosa@client.test'], subject: 'Re: {{ tenant.name }} ¿precio?' });
    expect(JSON.stringify(answer['body'])).toContain('Son {{ 5 }} dólares');
    await mailIn.deliver();
    expect(await threadOf(asked)).toMatchObject({ standing: 'ANSWERED', sent: 1, firstAnswerMinutes: 30 });
    const [sent] = mailIn.sent;
    expect(sent?.headers['in-reply-to']).toBe('<q@client.test>');
    const back = await receive({ subject: 'Ok', from: 'otra@client.test' }, String(sent?.replyTo));
    expect(back).toMatchObject({ outcome: 'REPLY', thread: asked?.thread, record: asked?.record });
    const headers = [`References: <x@y.test> <${String(sent?.messageId)}@eu-west-1.amazonses.com>`];
    expect((await receive({ subject: 'Y', headers }, inbox))?.thread).toBe(asked?.thread);
    expect((await threadOf(asked)).received).toBe(3);
  });

  it('takes answers to mails that were sent about a record, and answers of calendar programs', async () => {
    const { inbox } = await address([toCase]);
    const sent = await domain.run<AnyRow>('sendMail', {
      ...{ to: ['rosa@client.test'], subject: 'Oferta', body: 'Va', record: account, answersHere: true },
    });
    await mailIn.deliver();
    const reply = await receive({ subject: 'Otra' }, String(mailIn.sent[0]?.replyTo));
    expect(reply).toMatchObject({ outcome: 'REPLY', record: account });
    const headers = [`In-Reply-To: <${String(mailIn.sent[0]?.messageId)}@email.amazonses.com>`];
    expect((await receive({ subject: 'Más', headers }, inbox))?.thread).toBe(reply?.thread);
    expect(sent['answersHere']).toBe(true);
  });
});

describe('a sequence', () => {
  it('ends when its contact writes, and not when a machine answers for the contact', async () => {
    const { inbox } = await address([toCase]);
    const offset = { amount: 1, unit: 'DAYS', from: 'PREVIOUS' };
    const step = { key: 'CALL', activityType: call, subject: 'Call', offset, branches: [] };
    const sequence = await domain.run<AnyRow>('createSequence', { name: 'Follow', of: 'Contact', steps: [step] });
    await domain.run('enrol', { sequence: sequence.id, records: [contact] });
    const { rows } = await domain.reader().data(Enrolment).page('byRecord', { of: contact, first: 5 });
    const enrolled = rows[0]?.id;
    await receive({ headers: ['Auto-Submitted: auto-replied'] }, inbox);
    expect((await read<AnyRow>(enrolled))['status']).toBe('RUNNING');
    await receive({}, inbox);
    expect(await read(enrolled)).toMatchObject({ endReason: 'REPLY' });
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { workAs } from '#kernel/work';
import { openConversing, refused, written } from '#test/support/conversing';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import type { StepAt } from '#modules/platform/workflows';
import { Conversation, type ConversationRow } from './index.ts';
import { messageStep } from './message-step.operations.ts';

const desk = openConversing(withTenantTable());
const { caught, conversations, drain, handIn, line, messageOf, next } = desk;
const phone = '+593991234567';
let domain: Domain;
beforeEach(async () => {
  domain = await desk.start();
});

const send = (input: object) => domain.run<AnyRow>('sendMessage', input as Record<string, unknown>);
describe('a sender that dies', () => {
  const begin = async (): Promise<AnyRow> => {
    await line('SMS', { address: '+593990000001' });
    return send({ to: '099 123 4567', text: 'Su pedido fue recibido' });
  };

  it('sends once however often the queue says so, and tells the queue again when it was never told', async () => {
    const { id } = await begin();
    await drain(4);
    expect(caught).toMatchObject([{ url: 'SMS', body: { to: phone, text: 'Su pedido fue recibido' } }]);
    expect(await messageOf(id)).toMatchObject({ status: 'SENT', possibleDuplicate: false, attempts: 1 });
    const lost = await send({ to: phone, text: 'y otra' });
    domain.sent.splice(0);
    await domain.advanceTo(new Date(domain.clock.now().getTime() + 4 * 60_000).toISOString());
    await drain();
    expect(await messageOf(lost.id)).toMatchObject({ status: 'SENT' });
  });

  it('waits ten minutes for news, then sends once more and says so, then gives up until somebody asks', async () => {
    const { id } = await begin();
    const hangUp = (): Error => new Error('socket hang up');
    const minutes = (count: number) =>
      domain.advanceTo(new Date(domain.clock.now().getTime() + count * 60_000).toISOString());
    next(hangUp, hangUp);
    await drain();
    expect(await messageOf(id)).toMatchObject({ status: 'SENDING', attempts: 1 });
    await minutes(11);
    expect(await messageOf(id)).toMatchObject({ status: 'QUEUED', possibleDuplicate: true });
    await drain();
    await minutes(11);
    expect(await messageOf(id)).toMatchObject({ status: 'FAILED', attempts: 2 });
    await domain.run('retryMessage', { id, version: (await messageOf(id)).version });
    await drain();
    const row = await messageOf(id);
    expect(row).toMatchObject({ status: 'SENT', attempts: 1 });
    expect(await failure(domain.run('retryMessage', { id, version: row.version }))).toBe('NOT_FAILED');
  });

  it('believes the provider that says meanwhile that it arrived; late news take nothing back', async () => {
    const own = await line('GENERIC', { sendUrl: 'https://own.test/in' });
    const { id } = await send({ line: own, to: 'rosa', text: 'hola' });
    next(() => new Error('socket hang up'));
    await drain();
    const news = (status: string) => handIn(own, { statuses: [{ id: 'x1', reference: id, status }] });
    await news('delivered');
    await news('sent');
    await domain.advanceTo(new Date(domain.clock.now().getTime() + 15 * 60_000).toISOString());
    expect(await messageOf(id)).toMatchObject({ status: 'DELIVERED', attempts: 1, possibleDuplicate: false });
    await news('read');
    await news('failed');
    expect(await messageOf(id)).toMatchObject({ status: 'READ' });
  });

  it('gives haste up after ten tries, until somebody asks', async () => {
    const { id } = await begin();
    for (let tries = 1; tries <= 10; tries += 1) {
      next(refused(true));
      await drain();
      const row = await messageOf(id);
      if (row.status === 'QUEUED')
        await domain.advanceTo(new Date(Date.parse(row.sendAt ?? '') + 60_000).toISOString());
    }
    expect(await messageOf(id)).toMatchObject({ status: 'FAILED', attempts: 10 });
    await domain.run('retryMessage', { id, version: (await messageOf(id)).version });
    next(refused(true));
    await drain();
    expect(await messageOf(id)).toMatchObject({ status: 'QUEUED', attempts: 1 });
  });

  it('takes a refusal as final, and haste as something that passes', async () => {
    const { id } = await begin();
    next(refused(true));
    await drain();
    expect(await messageOf(id)).toMatchObject({ status: 'QUEUED', attempts: 1 });
    next(refused(false));
    await domain.advanceTo(new Date(domain.clock.now().getTime() + 3 * 60_000).toISOString());
    await drain();
    expect(await messageOf(id)).toMatchObject({ status: 'REFUSED', problem: expect.stringContaining('refused') });
    const own = await line('TELEGRAM');
    await handIn(own, { message: { message_id: 9, chat: { id: 5 }, from: { first_name: 'Rosa' }, text: 'hola' } });
    const row = (await conversations()).find(({ channel }) => channel === 'TELEGRAM');
    const answer = await send({ conversation: row?.id, text: 'buenas' });
    next(() => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }));
    await drain();
    expect(await messageOf(answer.id)).toMatchObject({ status: 'QUEUED', attempts: 1, possibleDuplicate: false });
    await domain.advanceTo(new Date(domain.clock.now().getTime() + 3 * 60_000).toISOString());
    next(() => Response.json({ description: 'blocked' }, { status: 403 }));
    await drain();
    expect(await messageOf(answer.id)).toMatchObject({ status: 'REFUSED', problem: expect.stringContaining('403') });
    const inside = await send({ conversation: row?.id, text: 'adiós' });
    next(() => Object.assign(new Error('The address leads inside.'), { name: 'WebRefused' }));
    await drain();
    expect(await messageOf(inside.id)).toMatchObject({ status: 'REFUSED', attempts: 1 });
  });
});

describe('an answer that fails', () => {
  it('answers nobody: they wait on, since they wrote, until something arrives', async () => {
    const own = await line('GENERIC', { sendUrl: 'https://own.test/in' });
    const start = domain.clock.now().getTime();
    const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();
    await handIn(own, written('1', 'rosa', 'hola'));
    const only = async () => (await conversations())[0] as ConversationRow;
    const { id } = await only();
    const say = async (minutes: number, text: string): Promise<string> => {
      await domain.advanceTo(at(minutes));
      const message = await send({ conversation: id, text });
      await drain();
      return message.id;
    };
    const fails = async (reference: string) => {
      await handIn(own, { statuses: [{ id: `p-${reference}`, reference, status: 'failed' }] });
      await domain.settle();
    };
    const [first, second] = [await say(2, 'Buenos días'), await say(3, '¿En qué ayudo?')];
    await fails(first);
    expect(await only()).toMatchObject({ desk: 'ANSWERED', answers: 1, firstAnswerMinutes: 2 });
    const { version } = await only();
    await domain.run('closeConversation', { id, version });
    await fails(second);
    const waiting = await only();
    expect(waiting).toMatchObject({ status: 'OPEN', waitingSince: at(0), answers: 0, waitedMinutes: 0 });
    expect(waiting.firstAnswerMinutes).toBeUndefined();
    await domain.advanceTo(at(7));
    await domain.run('retryMessage', { id: second, version: (await messageOf(second)).version });
    expect(await messageOf(second)).toMatchObject({ status: 'QUEUED', waitedMinutes: 7, waitedSince: at(0) });
    expect(await only()).toMatchObject({ desk: 'ANSWERED', answers: 1, waitedMinutes: 7, firstAnswerMinutes: 7 });
  });
});

describe('a step of a workflow', () => {
  it('writes to whoever its record is about, and answers in a conversation', async () => {
    const sms = await line('SMS', { address: '+593990000001' });
    const account = await domain.run<AnyRow>('createAccount', { name: 'Molinos', phone });
    const contact = await domain.run<AnyRow>('createContact', {
      firstName: 'Rosa',
      lastName: 'Vera',
      phone: '+593991234568',
    });
    const step = async (record: AnyRow, more: object = {}) => {
      const asked = { channel: 'SMS', kind: 'TRANSACTIONAL', text: 'Su pedido fue recibido', ...more };
      const at = { step: {}, run: {}, record } as unknown as StepAt;
      const outcome = await workAs(domain.runtime, domain.actor(), 'test', (context) =>
        messageStep.run(asked, { ...at, context }),
      );
      return messageOf(String(outcome?.output?.['message']));
    };
    expect(await step(account)).toMatchObject({ sentBy: 'SYSTEM', about: account.id });
    expect(await step(contact)).toMatchObject({ contact: contact.id });
    const peers = (await conversations()).map(({ peer, status }) => [peer, status]);
    expect(peers.sort()).toEqual([
      [phone, 'CLOSED'],
      ['+593991234568', 'CLOSED'],
    ]);
    const [row] = await conversations();
    await handIn(sms, written('1', row?.peer ?? '', '¿y bien?'));
    expect(await step(row as AnyRow, { text: 'otra' })).toMatchObject({ conversation: row?.id, text: 'otra' });
    // Nobody has answered them by that.
    expect(
      await domain
        .reader()
        .trusted(Conversation)
        .get(row?.id ?? ''),
    ).toMatchObject({ desk: 'WAITING', answers: 0 });
  });
});

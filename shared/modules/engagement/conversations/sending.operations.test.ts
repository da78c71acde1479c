import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { workAs } from '#kernel/work';
import { isSuppressed } from '#modules/platform/mail-out';
import { ConsentProof } from '#modules/platform/privacy';
import { Contact } from '#modules/parties/contacts';
import { openConversing, refused, written } from '#test/support/conversing';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import type { StepAt } from '#modules/platform/workflows';
import { Conversation } from './index.ts';
import { messageStep } from './message-step.operations.ts';

const desk = openConversing(withTenantTable());
const { caught, conversations, drain, handIn, line, messageOf, messagesOf, next } = desk;
const phone = '+593991234567';
let domain: Domain;
beforeEach(async () => {
  domain = await desk.start();
});

const send = (input: object) => domain.run<AnyRow>('sendMessage', input as Record<string, unknown>);
const only = async () => {
  const [row, ...others] = await conversations();
  expect(others).toEqual([]);
  if (!row) throw new Error('There is no conversation.');
  return row;
};

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
    expect(row).toMatchObject({ status: 'SENT', attempts: 3 });
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

describe('who may be written to', () => {
  it('is nobody who said STOP, until they say otherwise; and marketing asks for consent', async () => {
    const sms = await line('SMS', { address: '+593990000001' });
    const contact = await domain.run<AnyRow>('createContact', { firstName: 'Rosa', lastName: 'Vera', phone });
    await domain.settle();
    expect(await failure(send({ contact: contact.id, text: 'Oferta', kind: 'MARKETING' }))).toBe('NO_CONSENT');
    const queued = await send({ contact: contact.id, text: 'Su pedido' });
    await handIn(sms, written('1', phone, ' Baja. '));
    await domain.settle();
    await drain();
    expect(await messageOf(queued.id)).toMatchObject({ status: 'REFUSED' });
    const { rows } = await domain.reader().trusted(ConsentProof).page('bySubject', { of: contact.id });
    expect(rows).toMatchObject([{ channel: 'SMS', status: 'REFUSED', wording: 'Baja.' }]);
    expect((await only()).waitingSince).toBeUndefined();
    expect(await isSuppressed(domain.reader(), 'SMS', phone, 'MARKETING')).toBe('UNSUBSCRIBED');
    expect(await failure(send({ contact: contact.id, text: 'x' }))).toBe('SUPPRESSED');
    const confirmed = 'No le escribiremos más por este medio. Si cambia de idea, escriba ALTA.';
    expect(caught).toMatchObject([{ body: { to: phone, text: confirmed } }]);
    for (const id of ['2', '3']) await handIn(sms, written(id, phone, 'STOP'));
    await handIn(sms, written('4', phone, 'alta'));
    await domain.settle();
    await drain();
    expect(caught.slice(1)).toMatchObject([{ body: { text: expect.stringContaining('Volveremos a escribirle') } }]);
    await send({ contact: contact.id, text: 'x' });
    await handIn(sms, written('5', phone, 'Alta'));
    expect(await only()).toMatchObject({ desk: 'WAITING', preview: 'Alta' });
  });

  it('is asked again as marketing leaves: consent that was taken back meanwhile is heeded', async () => {
    await line('SMS', { address: '+593990000001' });
    const consents = (granted: boolean) => [{ channel: 'SMS', granted }];
    const rosa = { firstName: 'Rosa', lastName: 'Vera', phone, consents: consents(true) };
    const { id } = await domain.run<AnyRow>('createContact', rosa);
    await domain.settle();
    const offer = () => send({ contact: id, text: 'Oferta', kind: 'MARKETING' });
    await offer();
    await drain();
    expect(caught).toMatchObject([{ body: { kind: 'MARKETING' } }]);
    const second = await offer();
    const { version } = await domain.reader().trusted(Contact).get(id);
    await domain.run('updateContact', { id, version, consents: consents(false) });
    await domain.settle();
    await drain();
    expect(await messageOf(second.id)).toMatchObject({ status: 'REFUSED' });
    expect(caught).toHaveLength(1);
  });

  it('is nobody whom a colleague writes with, by naming the number; whoever sees a contact may begin', async () => {
    const sms = await line('SMS', { address: '+593990000001' });
    const [ana = '', beto = ''] = await makePeople(domain, ['Ana', 'Beto']);
    const rules = (userId: string) => {
      const read = { create: 'own', read: 'own', update: 'own', archive: 'none' } as const;
      const entities = { Conversation: read, Message: read, Contact: read };
      return person(domain, userId, { rules: { ...domain.actor().rules, entities } });
    };
    const rosa = { firstName: 'Rosa', lastName: 'Vera', phone, owner: ana };
    const contact = await domain.run<AnyRow>('createContact', rosa);
    await domain.settle();
    const write = (userId: string, input: object) => domain.run<AnyRow>('sendMessage', input as never, rules(userId));
    await domain.run('sendMessage', { contact: contact.id, text: 'de Ana' }, rules(ana));
    expect(await failure(write(beto, { to: phone, text: 'de Beto' }))).toBe('NOT_FOUND');
    expect(await write(ana, { to: phone, text: 'otra' })).toMatchObject({ text: 'otra' });
    await handIn(sms, written('1', '+593991234568', 'hola'));
    expect(await failure(write(beto, { to: '+593991234568', text: 'x' }))).toBe('NOT_FOUND');
    expect(
      (await messagesOf((await conversations()).find(({ peer }) => peer === phone)?.id ?? '')).map(({ text }) => text),
    ).not.toContain('de Beto');
  });

  it('on WhatsApp is who wrote within a day; others get an approved template', async () => {
    const whatsApp = await line('WHATSAPP', { address: '555' });
    expect(await failure(send({ channel: 'WHATSAPP', to: phone, text: 'hola' }))).toBe('WINDOW_CLOSED');
    expect(await conversations()).toEqual([]);
    const template = { name: 'pedido_recibido', language: 'es', values: ['Rosa'] };
    const first = await send({ channel: 'WHATSAPP', to: phone, template });
    await drain();
    expect(caught).toMatchObject([
      {
        url: 'https://graph.facebook.com/v23.0/555/messages',
        body: {
          to: '593991234567',
          type: 'template',
          template: { name: 'pedido_recibido' },
          biz_opaque_callback_data: first.id,
        },
      },
    ]);
    const message = { id: 'w1', from: '593991234567', type: 'text', text: { body: 'gracias' } };
    await handIn(whatsApp, { entry: [{ changes: [{ value: { messages: [message] } }] }] });
    const { id } = await only();
    await send({ conversation: id, text: 'Con gusto' });
    domain.clock.advance(25 * 3_600_000);
    expect(await failure(send({ conversation: id, text: 'otra' }))).toBe('WINDOW_CLOSED');
  });

  it('gets canned answers in their language, with every gap filled', async () => {
    const own = await line('GENERIC', { sendUrl: 'https://own.test/in' });
    const wording = {
      key: 'estado',
      title: 'Estado',
      es: 'Hola {name}, su pedido {order} salió. {company}',
      en: 'Hi {name}: {order}',
    };
    await domain.run('createCannedAnswer', wording);
    await handIn(own, { messages: [{ id: '1', from: 'rosa', name: 'Rosa', text: 'hola' }] });
    const { id } = await only();
    expect(await failure(send({ conversation: id, canned: 'estado' }))).toBe('VALUE_MISSING');
    expect(await failure(send({ conversation: id, canned: 'nada' }))).toBe('NOT_FOUND');
    expect(await failure(send({ conversation: id, text: '   ' }))).toBe('BAD_INPUT');
    const values = { order: 7 };
    expect(await send({ conversation: id, canned: 'estado', values })).toMatchObject({
      text: 'Hola Rosa, su pedido 7 salió. Acme',
    });
    expect(await failure(send({ line: own, text: 'x' }))).toBe('CHANNEL_STARTED_BY_THEM');
    expect(await failure(send({ channel: 'SMS', to: phone, text: 'x' }))).toBe('NO_CHANNEL');
    await line('SMS', { address: '+593990000001' });
    expect(await failure(send({ to: '12', text: 'x' }))).toBe('NO_ADDRESS');
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

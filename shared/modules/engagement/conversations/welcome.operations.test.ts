import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { workAs } from '#kernel/work';
import { isSuppressed, suppress } from '#modules/platform/mail-out';
import { ConsentProof } from '#modules/platform/privacy';
import { Contact } from '#modules/parties/contacts';
import { openConversing, written } from '#test/support/conversing';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { person } from '#test/support/parties';
import { makePeople } from '#test/support/people';

const desk = openConversing(withTenantTable());
const { caught, conversations, drain, handIn, line, messageOf, messagesOf, only } = desk;
const phone = '+593991234567';
let domain: Domain;
beforeEach(async () => {
  domain = await desk.start();
});

const send = (input: object) => domain.run<AnyRow>('sendMessage', input as Record<string, unknown>);
describe('who may be written to', () => {
  it('is nobody who said STOP, until they say otherwise; and marketing asks for consent', async () => {
    const sms = await line('SMS', { address: '+593990000001' });
    const contact = await domain.run<AnyRow>('createContact', { firstName: 'Rosa', lastName: 'Vera', phone });
    await domain.settle();
    await expect(send({ contact: contact.id, text: 'Oferta', kind: 'MARKETING' })).rejects.toMatchObject({
      ...{ code: 'NO_CONSENT', path: ['contact'] },
    });
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

  it('is who takes a STOP back, as before it; what others wrote meanwhile or before stands', async () => {
    const sms = await line('SMS', { address: '+593990000001' });
    const consents = [{ channel: 'SMS', granted: true }];
    const rosa = await domain.run<AnyRow>('createContact', { firstName: 'Rosa', lastName: 'Vera', phone, consents });
    await domain.settle();
    const say = async (id: string, text: string) => {
      await handIn(sms, written(id, phone, text));
      await domain.settle();
    };
    const standing = async () => {
      const { rows } = await domain.reader().trusted(ConsentProof).page('bySubject', { of: rosa.id });
      return [await isSuppressed(domain.reader(), 'SMS', phone, 'MARKETING'), rows.map(({ status }) => status)];
    };
    const offer = { contact: rosa.id, text: 'Oferta', kind: 'MARKETING' };
    for (const round of ['a', 'b']) {
      await say(`${round}1`, 'STOP');
      expect(await standing()).toEqual(['UNSUBSCRIBED', ['WITHDRAWN']]);
      await say(`${round}2`, 'ALTA');
      expect(await standing()).toEqual([undefined, ['GRANTED']]);
      expect(await send(offer)).toMatchObject({ status: 'QUEUED' });
    }
    const told = { subject: rosa.id, purpose: 'GENERAL', channel: 'SMS', wordingVersion: '1', source: { how: 'CALL' } };
    await domain.run('recordConsent', { ...told, granted: false, wording: 'Por teléfono: no' });
    await domain.run('createSuppression', { channel: 'SMS', address: '+593991234568', reason: 'UNSUBSCRIBED' });
    for (const [id, text] of [
      ['c1', 'STOP'],
      ['c2', 'ALTA'],
    ] as const) {
      await say(id, text);
      await handIn(sms, written(`${id}x`, '+593991234568', text));
      await domain.settle();
    }
    await drain();
    // STOP was the first thing that they said.
    expect(caught.filter(({ body }) => body['to'] === '+593991234568')).toHaveLength(2);
    expect(await standing()).toEqual([undefined, ['WITHDRAWN']]);
    expect(await isSuppressed(domain.reader(), 'SMS', '+593991234568', 'MARKETING')).toBe('UNSUBSCRIBED');
    expect(await failure(send(offer))).toBe('NO_CONSENT');
    await say('d1', 'STOP');
    await workAs(domain.runtime, domain.actor(), 'the carrier', (context) =>
      suppress(context, { channel: 'SMS', address: phone, reason: 'BOUNCED' }),
    );
    await say('d2', 'ALTA');
    expect(await isSuppressed(domain.reader(), 'SMS', phone)).toBe('BOUNCED');
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

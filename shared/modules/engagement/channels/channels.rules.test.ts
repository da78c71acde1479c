import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Ports } from '#kernel';
import { accountProblems } from './channel-account.rules.ts';
import { channelKinds } from './channel-account.entity.ts';
import { readInbound } from './inbound.rules.ts';
import { openNotification } from './notification.operations.ts';
import { readNotification, signedText, type SnsMessage } from './notification.rules.ts';
import { carriable, lengthProblem } from './carrying.rules.ts';
import { idInAnswer, messengerRequest, telegramRequest, whatsAppMessage } from './outbound.rules.ts';
import { smsPartsOf } from './sms-parts.rules.ts';
import { isSigned, signatureOf } from './signature.rules.ts';

const nothing = { messages: [], news: [] };

describe('what a provider hands in', () => {
  it('is read as far as it is a message, and nothing of it throws', () => {
    const odd = [null, 7, 'x', [], {}, { entry: 'x' }, { entry: [null, { changes: [{ value: 3 }], messaging: [{}] }] }];
    for (const kind of channelKinds)
      for (const body of [
        ...odd,
        { messages: [null, { id: 1 }], message: { chat: 5 } },
        { statuses: [{ status: 'sent' }] },
      ])
        expect(readInbound(kind, body)).toEqual(nothing);
  });

  it('of WhatsApp: words, buttons and pictures with their captions, and what became of ours', () => {
    const messages = [
      { id: '1', from: '593991234567', type: 'button', button: { text: 'Sí' } },
      { id: '2', from: '593991234567', type: 'image', image: { id: 'media-1', caption: 'La factura' } },
    ];
    const statuses = [
      { id: '3', status: 'failed', errors: [{ title: 'Not on WhatsApp' }], biz_opaque_callback_data: 'msg_1' },
      { id: '4', status: 'deleted' },
    ];
    expect(readInbound('WHATSAPP', { entry: [{ changes: [{ value: { messages, statuses } }] }] })).toEqual({
      messages: [
        { id: '1', from: '+593991234567', text: 'Sí', media: [] },
        { id: '2', from: '+593991234567', text: 'La factura', media: [{ kind: 'image', source: 'media-1' }] },
      ],
      news: [{ id: '3', status: 'FAILED', reference: 'msg_1', detail: 'Not on WhatsApp' }],
    });
  });

  it('of Messenger without the echo of ourselves; of Telegram with the largest picture', () => {
    const events = [
      { sender: { id: '9' }, message: { mid: 'm1', is_echo: true, text: 'nuestro' } },
      { sender: { id: '9' }, delivery: { mids: ['m0'] } },
      {
        sender: { id: '9' },
        message: { mid: 'm2', attachments: [{ type: 'image', payload: { url: 'https://x.test/1' } }] },
      },
    ];
    expect(readInbound('MESSENGER', { entry: [{ messaging: events }] })).toEqual({
      messages: [{ id: 'm2', from: '9', text: '', media: [{ kind: 'image', source: 'https://x.test/1' }] }],
      news: [{ id: 'm0', status: 'DELIVERED' }],
    });
    const photo = [{ file_id: 'small' }, { file_id: 'large' }];
    const update = {
      message: { message_id: 4, chat: { id: 31 }, from: { first_name: 'Luis' }, photo, caption: 'Mire' },
    };
    expect(readInbound('TELEGRAM', update).messages).toEqual([
      { id: '31:4', from: '31', name: 'Luis', text: 'Mire', media: [{ kind: 'photo', source: 'large' }] },
    ]);
  });

  it('says when it was written, and in words what is no text: places, cards, buttons, a reaction', () => {
    const value = (message: object) => ({
      entry: [{ changes: [{ value: { messages: [{ id: 'w', from: '593991234567', ...message }] } }] }],
    });
    const said = (message: object) => readInbound('WHATSAPP', value(message)).messages[0];
    expect(said({ type: 'text', text: { body: 'a' }, timestamp: '1795359600' })).toMatchObject({
      at: '2026-11-22T15:00:00.000Z',
    });
    const texts = [
      said({ type: 'location', location: { latitude: -0.18, longitude: -78.48, name: 'Bodega' } }),
      said({ type: 'contacts', contacts: [{ name: { formatted_name: 'Luis Paz' }, phones: [{ phone: '+593 2 1' }] }] }),
      said({ type: 'reaction', reaction: { emoji: '👍', message_id: 'x' } }),
    ].map((each) => each?.text);
    expect(texts).toEqual(['Bodega\nhttps://maps.google.com/?q=-0.18,-78.48', 'Luis Paz +593 2 1', '👍']);
    const image = { type: 'image', image: { id: 'm1', mime_type: 'image/jpeg; x=1', caption: 'Roto' } };
    expect(said(image)).toMatchObject({ text: 'Roto', media: [{ kind: 'image', source: 'm1', type: 'image/jpeg' }] });
    const meta = {
      entry: [
        { messaging: [{ sender: { id: '9' }, postback: { mid: 'p', title: 'Empezar' } }, { read: { mid: 'r' } }] },
      ],
    };
    expect(readInbound('INSTAGRAM', meta)).toMatchObject({
      messages: [{ id: 'p', text: 'Empezar' }],
      news: [{ id: 'r', status: 'READ' }],
    });
  });

  it('is signed with the secret of its account, of which there must be one', () => {
    const body = '{"año":1}';
    const headers = { 'x-hub-signature-256': signatureOf(body, 'a secret') };
    expect([
      isSigned('WHATSAPP', { headers, body }, 'a secret'),
      isSigned('WHATSAPP', { headers, body: `${body} ` }, 'a secret'),
      isSigned('SMS', { headers, body }, 'a secret'),
      isSigned('WHATSAPP', { headers, body }, undefined),
      isSigned('TELEGRAM', { headers: { 'x-telegram-bot-api-secret-token': 'a secret' }, body }, 'a secret'),
    ]).toEqual([true, false, false, false, true]);
  });
});

describe('what SNS hands in', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const topic = 'arn:aws:sns:us-east-1:1:texts';
  const asked: string[] = [];
  const web: Ports['web'] = {
    fetch: (url) => {
      asked.push(url);
      return Promise.resolve(new Response(pem));
    },
  };
  const context = { ports: { web } as unknown as Ports };
  const signed = (more: Partial<SnsMessage> = {}) => {
    const message = {
      Type: 'Notification',
      MessageId: '1',
      Message: JSON.stringify({ originationNumber: '+593991234567', messageBody: 'hola', inboundMessageId: 'i1' }),
      TopicArn: topic,
      Timestamp: '2026-11-22T15:00:00.000Z',
      SignatureVersion: '2',
      SigningCertURL: 'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem',
      Signature: '',
      ...more,
    } as SnsMessage;
    return { ...message, Signature: sign('sha256', Buffer.from(signedText(message)), privateKey).toString('base64') };
  };

  it('is believed of the agreed topic, signed by SNS itself, and unchanged', async () => {
    const { told } = (await openNotification(context, signed(), topic)) as { told: unknown };
    expect(readNotification('SMS', told).messages).toEqual([
      { id: 'i1', from: '+593991234567', text: 'hola', media: [] },
    ]);
    const forged = [
      signed({ TopicArn: 'arn:aws:sns:us-east-1:2:mine' }),
      signed({ SigningCertURL: 'https://sns.us-east-1.amazonaws.com.evil.test/a.pem' }),
      { ...signed(), Message: '{}' },
      { Type: 'Notification' },
      null,
    ];
    for (const each of forged) expect(await openNotification(context, each, topic)).toBeUndefined();
    expect(await openNotification(context, signed(), undefined)).toBeUndefined();
  });

  it('confirms a subscription at SNS alone', async () => {
    const url = 'https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription';
    const confirming = (SubscribeURL: string) => signed({ Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL });
    expect(await openNotification(context, confirming(url), topic)).toBe('CONFIRMED');
    expect(asked.at(-1)).toBe(url);
    expect(await openNotification(context, confirming('https://evil.test/'), topic)).toBeUndefined();
  });

  it('tells what became of a text, and of WhatsApp what Meta says', () => {
    const event = (eventType: string) =>
      readNotification('SMS', { eventType, messageId: 'a1', context: { message: 'msg_1' } }).news;
    expect(event('TEXT_DELIVERED')).toEqual([{ id: 'a1', status: 'DELIVERED', reference: 'msg_1' }]);
    expect(event('TEXT_CARRIER_UNREACHABLE')).toMatchObject([{ status: 'FAILED', detail: 'TEXT_CARRIER_UNREACHABLE' }]);
    expect(event('TEXT_QUEUED')).toEqual([]);
    const message = { id: 'w1', from: '593991234567', type: 'text', text: { body: 'hola' } };
    const entry = JSON.stringify({ changes: [{ value: { messages: [message] } }] });
    expect(readNotification('WHATSAPP', { whatsAppWebhookEntry: entry }).messages).toMatchObject([{ text: 'hola' }]);
  });
});

describe('what leaves', () => {
  it('is said as each provider wants it', () => {
    const message = { id: 'msg_1', kind: 'TRANSACTIONAL', to: '+593991234567', text: 'Factura' } as const;
    const media = { name: 'f.pdf', type: 'application/pdf', url: 'https://crm.test/f' };
    expect(whatsAppMessage({ ...message, media })).toMatchObject({
      to: '593991234567',
      type: 'document',
      document: { link: media.url, filename: 'f.pdf', caption: 'Factura' },
    });
    expect(whatsAppMessage({ ...message, media: { ...media, type: 'image/png' } })).toMatchObject({ type: 'image' });
    const body = ({ body: written }: { readonly body: string }): unknown => JSON.parse(written);
    expect(body(messengerRequest('MESSENGER', '7', 't', { ...message, text: '', media }))).toMatchObject({
      message: { attachment: { type: 'file', payload: { url: media.url } } },
    });
    expect(telegramRequest('t', { ...message, media }).url).toBe('https://api.telegram.org/bott/sendDocument');
    const photo = telegramRequest('t', { ...message, media: { ...media, type: 'image/png' } });
    expect([photo.url, body(photo)]).toEqual([
      'https://api.telegram.org/bott/sendPhoto',
      { chat_id: message.to, photo: media.url, caption: 'Factura' },
    ]);
    const ids = [
      { messages: [{ id: 'w' }] },
      { message_id: 'm' },
      { result: { message_id: 4 } },
      { id: 'o' },
      null,
      {},
    ];
    expect(ids.map((each) => idInAnswer(each, '31'))).toEqual(['w', 'm', '31:4', 'o', undefined, undefined]);
  });

  it('goes with a file where the provider shows it with these words, else with a link to it', () => {
    const media = { name: 'f.pdf', type: 'application/pdf', url: 'https://crm.test/f' };
    const message = { id: 'msg_1', kind: 'TRANSACTIONAL', to: '1', text: 'Factura', media } as const;
    const linked = { text: 'Factura\nhttps://crm.test/f' };
    expect(carriable('WHATSAPP', message)).toEqual(message);
    expect(carriable('WHATSAPP', { ...message, text: 'x'.repeat(1025) }).media).toBeUndefined();
    expect(carriable('SMS', message)).toMatchObject(linked);
    expect(carriable('MESSENGER', message)).toMatchObject(linked);
    expect(carriable('MESSENGER', { ...message, text: '' })).toMatchObject({ media });
    expect(carriable('INSTAGRAM', { ...message, text: '' })).toMatchObject({ text: media.url });
    expect(carriable('TELEGRAM', { ...message, media: { ...media, type: 'text/csv' } })).toMatchObject(linked);
    const tooLong = (...asked: Parameters<typeof lengthProblem>) => lengthProblem(...asked) !== undefined;
    expect([
      tooLong('SMS', 'x'.repeat(1530), false),
      tooLong('SMS', 'x'.repeat(1531), false),
      tooLong('SMS', `á${'x'.repeat(670)}`, false),
      tooLong('INSTAGRAM', 'ñ'.repeat(501), false),
      tooLong('MESSENGER', 'x'.repeat(1600), false),
      tooLong('MESSENGER', 'x'.repeat(1600), true),
      tooLong('GENERIC', 'x'.repeat(4096), true),
    ]).toEqual([false, true, true, true, false, true, false]);
  });

  it('is counted in the parts that carriers charge', () => {
    const counted = (text: string) => Object.values(smsPartsOf(text));
    expect(counted('Su pedido fue recibido, señor.')).toEqual(['GSM_7', 30, 1]);
    expect(counted('x'.repeat(160))).toEqual(['GSM_7', 160, 1]);
    expect(counted('x'.repeat(161))).toEqual(['GSM_7', 161, 2]);
    expect(counted('€'.repeat(80))).toEqual(['GSM_7', 160, 1]);
    // A sign of two places is not torn: the first part ends a place early.
    expect(counted(`${'x'.repeat(152)}€${'x'.repeat(152)}`)).toEqual(['GSM_7', 306, 3]);
    expect(counted('Recibió')).toEqual(['UCS_2', 7, 1]);
    expect(counted('á'.repeat(71))).toEqual(['UCS_2', 71, 2]);
    expect(counted(`${'á'.repeat(66)}😀${'á'.repeat(66)}`)).toEqual(['UCS_2', 134, 3]);
  });

  it('needs an account that its provider can know', () => {
    const codes = (...asked: Parameters<typeof accountProblems>) => accountProblems(...asked).map(({ code }) => code);
    expect(codes({ kind: 'WHATSAPP' })).toEqual(['ADDRESS_MISSING']);
    expect(codes({ kind: 'SMS', address: 'a name that is long' })).toEqual(['ADDRESS_INVALID']);
    expect(codes({ kind: 'SMS', address: 'LAZO' })).toEqual([]);
    expect(codes({ kind: 'GENERIC', sendUrl: 'http://own.test' })).toEqual(['URL_NOT_SECURE']);
    expect(codes({ kind: 'TELEGRAM' }, { kind: 'GENERIC' })).toEqual(['CHANNEL_KIND_FIXED']);
  });
});

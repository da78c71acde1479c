import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openMessages } from '#aws/messages';
import type { Listener } from '#infra/local/listen';
import { MessageRefused } from '#kernel';
import { openTrialStore, serveTrial, type TrialStore } from '#test/support/local-parts';
import { outboxEndpoint } from './outbox-endpoint.ts';
import { outboxPage } from './outbox-page.ts';
import { openOutbox, type Outbox } from './outbox.ts';

let trial: TrialStore;
let outbox: Outbox;
let services: Listener;
beforeAll(async () => {
  trial = openTrialStore();
  outbox = openOutbox(trial.store, trial.clock);
  services = await serveTrial(outboxEndpoint(outbox, '/messages'));
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2: `${services.url}/messages/sms`,
    AWS_ENDPOINT_URL_SOCIALMESSAGING: `${services.url}/messages/social`,
  });
});
afterAll(async () => {
  await services.close();
  trial.remove();
});

const text = (to: string) =>
  ({
    channel: 'SMS',
    kind: 'MARKETING',
    from: '+593990000001',
    to,
    text: 'Su <pedido>',
    tags: { tenant: 't', message: 'msg_1' },
  }) as const;

describe('End User Messaging', () => {
  it('takes texts and WhatsApp messages as the SDK sends them', async () => {
    const messages = openMessages();
    const { messageId } = await messages.send(text('+593991234567'));
    expect(outbox.list('+593991234567')).toMatchObject([{ id: messageId, channel: 'SMS', text: 'Su <pedido>' }]);
    expect(outbox.list()[0]?.request).toMatchObject({ Context: { message: 'msg_1' }, MessageType: 'PROMOTIONAL' });
    const message = { to: '593991234567', type: 'text', text: { body: 'Hola' } };
    const sent = await messages.send({ channel: 'WHATSAPP', from: 'phone-number-id-1', message });
    expect(outbox.list('593991234567')).toMatchObject([
      { id: sent.messageId, from: 'phone-number-id-1', text: 'Hola' },
    ]);
    expect(outboxPage(outbox.list())).toContain('Su &lt;pedido&gt;');
  });

  it('refuses, is in haste, or leaves open what became of a message, and is asked once', async () => {
    const messages = openMessages();
    const failed = (to: string): Promise<unknown> => messages.send(text(to)).catch((error: unknown) => error);
    outbox.expect({ next: ['REFUSED', 'THROTTLED', 'DOWN', 'HANG_UP', 'nonsense'] });
    expect(await failed('1')).toMatchObject({ name: 'MessageRefused', isHaste: false });
    expect(await failed('2')).toMatchObject({ name: 'MessageRefused', isHaste: true });
    expect(await failed('3')).not.toBeInstanceOf(MessageRefused);
    expect(await failed('4')).not.toBeInstanceOf(MessageRefused);
    expect(['1', '2', '3', '4'].map((to) => outbox.list(to).length)).toEqual([0, 0, 0, 1]);
    expect((await fetch(`${services.url}/messages/fax`, { method: 'POST', body: '{}' })).status).toBe(404);
  });

  it('puts what came along with a message where it is asked to', async () => {
    const messages = openMessages();
    const asked = { from: 'phone-number-id-1', mediaId: 'm1' };
    expect(await messages.fetchMedia(asked)).toEqual({ contentType: 'image/png', size: 1024 });
    const put: string[] = [];
    const store = createServer((request, response) => {
      put.push(`${String(request.method)} ${String(request.url)} ${String(request.headers['content-type'])}`);
      request.resume().on('end', () => response.end());
    }).listen(0);
    await once(store, 'listening');
    const { port } = store.address() as AddressInfo;
    await messages.fetchMedia({
      ...asked,
      to: { url: `http://127.0.0.1:${String(port)}/x`, contentType: 'image/png' },
    });
    expect(put).toEqual(['PUT /x image/png']);
    store.close();
    const kept = await fetch(`${services.url}/messages/graph/v23.0/kept/m1`);
    expect([kept.status, kept.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect((await fetch(`${services.url}/messages/graph/v23.0/gone1`)).status).toBe(404);
  });
});

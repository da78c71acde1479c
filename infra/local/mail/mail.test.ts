import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { SES } from '@aws-sdk/client-ses';
import nodemailer from 'nodemailer';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { clientOptions, openTrialStore, serveTrial, type TrialStore } from '#test/support/local-parts';
import { createBus } from '../bus/bus.ts';
import type { Listener } from '../listen.ts';
import { openQueues, untilTheProcessEnds, type QueueStore } from '../queues/queue-store.ts';
import type { Wiring } from '../wiring.ts';
import { openMailbox, type Mailbox } from './mailbox.ts';
import { openOutbox } from '../messages/outbox.ts';
import { serveMailbox } from './mailbox-server.ts';
import { openInbound } from './inbound.ts';
import { sesEndpoint } from './ses-endpoint.ts';
import { openSmtpDoor } from './smtp-door.ts';

const wiring: Wiring = {
  queues: {},
  functions: {
    feedback: {
      entry: 'functions/x.ts',
      memory: 128,
      timeoutSeconds: 1,
      may: [],
      triggers: [
        { on: 'bus', bus: 'default', pattern: { source: ['aws.ses'] }, queue: 'mail-feedback', batchSize: 10 },
      ],
    },
  },
};

const picture = Buffer.from('iVBORw0KGgo=', 'base64');

const compose = (more = {}): Promise<Buffer> =>
  new MailComposer({
    from: 'Lazo <crm@lazo.example>',
    to: 'Ana <ana@example.com>',
    bcc: 'secret@example.com',
    subject: 'Cotización nº 7',
    text: 'Buenos días: https://crm.example/q/7.',
    html: '<p>Buenos <b>días</b> <img src="cid:logo"></p><script>alert(1)</script>',
    attachments: [
      { filename: 'logo.png', content: picture, cid: 'logo' },
      { filename: 'Cotización 7.pdf', content: Buffer.from('%PDF-1.7'), contentType: 'application/pdf' },
    ],
    messageId: '<own@crm>',
    ...more,
  })
    .compile()
    .build();

let trial: TrialStore;
let queues: QueueStore;
let mailbox: Mailbox;
let ses: Listener;
let pages: Listener;
let client: SES;

type Detail = {
  readonly eventType: string;
  readonly mail: Record<string, unknown>;
  readonly bounce?: unknown;
  readonly complaint?: unknown;
};

const files = new Map<string, Uint8Array>();
let door: Awaited<ReturnType<typeof openSmtpDoor>>;

const events = (): readonly { 'detail-type': string; detail: Detail }[] =>
  queues
    .receive('mail-feedback', 100, untilTheProcessEnds)
    .map(({ body }) => JSON.parse(body) as { 'detail-type': string; detail: Detail });

const page = async (path: string): Promise<Response> => fetch(`${pages.url}${path}`);

beforeAll(async () => {
  trial = openTrialStore();
  queues = openQueues(trial.store, trial.clock);
  mailbox = openMailbox(trial.store, `${trial.folder}/mails`);
  const bus = createBus(wiring, queues, trial.store);
  const takeIn = openInbound({
    ...{ mailbox, queues, bucket: 'files' },
    triggers: [{ functionName: 'receive-mail', trigger: { on: 'mail', queue: 'jobs', prefix: 'inbound/' } }],
    putFile: (key, body) => Promise.resolve(files.set(key, body)),
  });
  ses = await serveTrial(sesEndpoint({ mailbox, bus, clock: trial.clock, domain: 'lazo.example', takeIn }));
  door = await openSmtpDoor({ port: 0, clock: trial.clock, takeIn, log: () => undefined });
  pages = await serveTrial(serveMailbox(mailbox, openOutbox(trial.store, trial.clock)));
  client = new SES(clientOptions(ses.url));
});

afterEach(() => {
  events();
});

afterAll(async () => {
  client.destroy();
  await Promise.all([ses.close(), pages.close(), door.close()]);
  trial.remove();
});

describe('SES', () => {
  it('takes a message, keeps it as it is delivered, and tells the default bus', async () => {
    const { MessageId = '' } = await client.sendRawEmail({
      Source: 'crm@lazo.example',
      Destinations: ['ana@example.com'],
      RawMessage: { Data: await compose() },
      Tags: [
        { Name: 'mail', Value: 'mai_1' },
        { Name: 'tenant', Value: 't1' },
      ],
      ConfigurationSetName: 'lazo-local',
    });
    const raw = mailbox.raw(MessageId).toString();
    expect(raw).toContain(`Message-ID: <${MessageId}@email.amazonses.com>`);
    expect(raw).not.toMatch(/own@crm|secret@example/);
    const told = events();
    expect(told.map((event) => event['detail-type'])).toEqual(['Email Sent', 'Email Delivered']);
    expect(told[1]?.detail).toMatchObject({
      eventType: 'Delivery',
      mail: {
        messageId: MessageId,
        source: 'crm@lazo.example',
        destination: ['ana@example.com'],
        tags: { mail: ['mai_1'], tenant: ['t1'], 'ses:configuration-set': ['lazo-local'] },
        commonHeaders: { from: ['Lazo <crm@lazo.example>'], subject: 'Cotización nº 7' },
      },
      delivery: { recipients: ['ana@example.com'] },
    });
  });

  it.each([
    ['bounce@simulator.amazonses.com', ['Send', 'Bounce']],
    ['bounce+mai_1@simulator.amazonses.com', ['Send', 'Bounce']],
    ['suppressionlist@simulator.amazonses.com', ['Send', 'Bounce']],
    ['complaint@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint']],
    ['success@simulator.amazonses.com', ['Send', 'Delivery']],
    ['bounce@example.com', ['Send', 'Delivery']],
  ])('lets %s behave as in AWS', async (address, kinds) => {
    await client.sendRawEmail({ Destinations: [address], RawMessage: { Data: await compose() } });
    expect(events().map(({ detail }) => detail.eventType)).toEqual(kinds);
  });

  it('finds the recipients in the headers when the call names none', async () => {
    const { MessageId = '' } = await client.sendRawEmail({
      RawMessage: { Data: await compose({ cc: ['Team: b@example.com, c@example.com;'] }) },
    });
    expect(mailbox.get(MessageId)).toMatchObject({
      from: 'crm@lazo.example',
      to: expect.arrayContaining(['ana@example.com', 'b@example.com', 'c@example.com']),
    });
  });

  it.each([
    [
      'too many recipients',
      async () => ({
        Destinations: Array.from({ length: 51 }, (_, index) => `p${index}@example.com`),
        RawMessage: { Data: await compose() },
      }),
      'MessageRejected',
    ],
    [
      'no recipient',
      () => ({ RawMessage: { Data: Buffer.from('From: a@b.example\r\n\r\nx') } }),
      'InvalidParameterValue',
    ],
    [
      'no sender',
      () => ({ Destinations: ['a@b.example'], RawMessage: { Data: Buffer.from('Subject: x\r\n\r\nx') } }),
      'InvalidParameterValue',
    ],
    [
      'more than 10 MB',
      () => ({ Destinations: ['a@b.example'], RawMessage: { Data: Buffer.alloc(10 * 1024 * 1024 + 1, 'x') } }),
      'InvalidParameterValue',
    ],
  ])('refuses %s', async (_what, input, name) => {
    const before = mailbox.count();
    await expect(client.sendRawEmail(await input())).rejects.toMatchObject({ name });
    expect(mailbox.count()).toBe(before);
  });
});

describe('the mailbox', () => {
  it('shows a mail as a person reads it, with its files, and runs nothing of it', async () => {
    const { MessageId = '' } = await client.sendRawEmail({
      Destinations: ['reader@example.com'],
      RawMessage: { Data: await compose() },
    });
    const at = `/messages/${MessageId}`;
    expect(await (await page('/?to=reader@example.com')).text()).toContain('Cotización nº 7');
    const message = await (await page(at)).text();
    expect(message).toContain(`src="${at}/html"`);
    expect(message).toContain('Cotización 7.pdf');
    const html = await page(`${at}/html`);
    expect(html.headers.get('content-security-policy')).toMatch(/^sandbox allow-popups.*default-src 'none'/);
    expect(await html.text()).toContain(`<img src="${at}/files/0">`);
    const picked = await page(`${at}/files/0`);
    expect(Buffer.from(await picked.arrayBuffer()).equals(picture)).toBe(true);
    const [described] = (await (await page('/mailbox.json?to=READER@example.com')).json()) as object[];
    expect(described).toMatchObject({
      subject: 'Cotización nº 7',
      text: expect.stringContaining('Buenos días'),
      attachments: [
        { name: 'logo.png', url: `${at}/files/0` },
        { name: 'Cotización 7.pdf', type: 'application/pdf', size: 8 },
      ],
    });
  });

  it('escapes what strangers write', async () => {
    const raw = await compose({
      subject: '<script>alert(1)</script>',
      html: undefined,
      text: '<img onerror=x>',
      attachments: [{ filename: '"><script>.txt', content: 'x' }],
    });
    const { MessageId = '' } = await client.sendRawEmail({
      Destinations: ['"><script>@example.com'],
      RawMessage: { Data: raw },
    });
    for (const path of ['/', `/messages/${MessageId}`])
      expect(await (await page(path)).text()).not.toMatch(/<script>alert|<img onerror|"><script>/);
  });

  it('answers what is not there', async () => {
    expect((await page('/messages/none')).status).toBe(404);
    expect(await (await page('/mailbox.json?to=nobody@example.com')).json()).toEqual([]);
  });
});

describe('what is for the product itself', () => {
  it('comes in again, to those alone', async () => {
    const { MessageId = '' } = await client.sendRawEmail({
      Source: 'crm@lazo.example',
      Destinations: ['ana@example.com', 't-x@in.lazo.example'],
      RawMessage: { Data: await compose() },
    });
    const [mail] = mailbox.list({ direction: 'received' });
    expect(mail).toMatchObject({ from: 'crm@lazo.example', to: ['t-x@in.lazo.example'] });
    expect(files.get(`inbound/${mail?.id}`)?.toString()).toContain(`<${MessageId}@email.amazonses.com>`);
    expect(queues.receive('jobs', 10, untilTheProcessEnds)).toHaveLength(1);
  });
});

describe('the SMTP door', () => {
  it('keeps a mail from outside and announces it as SES does over SNS', async () => {
    const sender = nodemailer.createTransport({ host: '127.0.0.1', port: door.port });
    await sender.sendMail({
      from: 'client@example.com',
      to: ['sales@lazo.example', 'other@lazo.example'],
      subject: 'Pregunta',
      text: '.\n.x',
      headers: { 'X-SES-Spam-Verdict': 'FAIL' },
    });
    sender.close();
    const [mail] = mailbox.list({ direction: 'received' });
    expect(mail).toMatchObject({
      from: 'client@example.com',
      to: ['sales@lazo.example', 'other@lazo.example'],
      subject: 'Pregunta',
    });
    const [message] = queues.receive('jobs', 1, untilTheProcessEnds);
    const envelope = JSON.parse(message?.body ?? '') as { Type: string; Message: string };
    expect(envelope.Type).toBe('Notification');
    const key = `inbound/${mail?.id}`;
    expect(JSON.parse(envelope.Message)).toMatchObject({
      notificationType: 'Received',
      mail: { source: 'client@example.com', commonHeaders: { subject: 'Pregunta' } },
      receipt: {
        recipients: ['sales@lazo.example', 'other@lazo.example'],
        spamVerdict: { status: 'FAIL' },
        virusVerdict: { status: 'PASS' },
        action: { type: 'S3', bucketName: 'files', objectKey: key },
      },
    });
    expect(Buffer.from(files.get(key) ?? []).toString()).toContain('.\r\n.x');
  });
});

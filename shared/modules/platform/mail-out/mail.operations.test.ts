import { beforeEach, describe, expect, it } from '@jest/globals';
import PostalMime, { type Email } from 'postal-mime';
import { json, MailRefused, module, mutation, number, text, type Actor, type AnyRow, type Ports } from '#kernel';
import { runPage } from '#kernel/run-page';
import { modules } from '#modules';
import { storeFile } from '#modules/platform/files';
import { Tenant } from '#modules/platform/settings';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import { sendQueued, Suppression, takeFeedback, type MailRow, type SesEvent } from './index.ts';

type Sent = Parameters<Ports['mailer']['send']>[0];

const makeTenant = mutation('makeTenant', {
  describes: 'Stores the tenant, for tests.',
  needs: 'tenant.test',
  input: {},
  returns: Tenant,
  run: (_input, { trusted, actor }) =>
    Promise.resolve(
      trusted(Tenant).create(
        { name: 'Ñandú & Cía', country: 'EC', currency: 'USD', locale: 'es', timeZone: 'America/Guayaquil' },
        { id: actor.tenant },
      ),
    ),
});
const makeFile = mutation('makeFile', {
  describes: 'Stores a file, for tests.',
  needs: 'file.test',
  input: { name: text(), bytes: number(), contentType: text() },
  returns: { file: json<AnyRow>() },
  run: async ({ name, bytes, contentType }, context) => ({
    file: await storeFile(context, { name, contentType, body: new Uint8Array(bytes).fill(65) }),
  }),
});
const forTests = module('platform/mail-tests', { operations: [makeTenant, makeFile] });
const allModules = [...modules, peopleForTests, forTests];

const tenanted = withTenantTable();
let domain: Domain;
let tenant: string;
let sent: Sent[];
let fails: (() => Error | undefined) | undefined;

beforeEach(async () => {
  sent = [];
  fails = undefined;
  tenant = `ten_${tenanted.tenant
    .replace(/[^0-9A-HJKMNP-TV-Z]/gi, '')
    .toUpperCase()
    .slice(-26)
    .padStart(26, '0')}`;
  const mailer: Ports['mailer'] = {
    send: (mail) => {
      const error = fails?.();
      if (error) return Promise.reject(error);
      sent.push(mail);
      return Promise.resolve({ messageId: `message-${String(sent.length)}` });
    },
  };
  domain = startDomain({ modules: allModules, table: tenanted.table, tenant, ports: { mailer } });
  await domain.run('makeTenant', {});
});

const send = (input: object = {}, actor?: Actor, key?: string) =>
  domain.run<MailRow>(
    'sendMail',
    { to: ['ana@example.com'], subject: 'Hola', body: 'Buenos días', ...input },
    actor,
    key === undefined ? {} : { idempotencyKey: key },
  );
const mailOf = async ({ id }: { readonly id: string }) => {
  const row = (await domain.reader().records([id])).get(id);
  return row as unknown as MailRow;
};
/** The queue at work: every message that was sent, once or more often. */
const drain = async (times = 1): Promise<void> => {
  const messages = domain.sent.splice(0).map(({ message }) => message.body as { tenant: string; mail: string });
  for (const message of messages)
    await Promise.all(Array.from({ length: times }, () => sendQueued(domain.runtime, message)));
};
const read = (mail: Sent | undefined): Promise<Email> => PostalMime.parse(mail?.raw ?? new Uint8Array());
const event = (mail: MailRow, eventType: string, more: object = {}): SesEvent => ({
  eventType,
  mail: { messageId: 'message-1', timestamp: '2026-11-22T15:00:01Z', tags: { tenant: [tenant], mail: [mail.id] } },
  ...more,
});
const bounced = (address: string, bounceType = 'Permanent') => ({
  bounce: { bounceType, timestamp: '2026-11-22T15:00:05Z', bouncedRecipients: [{ emailAddress: address }] },
});

describe('sendMail', () => {
  it('writes the ledger at once and sends in the background, as a person reads it', async () => {
    const mail = await send({ cc: ['eva@example.com'] });
    expect(mail).toMatchObject({
      status: 'QUEUED',
      subject: 'Hola',
      from: '"Ñandú & Cía" <crm@mail.test>',
      attempts: 0,
    });
    await drain();
    expect(await mailOf(mail)).toMatchObject({ status: 'SENT', messageId: 'message-1', attempts: 1 });
    expect(sent[0]).toMatchObject({
      from: 'crm@mail.test',
      to: ['ana@example.com', 'eva@example.com'],
      tags: { tenant, mail: mail.id },
    });
    const got = await read(sent[0]);
    expect(got.from).toEqual({ name: 'Ñandú & Cía', address: 'crm@mail.test' });
    expect(got.text).toContain('Buenos días');
    expect(got.html).toContain('<p>Buenos días</p>');
    expect(got.html).toContain('Ñandú &amp; Cía');
  });

  it('escapes what people typed, and the values of placeholders', async () => {
    await send({ body: '<p>{{ note }}</p>', data: { note: '<script>alert(1)</script>' } });
    await send({ body: '1 < 2 & "so"' });
    await drain();
    expect((await read(sent[0])).html).toContain('&lt;script&gt;');
    expect((await read(sent[0])).text).toContain('<script>alert(1)</script>');
    expect((await read(sent[1])).text).toContain('1 < 2 & "so"');
  });

  it('speaks the language of its reader', async () => {
    const [ana] = await makePeople(domain, ['Ana']);
    await domain.run('createMailTemplate', {
      key: 'greeting',
      name: 'Greeting',
      es: { subject: 'Hola {{ record.name }}', body: '<p>Total {{ total | money }} el {{ day | day }}</p>' },
      en: { subject: 'Hello {{ record.name }}', body: '<p>Total {{ total | money }} on {{ day | day }}</p>' },
    });
    const data = { total: { amount: '1234.5', currency: 'USD' }, day: '2026-11-22' };
    const order = { template: 'greeting', subject: undefined, body: undefined, record: ana, data };
    expect(await send(order)).toMatchObject({ subject: 'Hola Ana', locale: 'es', about: ana });
    expect(await send({ ...order, locale: 'en' })).toMatchObject({ subject: 'Hello Ana', locale: 'en' });
    await drain();
    expect((await read(sent[0])).text).toContain('Total $1.234,50 el 22 de noviembre de 2026');
    expect((await read(sent[1])).text).toMatch(/Total (US)?\$1,234\.50 on .*November/);
  });

  it('does it once for one idempotency key', async () => {
    const first = await send({}, undefined, 'key');
    expect((await send({}, undefined, 'key')).id).toBe(first.id);
    await drain();
    expect(sent).toHaveLength(1);
  });

  it('sends later what is for later', async () => {
    const mail = await send({ sendAt: '2026-11-22T16:00:00Z' });
    await sendQueued(domain.runtime, { tenant, mail: mail.id });
    expect(sent).toHaveLength(0);
    await domain.advanceTo('2026-11-22T16:00:30.000Z');
    await drain();
    expect(sent).toHaveLength(1);
  });

  it('refuses bad input, templates that nobody knows, and files of others', async () => {
    expect(await failure(send({ to: [] }))).toBe('BAD_INPUT');
    expect(await failure(send({ to: ['no'] }))).toBe('BAD_INPUT');
    expect(await failure(send({ body: undefined }))).toBe('BAD_INPUT');
    expect(await failure(send({ template: 'nobody' }))).toBe('TEMPLATE_NOT_FOUND');
    expect(await failure(send({ body: '{{ a | nofilter }}' }))).toBe('TEMPLATE_INVALID');
    const { file } = await domain.run<{ file: AnyRow }>('makeFile', {
      name: 'a.pdf',
      bytes: 10,
      contentType: 'application/pdf',
    });
    const other = domain.actor({
      id: 'usr_other',
      rules: { entities: { Mail: { read: 'own' } }, operations: ['mail.send'], hiddenFields: [], readOnlyFields: [] },
    });
    expect(await failure(send({ attachments: [file.id] }, other))).toBe('NOT_FOUND');
    expect(await failure(send({}, domain.actor({ rules: { ...other.rules, operations: [] } })))).toBe('FORBIDDEN');
  });

  it('carries files and pictures, and links to what is too large', async () => {
    const make = async (name: string, bytes: number, contentType: string) =>
      (await domain.run<{ file: AnyRow }>('makeFile', { name, bytes, contentType })).file.id;
    const attachments = [
      await make('informe.pdf', 2_000_000, 'application/pdf'),
      await make('vídeo.mp4', 9_000_000, 'video/mp4'),
    ];
    const images = [{ cid: 'logo', file: await make('logo.png', 100, 'image/png') }];
    const body = '<p>Ver <img src="cid:logo"></p>';
    await send({ attachments, images, body });
    await drain();
    expect(sent[0]?.raw.length).toBeLessThan(9 * 1024 * 1024);
    const got = await read(sent[0]);
    expect(got.attachments.map(({ filename }) => filename).sort()).toEqual(['informe.pdf', 'logo.png']);
    expect(got.attachments.find(({ filename }) => filename === 'logo.png')).toMatchObject({ contentId: '<logo>' });
    const [, token = ''] = /https:\/\/crm\.test\/p\/file\/([\w.-]+)/.exec(got.text ?? '') ?? [];
    const answer = await runPage(domain.runtime, 'file', token, {
      method: 'GET',
      path: '',
      query: {},
      headers: {},
      body: '',
      ip: '',
    });
    expect(answer).toMatchObject({
      status: 302,
      headers: { location: expect.stringContaining(attachments[1] ?? '?') },
    });
  });

  it('keeps a text that is too large for the ledger as a file', async () => {
    const mail = await send({ body: '<p>{% for i in (1..9000) %}una línea bastante larga {% endfor %}</p>' });
    expect(mail).toMatchObject({ bodyFile: expect.stringMatching(/^fil_/) });
    await drain();
    expect((await read(sent[0])).html?.length).toBeGreaterThan(200_000);
  });
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
    fails = () => new Error('socket hang up');
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
    fails = undefined;
    await domain.run('retryMail', { id: mail.id });
    await drain();
    expect(await mailOf(mail)).toMatchObject({ status: 'SENT', attempts: 3 });
  });

  it('believes the mail service when it says within ten minutes that the mail went out', async () => {
    const mail = await send();
    fails = () => new Error('socket hang up');
    await drain();
    await takeFeedback(domain.runtime, event(mail, 'Send'));
    await domain.advanceTo('2026-11-22T15:20:00.000Z');
    expect(await mailOf(mail)).toMatchObject({ status: 'SENT', messageId: 'message-1', possibleDuplicate: false });
    expect(domain.sent).toHaveLength(0);
  });

  it('takes a refusal as final, and haste as something that passes', async () => {
    const refused = await send();
    fails = () => new MailRefused(new Error('no such domain'));
    await drain();
    expect(await mailOf(refused)).toMatchObject({ status: 'REFUSED', problems: [{ kind: 'REFUSAL' }] });
    const hasty = await send();
    fails = () => new MailRefused(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }));
    await drain();
    expect(await mailOf(hasty)).toMatchObject({ status: 'QUEUED' });
    fails = undefined;
    await domain.advanceTo('2026-11-22T15:05:00.000Z');
    await drain();
    expect(await mailOf(hasty)).toMatchObject({ status: 'SENT', possibleDuplicate: false });
  });
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
    expect(await mailOf(waiting)).toMatchObject({ status: 'REFUSED' });
    expect(sent).toHaveLength(0);
  });

  it('lets readers of marketing unsubscribe by one click, and goes on with what concerns them', async () => {
    await send({ kind: 'MARKETING' });
    await drain();
    const headers = Object.fromEntries((await read(sent[0])).headers.map(({ key, value }) => [key, value]));
    expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    const [, token = ''] = /\/p\/unsubscribe\/([\w.-]+)>/.exec(headers['list-unsubscribe'] ?? '') ?? [];
    const visit = (method: 'GET' | 'POST') =>
      runPage(domain.runtime, 'unsubscribe', token, { method, path: '', query: {}, headers: {}, body: '', ip: '' });
    expect(await visit('GET')).toMatchObject({ status: 200, body: expect.stringContaining('Darme de baja') });
    expect(await send({ kind: 'MARKETING' })).toMatchObject({ status: 'QUEUED' });
    expect(await visit('POST')).toMatchObject({ status: 200 });
    expect(await failure(send({ kind: 'MARKETING' }))).toBe('SUPPRESSED');
    expect(await send()).toMatchObject({ status: 'QUEUED' });
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

describe('templates', () => {
  it('are checked when they are saved', async () => {
    const create = (body: string) =>
      domain.run('createMailTemplate', { key: 'aa', name: 'A', es: { subject: 's', body } });
    expect(await failure(create('{{ a | nofilter }}'))).toBe('TEMPLATE_INVALID');
    expect(await failure(create('{% if %}'))).toBe('TEMPLATE_INVALID');
    expect(await failure(create("{% include 'x' %}"))).toBe('TEMPLATE_INVALID');
    expect(await failure(domain.run('createMailTemplate', { key: 'bb', name: 'B' }))).toBe('BAD_INPUT');
  });

  it('are shown with a record, without what the reader may not see', async () => {
    const [ana] = await makePeople(domain, ['Ana']);
    await domain.run('createMailTemplate', {
      key: 'card',
      name: 'Card',
      en: { subject: '{{ record.name }}', body: '{{ record.email }} {{ record.constructor }}' },
    });
    const preview = (actor?: Actor) =>
      domain.run('previewMail', { template: 'card', record: ana, locale: 'en' }, actor);
    expect(await preview()).toMatchObject({ subject: 'Ana', text: 'ana@example.com' });
    const blind = domain.actor({ rules: { ...domain.actor().rules, hiddenFields: ['User.email'] } });
    expect(await preview(blind)).toMatchObject({ subject: 'Ana', text: '' });
  });
});

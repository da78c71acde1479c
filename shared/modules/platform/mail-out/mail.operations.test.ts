import { beforeEach, describe, expect, it } from '@jest/globals';
import { json, module, mutation, number, text, type AnyRow } from '#kernel';
import { runPage } from '#kernel/run-page';
import { storeFile } from '#modules/platform/files';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMailing, readMail } from '#test/support/mailing';
import { makePeople } from '#test/support/people';
import { readThreadAddress, sendQueued, type MailRow } from './index.ts';

const makeFile = mutation('makeFile', {
  describes: 'Stores a file, for tests.',
  needs: 'file.test',
  input: { name: text(), bytes: number(), contentType: text() },
  returns: { file: json<AnyRow>() },
  run: async ({ name, bytes, contentType }, context) => ({
    file: await storeFile(context, { name, contentType, body: new Uint8Array(bytes).fill(65) }),
  }),
});
const forTests = module('platform/mail-tests', { operations: [makeFile] });

const { start, sent, send, mailOf, drain } = openMailing(withTenantTable(), { modules: [forTests] });
let domain: Domain;
let tenant: string;
beforeEach(async () => {
  ({ domain, tenant } = await start());
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
    const got = await readMail(sent[0]);
    expect(got.from).toEqual({ name: 'Ñandú & Cía', address: 'crm@mail.test' });
    expect(got.text).toContain('Buenos días');
    expect(got.html).toContain('<p>Buenos días</p>');
    expect(got.html).toContain('Ñandú &amp; Cía');
  });

  it('escapes what people typed, and the values of placeholders', async () => {
    await send({ body: '<p>{{ note }}</p>', data: { note: '<script>alert(1)</script>' } });
    await send({ body: '1 < 2 & "so"' });
    await drain();
    expect((await readMail(sent[0])).html).toContain('&lt;script&gt;');
    expect((await readMail(sent[0])).text).toContain('<script>alert(1)</script>');
    expect((await readMail(sent[1])).text).toContain('1 < 2 & "so"');
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
    expect((await readMail(sent[0])).text).toContain('Total $1.234,50 el 22 de noviembre de 2026');
    expect((await readMail(sent[1])).text).toMatch(/Total (US)?\$1,234\.50 on .*November/);
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

  it('is signed by who writes it, and by nobody where a template speaks', async () => {
    const [ana = ''] = await makePeople(domain, ['Ana']);
    const as = domain.actor({ id: ana, userId: ana });
    await domain.run('setMailSignature', { signature: 'Ana <Vera>\nVentas' }, as);
    await send({}, as);
    await send({ subject: undefined, body: undefined, template: 'message', data: { subject: 's', text: 't' } }, as);
    await drain();
    expect((await readMail(sent[0])).text).toContain('Buenos días\n\nAna <Vera>\nVentas');
    expect((await readMail(sent[0])).html).toContain('Ana &lt;Vera&gt;<br');
    expect((await readMail(sent[1])).text).not.toContain('Ventas');
    expect(await failure(domain.run('setMailSignature', {}, domain.actor({ id: 'key_1' })))).toBe('FORBIDDEN');
  });

  it('brings answers here when asked to, to an address that says what they answer', async () => {
    const mail = await send({ answersHere: true });
    await send();
    await drain();
    const { replyTo, headers } = await readMail(sent[0]);
    const secret = await domain.runtime.ports.secrets.get('signing');
    expect(readThreadAddress(secret, replyTo?.[0]?.address ?? '', 'mail.test')).toEqual({ tenant, record: mail.id });
    expect(headers.some(({ key }) => key === 'auto-submitted')).toBe(false);
    expect((await readMail(sent[1])).replyTo).toBeUndefined();
  });

  it('keeps back what was to go out later, as long as it has not', async () => {
    const later = await send({ sendAt: '2026-11-22T16:00:00Z' });
    const now = await send();
    await sendQueued(domain.runtime, { tenant, mail: now.id });
    const moved = await domain.run<MailRow>('rescheduleMail', { id: later.id, sendAt: '2026-11-22T16:04:00Z' });
    expect(moved).toMatchObject({ status: 'QUEUED', sendAt: '2026-11-22T16:04:00.000Z' });
    const stale = { id: later.id, version: later.version, sendAt: '2026-11-22T15:30:00Z' };
    expect(await failure(domain.run('rescheduleMail', stale))).toBe('STALE_VERSION');
    await domain.advanceTo('2026-11-22T16:01:00.000Z');
    await drain();
    expect(await domain.run('cancelMail', { id: later.id })).toMatchObject({ status: 'CANCELLED' });
    expect(await failure(domain.run('rescheduleMail', { id: later.id }))).toBe('INVALID_STATE');
    expect(await failure(domain.run('cancelMail', { id: now.id }))).toBe('INVALID_STATE');
    await domain.advanceTo('2026-11-22T16:05:00.000Z');
    await drain();
    expect(sent.map(({ tags }) => tags['mail'])).toEqual([now.id]);
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
    const got = await readMail(sent[0]);
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
    expect((await readMail(sent[0])).html?.length).toBeGreaterThan(200_000);
  });
});

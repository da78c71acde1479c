import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;
let contact: string;
beforeAll(async () => {
  selling = await startSelling();
  seller = await selling.tokenOf('seller');
  ({ id: contact } = await selling.act(
    'createContact',
    { firstName: 'Nadia', account: selling.ids.account, email: 'nadia@cliente.test', language: 'es' },
    'contact { id version }',
    seller,
  ));
}, 60_000);
afterAll(() => selling.cloud.stop());

type Upload = { readonly done: { readonly file: { readonly id: string }; readonly uploadUrl: string } };

/** Sends a file as a client does: announce, PUT, finish. */
const upload = async (name: string, text: string, more: object = {}, caller = seller): Promise<string> => {
  const body = Buffer.from(text);
  const { done } = await selling.ask<Upload>(
    'mutation($input: StartUploadInput!) { done: startUpload(input: $input) { file { id } uploadUrl } }',
    { input: { name, contentType: 'application/pdf', size: body.length, ...more } },
    caller,
  );
  await fetch(done.uploadUrl, { method: 'PUT', headers: { 'content-type': 'application/pdf' }, body });
  await selling.act('finishUpload', { id: done.file.id }, 'file { id version }', caller);
  return done.file.id;
};

const send = (files: readonly string[], more: object = {}, caller = seller) =>
  selling.act(
    'sendDocuments',
    { contact, files, subject: 'Catálogo de otoño', message: 'Lo prometido.', ...more },
    'documentShare { id version }',
    caller,
  );

/** The address of the page, as it stands in the newest mail. */
const linkInMail = async (): Promise<string> => {
  await selling.cloud.idle();
  const [mail] = await selling.cloud.mailbox({ to: 'nadia@cliente.test' });
  return /https?:\/\/[^\s"<]+\/p\/documents\/[^\s"<]+/.exec(mail?.html ?? '')?.[0] ?? 'no link';
};

const shareOf = async (id: string) => {
  const { documentShare } = await selling.ask<{ documentShare: Readonly<Record<string, unknown>> }>(
    `query($id: ID!) { documentShare(id: $id) { status views firstViewedAt downloads { file { id } } } }`,
    { id },
    seller,
  );
  return documentShare;
};

describe('documents for a customer', () => {
  it('ACT-13 go by mail with a link; what the contact sees and fetches is told', async () => {
    const file = await upload('catálogo.pdf', '%PDF-1.7 catálogo');
    const { id } = await send([file]);
    const page = await linkInMail();
    expect(await shareOf(id)).toMatchObject({ status: 'SENT', views: 0 });
    const shown = await fetch(page);
    expect(shown.status).toBe(200);
    const html = await shown.text();
    expect(html).toContain('Catálogo de otoño');
    expect(html).toContain('catálogo.pdf');
    const fetched = await fetch(page, { method: 'POST', body: new URLSearchParams({ file }) });
    expect(await fetched.text()).toBe('%PDF-1.7 catálogo');
    expect(fetched.headers.get('content-disposition')).toContain('attachment');
    expect(await shareOf(id)).toMatchObject({ status: 'VIEWED', views: 1, downloads: [{ file: { id: file } }] });
    await selling.cloud.idle();
    const { timeline } = await selling.ask<{ timeline: { entries: readonly { type: string }[] } }>(
      'query($id: ID!) { timeline(record: $id) { entries { type } } }',
      { id: contact },
      seller,
    );
    expect(timeline.entries.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['documentShare.created', 'documentShare.viewed', 'documentShare.downloaded']),
    );
  });

  it('ACT-13 nothing else can be fetched under the link, and not after it has ended', async () => {
    const [sent, other] = [await upload('a.pdf', '%PDF-1.7 a'), await upload('b.pdf', '%PDF-1.7 b')];
    const { id } = await send([sent]);
    const page = await linkInMail();
    expect((await fetch(page, { method: 'POST', body: new URLSearchParams({ file: other }) })).status).toBe(404);
    expect((await fetch(page.replace(/\.[^.]+$/, `.${'A'.repeat(43)}`))).status).toBe(404);
    await selling.act('revokeDocuments', { id }, 'documentShare { id version }', seller);
    expect((await fetch(page)).status).toBe(404);
  });

  it('ACT-13 versions, types and rights of files hold', async () => {
    const first = await upload('oferta.pdf', '%PDF-1.7 one', { record: selling.ids.account });
    const second = await upload('oferta.pdf', '%PDF-1.7 two', { replaces: first });
    const { fileVersions } = await selling.ask<{ fileVersions: { versions: readonly object[] } }>(
      'query($id: ID!) { fileVersions(id: $id) { versions { id edition } } }',
      { id: first },
      seller,
    );
    expect(fileVersions.versions).toEqual([
      { id: second, edition: 2 },
      { id: first, edition: 1 },
    ]);
    await expect(upload('foto.pdf', 'not a pdf at all')).rejects.toThrow('FILE_DIFFERS');
    const support = await selling.tokenOf('support');
    const own = await upload('privado.pdf', '%PDF-1.7 own', {}, support);
    await expect(send([own])).rejects.toThrow(/NOT_FOUND/);
    await expect(send([])).rejects.toThrow('BAD_INPUT');
    const silent = await selling.act(
      'createContact',
      { firstName: 'Sin', account: selling.ids.account },
      'contact { id version }',
      seller,
    );
    await expect(send([second], { contact: silent.id })).rejects.toThrow('NO_EMAIL');
  });

  it('ACT-13 the same sending twice is one sending', async () => {
    const file = await upload('c.pdf', '%PDF-1.7 c');
    const input = { days: 1, idempotencyKey: 'send-once' };
    const { id } = await send([file], input);
    expect((await send([file], input)).id).toBe(id);
    await expect(send([file], { ...input, days: 2 })).rejects.toThrow('IDEMPOTENCY_KEY_REUSED');
  });
});

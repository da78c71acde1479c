import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { linkIn, mailsTo as mailsOf, post } from '#test/support/customer-pages';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';
import { png } from '#test/support/pictures';

type Quote = Answered & { readonly name: string; readonly status: string };
type Signature = Answered & {
  readonly status: string;
  readonly documentSha256: string;
  readonly evidence: { readonly id: string } | null;
  readonly events: { readonly nodes: readonly { readonly kind: string; readonly ip: string | null }[] };
};

let cloud: TestCloud;
let seller: Caller;
const { ask, act, signIn } = openClient(() => cloud);
const ids = { chair: '', account: '', contact: '' };
const address = 'ana@cliente.test';

const fields = 'name status';
const sent = async (): Promise<Quote> => {
  const lines = [{ product: ids.chair, quantity: '2' }];
  const values = { account: ids.account, contact: ids.contact, subject: 'Oficina', validUntil: '2099-12-31', lines };
  const quote = await act<Quote>('createQuote', values, fields, seller);
  return act<Quote>('sendQuote', { id: quote.id, version: quote.version }, fields, seller);
};
const signatureOf = async ({ id }: Answered, caller = seller): Promise<Signature | undefined> => {
  const text = `query($id: ID!) { signatures(where: { about: { eq: $id } }) { nodes { id version status documentSha256 evidence { id }
    events(first: 50) { nodes { kind ip } } } } }`;
  return (await ask<{ signatures: { nodes: readonly Signature[] } }>(text, { id }, caller)).signatures.nodes[0];
};
const statusOf = async ({ id }: Answered) =>
  (await ask<{ quote: { status: string } }>('query($id: ID!) { quote(id: $id) { status } }', { id }, seller)).quote
    .status;
const mailsTo = (subject: string) => mailsOf(cloud, address, subject);
const pageOf = async ({ name }: Quote) => linkIn((await mailsTo(name))[0]?.html, 'quote');
const codeNow = async (): Promise<string> => {
  const [latest] = await mailsTo('código');
  return />(\d{6})</.exec(latest?.html ?? '')?.[1] ?? '';
};
beforeAll(async () => {
  cloud = await startTestCloud();
  seller = await signIn('seller');
  const chair = { sku: 'SILLA', name: 'Silla', listPrice: { amount: '100', currency: 'USD' } };
  ids.chair = (await act('createProduct', chair)).id;
  ids.account = (await act('createAccount', { name: 'Cliente S.A.' }, '', seller)).id;
  const contact = { firstName: 'Ana', lastName: 'Vera', account: ids.account, email: address, language: 'es' };
  ids.contact = (await act('createContact', contact, '', seller)).id;
}, 90_000);
afterAll(() => cloud.stop());

describe('signing', () => {
  it('QUO-04 the customer signs on the public page, with a code by mail; everything that happened is kept as evidence', async () => {
    const quote = await sent();
    const quotePage = await pageOf(quote);
    expect(await (await fetch(quotePage)).text()).toContain('Aceptar y firmar');
    const onward = await post(quotePage, { sign: '1' });
    const signPage = onward.headers.get('location') ?? '';
    expect([onward.status, signPage]).toEqual([303, expect.stringContaining('/p/sign/')]);
    expect((await fetch(signPage)).headers.get('content-security-policy')).toContain("script-src 'sha256-");
    const document = await fetch(`${signPage}?document=1`);
    const bytes = Buffer.from(await document.arrayBuffer());
    await post(signPage, { action: 'code' });
    const form = {
      ...{ action: 'sign', name: 'Ana Vera', consent: 'yes', code: await codeNow() },
      image: `data:image/png;base64,${png(300, 100).toString('base64')}`,
    };
    expect((await post(signPage, { ...form, consent: '' })).status).toBe(422);
    expect((await post(signPage, { ...form, code: '12' })).status).toBe(422);
    expect(await statusOf(quote)).toBe('VIEWED');
    const answers = await Promise.all([1, 2].map(async () => (await post(signPage, form)).status));
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    expect(await statusOf(quote)).toBe('ACCEPTED');

    const signature = await signatureOf(quote);
    expect(signature).toMatchObject({ status: 'SIGNED', documentSha256: hashOf(bytes) });
    const kinds = signature?.events.nodes.map(({ kind }) => kind) ?? [];
    expect(kinds).toEqual(expect.arrayContaining(['OPENED', 'DOCUMENT_OPENED', 'CODE_SENT', 'CODE_REFUSED', 'SIGNED']));
    expect(signature?.events.nodes.find(({ kind }) => kind === 'SIGNED')?.ip).toMatch(/127\.0\.0\.1|::1/);

    const [copy] = await mailsTo('Firmado');
    expect(copy?.attachments.map(({ type }) => type)).toEqual(['application/pdf', 'application/pdf']);
    const verifyPage = linkIn(copy?.html, 'verify');
    const check = async (content: Buffer) => {
      const body = new FormData();
      body.set('hash', '');
      body.set('file', new Blob([new Uint8Array(content)], { type: 'application/pdf' }), 'quote.pdf');
      return (await fetch(verifyPage, { method: 'POST', body })).text();
    };
    const proved = await check(bytes);
    expect(proved).toContain('Es exactamente el documento que se firmó');
    expect(proved).toContain('La cadena de eventos está completa');
    expect(proved).toContain('El sello es válido');
    const changed = Buffer.from(bytes);
    changed[changed.length - 20] = (changed[changed.length - 20] ?? 0) ^ 1;
    expect(await check(changed)).toContain('al menos un byte es distinto');
  });

  it('QUO-04 what was signed, declined or accepted otherwise is not signed again, and strangers see nothing of it', async () => {
    const quote = await sent();
    const signPage = (await post(await pageOf(quote), { sign: '1' })).headers.get('location') ?? '';
    const refusal = { action: 'decline', reason: 'Muy caro' };
    expect((await post(signPage, refusal)).status).toBe(422);
    await post(signPage, { action: 'code' });
    expect((await post(signPage, { ...refusal, code: await codeNow() })).status).toBe(200);
    expect(await statusOf(quote)).toBe('REJECTED');
    expect((await post(signPage, { action: 'sign', name: 'Ana', consent: 'yes' })).status).toBe(409);
    expect((await post(await pageOf(quote), { sign: '1' })).status).toBe(409);
    expect((await fetch(signPage.replace('/p/sign/', '/p/verify/'))).status).toBe(404);
    const olga = await startOtherTenant(cloud);
    expect(await signatureOf(quote, olga)).toBeUndefined();
    const input = { record: quote.id, signer: { name: 'X' }, strokes: png(9, 9).toString('base64'), consent: true };
    expect(await failing(act('signOnDevice', input, '', olga))).toContain('NOT_FOUND');
    expect(await failing(act('signOnDevice', input, '', await signIn('support')))).toContain('FORBIDDEN');
  });

  it('ORD-12 a customer signs on the seller’s device, and a repeated call signs once', async () => {
    const quote = await sent();
    const input = {
      ...{ record: quote.id, signer: { name: 'Ana Vera', role: 'Gerente' }, consent: true, idempotencyKey: 'device-1' },
      strokes: png(300, 100).toString('base64'),
    };
    const first = await act('signOnDevice', input, 'status authentication', seller);
    expect(first).toMatchObject({ status: 'SIGNED', authentication: 'ON_DEVICE' });
    expect((await act('signOnDevice', input, '', seller)).id).toBe(first.id);
    expect(await statusOf(quote)).toBe('ACCEPTED');
  });
});

const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow, PageAnswer } from '#kernel';
import { linkTo, runPage } from '#kernel/run-page';
import { rowKey } from '#kernel/rows';
import { fileKey } from '#modules/platform/files';
import { codePurpose, oneTimeCode } from '#modules/platform/links';
import { Mail } from '#modules/platform/mail-out';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { png } from '#test/support/pictures';
import { signatureEventId } from './signature-event.entity.ts';
import { Signature, type SignatureRow } from './signature.entity.ts';

type Quote = AnyRow & { readonly status: string; readonly pdf?: string; readonly pdfSha256?: string };

const tenanted = withTenantTable();
let domain: Domain;
const ids = { account: '', contact: '' };

const run = <Result = AnyRow>(operation: string, input: Readonly<Record<string, unknown>>) =>
  domain.run<Result>(operation, input);
const quoteNow = async (id: string) => (await domain.reader().records([id])).get(id) as Quote;
const now = (id: string) => domain.reader().trusted(Signature).get(id);
const mails = async (template: string) =>
  (await domain.reader().trusted(Mail).page('all', { first: 100 })).rows.filter((mail) => mail.template === template);

const send = async (more: object = {}, validUntil = '2026-12-31'): Promise<Quote> => {
  const lines = [{ description: 'Work', unitPrice: '100', quantity: '1', taxCategory: 'ZERO' }];
  const values = { ...ids, subject: 'Works', validUntil, locale: 'en', lines };
  const quote = await run<Quote>('createQuote', values);
  return run<Quote>('sendQuote', { id: quote.id, version: quote.version, ...more });
};
const signatureOf = async ({ id }: AnyRow): Promise<SignatureRow> => {
  const { rows } = await domain.reader().trusted(Signature).page('byRecord', { of: id, first: 10 });
  return rows[0] as SignatureRow;
};

/** What a browser does on the signer's page. */
const visit = async (
  { id, linkRound }: SignatureRow,
  form?: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string>> = {},
): Promise<PageAnswer & { readonly text: string }> => {
  const link = { purpose: 'sign', record: id, until: '2027-01-01T05:00:00.000Z', nonce: String(linkRound) };
  return follow(await linkTo(domain.reader(), link), form && new URLSearchParams(form).toString(), query);
};
const follow = async (url: string, body?: string, query = {}, more = {}) => {
  const [, , purpose = '', token = ''] = new URL(url).pathname.split('/');
  const answer = await runPage(domain.runtime, purpose, token, {
    ...{ method: body === undefined ? 'GET' : 'POST', path: '', query, body: body ?? '', ip: '10.1.2.3' },
    headers: { 'user-agent': 'Mozilla/5.0 (Test)', 'x-forwarded-for': '203.0.113.9, 10.1.2.3', ...more },
  });
  return { ...answer, text: String(answer.body) };
};
const codeFor = async (): Promise<string> => {
  const links = (await mails('signature-code')).flatMap((mail) => mail.links);
  return oneTimeCode(domain.reader(), links.findLast(({ purpose }) => purpose === codePurpose) ?? { record: '' });
};
const signed = { action: 'sign', name: 'Ana Vera', consent: 'yes' };
const check = (signature: SignatureRow, sha256: string) =>
  run<Readonly<Record<string, unknown>>>('verifySignature', { id: signature.id, sha256 });
const holds = { match: 'DOCUMENT', isSealed: true, isKept: true };

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  ids.account = (await run('createAccount', { name: 'Customer' })).id;
  const contact = { firstName: 'Ana', lastName: 'Vera', account: ids.account, email: 'ana@example.com' };
  ids.contact = (await run('createContact', contact)).id;
});

describe('a signature', () => {
  it('is given with a code, a consent and a drawing; document, chain and seal prove it afterwards', async () => {
    const quote = await send();
    const signature = await signatureOf(quote);
    expect(signature).toMatchObject({ status: 'SENT', authentication: 'EMAIL_OTP', documentSha256: quote.pdfSha256 });
    const page = await visit(signature);
    expect(page.text).toContain('Send me the code');
    expect(page.text).not.toContain('name="consent"');
    expect((await visit(signature, undefined, { document: '1' })).headers?.['location']).toContain(quote.pdf);
    const form = await visit(signature, { action: 'code' });
    expect(form.text).toContain('<input type="checkbox" name="consent" value="yes" />');
    expect(form.headers?.['content-security-policy']).toContain("script-src 'sha256-");
    const image = `data:image/png;base64,${png(90, 30).toString('base64')}`;
    const done = await visit(signature, { ...signed, image, code: await codeFor() });
    expect([done.status, done.text]).toEqual([200, expect.stringContaining('the document is signed')]);

    const after = await now(signature.id);
    expect(after).toMatchObject({ status: 'SIGNED', representation: 'DRAWN', chainLength: 8, typedName: 'Ana Vera' });
    expect(await quoteNow(quote.id)).toMatchObject({ status: 'ACCEPTED', decidedBy: 'Ana Vera', signature: after.id });
    expect(await check(after, after.documentSha256)).toMatchObject(holds);
    expect((await check(after, after.documentSha256))['chainProblem']).toBeUndefined();
    expect(await check(after, after.evidenceSha256 ?? '')).toMatchObject({ match: 'EVIDENCE' });
    await domain.settle();
    const [copy] = await mails('signature-copy');
    expect([copy?.to, copy?.attachments]).toEqual([['ana@example.com'], [after.document, after.evidence]]);
  });

  it('keeps who did what from where, each event over the one before it', async () => {
    const signature = await signatureOf(await send({ signature: 'LINK' }));
    await visit(signature);
    await visit(signature, signed);
    const events = await domain.reader().trusted(Signature).get(signature.id);
    const kinds = await Promise.all(
      Array.from({ length: events.chainLength }, async (_, index) => eventAt(signature.id, index + 1)),
    );
    expect(kinds.map(({ kind }) => kind)).toEqual(['REQUESTED', 'SENT', 'OPENED', 'CONSENTED', 'SIGNED']);
    expect(kinds[4]).toMatchObject({
      ...{ by: 'Ana Vera', email: 'ana@example.com', ip: '10.1.2.3', forwardedFor: '203.0.113.9, 10.1.2.3' },
      ...{ userAgent: 'Mozilla/5.0 (Test)', previousHash: kinds[3]?.['hash'], hash: events.chainHead },
    });
  });

  it('fails its proof once a byte of the document, an event or the chain has changed', async () => {
    const quote = await send({ signature: 'LINK' });
    const signature = await signatureOf(quote);
    await visit(signature, signed);
    const { documentSha256 } = await now(signature.id);
    const other = `${documentSha256.startsWith('0') ? '1' : '0'}${documentSha256.slice(1)}`;
    expect(await check(signature, other)).toMatchObject({ match: 'NONE' });
    const key = fileKey(tenanted.tenant, quote.pdf ?? '');
    const bytes = Buffer.from((await domain.runtime.ports.files.get(key)) ?? []);
    bytes[100] = (bytes[100] ?? 0) ^ 1;
    await domain.runtime.ports.files.put(key, bytes, 'application/pdf');
    expect(await check(signature, documentSha256)).toMatchObject({ match: 'DOCUMENT', isKept: false });

    const second = rowKey(tenanted.tenant, signatureEventId(signature.id, 2));
    const item = (await tenanted.table.get(second)) ?? { pk: '', sk: '' };
    await tenanted.table.write({ kind: 'put', item: { ...item, by: 'Somebody else' } });
    expect(await check(signature, documentSha256)).toMatchObject({ chainProblem: 'Link 2 was changed.' });
    await tenanted.table.write({ kind: 'delete', key: second });
    expect(await check(signature, documentSha256)).toMatchObject({ chainProblem: 'Link 2 is missing.' });
  });

  it('is not taken of a document that is no longer the one that was shown', async () => {
    const quote = await send({ signature: 'LINK' });
    const signature = await signatureOf(quote);
    await domain.runtime.ports.files.put(fileKey(tenanted.tenant, quote.pdf ?? ''), 'tampered', 'application/pdf');
    expect((await visit(signature, signed)).status).toBe(422);
    expect([(await now(signature.id)).status, (await quoteNow(quote.id)).status]).toEqual(['SENT', 'SENT']);
  });

  it('takes a code once, five tries and ten minutes long, and sends four of them', async () => {
    const signature = await signatureOf(await send());
    const tryWith = async (code: string) => (await visit(signature, { ...signed, code })).text;
    expect(await tryWith('123456')).toContain('Ask for a code first');
    await visit(signature, { action: 'code' });
    const first = await codeFor();
    const wrong = first === '000000' ? '000001' : '000000';
    for (let tries = 0; tries < 5; tries += 1) expect(await tryWith(wrong)).toContain('The code is not right');
    expect(await tryWith(first)).toContain('Too many tries');
    await visit(signature, { action: 'code' });
    const second = await codeFor();
    expect(await tryWith(first)).toContain('The code is not right');
    domain.clock.advance(10 * 60_000);
    expect(await tryWith(second)).toContain('has expired');
    await visit(signature, { action: 'code' });
    await visit(signature, { action: 'code' });
    expect((await visit(signature, { action: 'code' })).text).toContain('No more codes are sent');
    expect(await mails('signature-code')).toHaveLength(4);
    const last = await codeFor();
    expect((await visit(signature, { ...signed, consent: '', code: last })).text).toContain('Tick the box');
    expect((await visit(signature, { ...signed, name: ' ', code: last })).text).toContain('Write your name');
    expect((await visit(signature, { ...signed, image: 'AAAA', code: last })).status).toBe(422);
    expect((await visit(signature, { ...signed, code: last })).status).toBe(200);
    expect((await visit(signature, { ...signed, code: last })).status).toBe(409);
    const [mail] = await mails('signature-code');
    expect(JSON.stringify(mail)).not.toContain(first);
  });

  it('is given by exactly one of several who sign at once, or accept meanwhile', async () => {
    const quote = await send({ signature: 'LINK' });
    const signature = await signatureOf(quote);
    const answers = await Promise.all([1, 2, 3].map(() => visit(signature, signed)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status >= 400)).toHaveLength(2);
    expect((await now(signature.id)).chainLength).toBe(4);
    expect((await quoteNow(quote.id)).status).toBe('ACCEPTED');
    const other = await send({ signature: 'LINK' });
    await run('acceptQuote', { id: other.id, version: other.version, by: 'Phone' });
    const late = await signatureOf(other);
    expect((await visit(late, signed)).status).toBe(422);
    expect((await now(late.id)).status).toBe('SENT');
    await domain.settle();
    expect(await now(late.id)).toMatchObject({ status: 'CANCELLED', reason: 'The offer is accepted.' });
  });

  it('ends by its timer, and nobody signs afterwards', async () => {
    domain.clock.set('2026-11-23T04:58:00.000Z');
    const quote = await send({ signature: 'LINK' }, '2026-11-22');
    const signature = await signatureOf(quote);
    await domain.advanceTo('2026-11-23T05:01:00.000Z');
    expect((await now(signature.id)).status).toBe('EXPIRED');
    expect((await visit(signature, signed)).status).toBe(409);
    expect((await quoteNow(quote.id)).status).toBe('EXPIRED');
  });

  it('is declined with a reason, or handed to somebody else, whose link alone works then', async () => {
    const quote = await send({ signature: 'LINK' });
    const signature = await signatureOf(quote);
    expect((await visit(signature, { action: 'decline', reason: ' ' })).text).toContain('Say why');
    expect((await visit(signature, { action: 'delegate', name: 'Eva', email: 'eva' })).text).toContain(
      'Write the name',
    );
    await visit(signature, { action: 'delegate', name: 'Eva Paz', email: 'eva@example.com' });
    expect((await mails('signature-request'))[0]?.to).toEqual(['eva@example.com']);
    expect((await visit(signature, signed)).status).toBe(404);
    const handed = await now(signature.id);
    expect(handed).toMatchObject({ linkRound: 2, signer: { name: 'Eva Paz' } });
    expect(await eventAt(signature.id, 3)).toMatchObject({
      kind: 'DELEGATED',
      details: { from: 'Ana Vera', toEmail: 'eva@example.com' },
    });
    await visit(handed, { action: 'decline', reason: 'Too dear' });
    expect(await now(signature.id)).toMatchObject({ status: 'DECLINED', reason: 'Too dear' });
    expect(await quoteNow(quote.id)).toMatchObject({ status: 'REJECTED', reason: 'Too dear', decidedBy: 'Eva Paz' });
  });

  it('is one of several: steps wait for each other, and all of them make the acceptance', async () => {
    const quote = await send({ signature: 'NONE' });
    const signer = (name: string, step: number) => ({ name, email: `${name.toLowerCase()}@example.com`, step });
    const signers = [signer('Ana', 1), signer('Ben', 1), signer('Eva', 2)];
    const input = { record: quote.id, signers, authentication: 'LINK' };
    const { signatures } = await run<{ signatures: readonly SignatureRow[] }>('requestSignatures', input);
    const [ana, ben, eva] = signatures as readonly [SignatureRow, SignatureRow, SignatureRow];
    expect(signatures.map(({ status }) => status)).toEqual(['SENT', 'SENT', 'WAITING']);
    expect((await visit(eva, signed)).status).toBe(404);
    await Promise.all([visit(ana, signed), visit(ben, signed)]);
    expect((await now(eva.id)).status).toBe('SENT');
    expect((await quoteNow(quote.id)).status).toBe('SENT');
    await visit(await now(eva.id), signed);
    expect((await quoteNow(quote.id)).status).toBe('ACCEPTED');
    expect((await mails('signature-request')).map(({ to }) => to[0])).toHaveLength(3);
  });

  it('is drawn on a device of ours, once, by who may change the record', async () => {
    const quote = await send();
    const input = { record: quote.id, signer: { name: 'Ana Vera' }, strokes: png(60, 20).toString('base64') };
    expect(await failure(run('signOnDevice', { ...input, consent: false }))).toBe('CONSENT_MISSING');
    expect(await failure(run('signOnDevice', { ...input, strokes: 'AAAA', consent: true }))).toBe('PICTURE_INVALID');
    const account = { ...input, record: ids.account, consent: true };
    expect(await failure(run('signOnDevice', account))).toBe('NOT_SIGNABLE');
    const mine = await run<SignatureRow>('signOnDevice', { ...input, consent: true });
    expect(mine).toMatchObject({ status: 'SIGNED', authentication: 'ON_DEVICE', representation: 'DRAWN' });
    expect(await quoteNow(quote.id)).toMatchObject({ status: 'ACCEPTED', signature: mine.id });
    expect(await failure(run('signOnDevice', { ...input, consent: true }))).toBe('INVALID_STATE');
    await domain.settle();
    expect(await now(String(quote['signature']))).toMatchObject({ status: 'CANCELLED' });
  });

  it('is proved on a public page by the document itself or its hash', async () => {
    const quote = await send({ signature: 'LINK' });
    const signature = await signatureOf(quote);
    const link = { purpose: 'verify', record: signature.id, until: '2036-01-01T00:00:00.000Z' };
    const url = await linkTo(domain.reader(), link);
    expect((await follow(url)).status).toBe(404);
    await visit(signature, signed);
    const bytes = (await domain.runtime.ports.files.get(fileKey(tenanted.tenant, quote.pdf ?? ''))) ?? new Uint8Array();
    const upload = (content: string) =>
      follow(
        url,
        `--xx\r\nContent-Disposition: form-data; name="file"; filename="q.pdf"\r\n\r\n${content}\r\n--xx\r\nContent-Disposition: form-data; name="hash"\r\n\r\n\r\n--xx--\r\n`,
        {},
        { 'content-type': 'multipart/form-data; boundary=xx' },
      );
    const content = Buffer.from(bytes).toString('latin1');
    expect((await upload(content)).text).toContain('It is exactly the document that was signed');
    expect((await upload(`${content} `)).text).toContain('at least one byte is different');
    expect((await follow(url, `hash=${quote.pdfSha256 ?? ''}`)).text).toContain('The chain of events is whole');
    expect((await follow(url, 'hash=')).status).toBe(422);
  });
});

const eventAt = async (signature: string, place: number) => {
  const id = signatureEventId(signature, place);
  return (await domain.reader().records([id])).get(id) as AnyRow;
};

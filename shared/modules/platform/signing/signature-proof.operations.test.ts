import { beforeEach, describe, expect, it } from '@jest/globals';
import { linkTo } from '#kernel/run-page';
import { rowKey } from '#kernel/rows';
import { fileKey } from '#modules/platform/files';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { png } from '#test/support/pictures';
import { openDesk, signedForm } from '#test/support/signatures';
import { SignatureEvent, signatureEventId } from './signature-event.entity.ts';
import type { SignatureRow } from './signature.entity.ts';

const tenanted = withTenantTable();
let domain: Domain;
const desk = openDesk(() => domain);
const { check, follow, ids, mails, now, quoteNow, run, send, signatureOf, visit } = desk;

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  await desk.settleIn();
});

const eventAt = (signature: string, place: number) =>
  domain.reader().trusted(SignatureEvent).get(signatureEventId(signature, place));

describe('the proof of a signature', () => {
  it('keeps who did what from where, each event over the one before it', async () => {
    const signature = await signatureOf(await send({ signature: 'LINK' }));
    await visit(signature);
    await visit(signature, signedForm);
    const events = await now(signature.id);
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
    await visit(signature, signedForm);
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
    expect((await visit(signature, signedForm)).status).toBe(422);
    expect([(await now(signature.id)).status, (await quoteNow(quote.id)).status]).toEqual(['SENT', 'SENT']);
  });

  it('is one of several: steps wait for each other, and all of them make the acceptance', async () => {
    const quote = await send({ signature: 'NONE' });
    const signer = (name: string, step: number) => ({ name, email: `${name.toLowerCase()}@example.com`, step });
    const signers = [signer('Ana', 1), signer('Ben', 1), signer('Eva', 2)];
    const input = { record: quote.id, signers, authentication: 'LINK' };
    const { signatures } = await run<{ signatures: readonly SignatureRow[] }>('requestSignatures', input);
    const [ana, ben, eva] = signatures as readonly [SignatureRow, SignatureRow, SignatureRow];
    expect(signatures.map(({ status }) => status)).toEqual(['SENT', 'SENT', 'WAITING']);
    expect((await visit(eva, signedForm)).status).toBe(404);
    await Promise.all([visit(ana, signedForm), visit(ben, signedForm)]);
    expect((await now(eva.id)).status).toBe('SENT');
    expect((await quoteNow(quote.id)).status).toBe('SENT');
    await visit(await now(eva.id), signedForm);
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
    await visit(signature, signedForm);
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

import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { png } from '#test/support/pictures';
import { openDesk, signedForm } from '#test/support/signatures';
import type { SignatureRow } from './index.ts';
import { SignatureEvent, signatureEventId } from './signature-event.entity.ts';

const tenanted = withTenantTable();
let domain: Domain;
const desk = openDesk(() => domain);
const { check, codeFor, mails, now, quoteNow, run, send, signatureOf, visit } = desk;

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  await desk.settleIn();
});

const holds = { match: 'DOCUMENT', isSealed: true, isKept: true };
const cancelAsked = ({ id, version }: SignatureRow) =>
  run('cancelSignatureRequest', { id, version, reason: 'Not needed' });
const eventAt = (signature: string, place: number) =>
  domain.reader().trusted(SignatureEvent).get(signatureEventId(signature, place));

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
    const script = /<script>([^]*)<\/script>/.exec(form.text)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(form.headers?.['content-security-policy']).toContain(`script-src 'sha256-${hash}'`);
    const image = `data:image/png;base64,${png(90, 30).toString('base64')}`;
    const done = await visit(signature, { ...signedForm, image, code: await codeFor() });
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

  it('takes a code once, five tries and ten minutes long, and sends four of them', async () => {
    const signature = await signatureOf(await send());
    const tryWith = async (code: string) => (await visit(signature, { ...signedForm, code })).text;
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
    expect((await visit(signature, { ...signedForm, consent: '', code: last })).text).toContain('Tick the box');
    expect((await visit(signature, { ...signedForm, name: ' ', code: last })).text).toContain('Write your name');
    expect((await visit(signature, { ...signedForm, image: 'AAAA', code: last })).status).toBe(422);
    expect((await visit(signature, { ...signedForm, code: last })).status).toBe(200);
    expect((await visit(signature, { ...signedForm, code: last })).status).toBe(409);
    const [mail] = await mails('signature-code');
    expect(JSON.stringify(mail)).not.toContain(first);
  });

  it('is given by exactly one of several who sign at once, or accept meanwhile', async () => {
    const quote = await send({ signature: 'LINK' });
    const signature = await signatureOf(quote);
    const answers = await Promise.all([1, 2, 3].map(() => visit(signature, signedForm)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status >= 400)).toHaveLength(2);
    expect((await now(signature.id)).chainLength).toBe(4);
    expect((await quoteNow(quote.id)).status).toBe('ACCEPTED');
    const other = await send({ signature: 'LINK' });
    await run('acceptQuote', { id: other.id, version: other.version, by: 'Phone' });
    const late = await signatureOf(other);
    expect((await visit(late, signedForm)).status).toBe(422);
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
    expect((await visit(signature, signedForm)).status).toBe(409);
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
    expect((await visit(signature, signedForm)).status).toBe(404);
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

  it('is declined or handed on only with the code, and who asked and who was asked are told', async () => {
    const [owner = ''] = await makePeople(domain, ['Olga']);
    const signature = await signatureOf(await send({}, '2026-12-31', { owner }));
    const eva = { action: 'delegate', name: 'Eva Paz', email: 'eva@example.com' };
    expect((await visit(signature)).text).not.toContain('value="delegate"');
    for (const form of [eva, { action: 'decline', reason: 'No' }])
      expect((await visit(signature, form)).text).toContain('Ask for a code first');
    expect((await visit(signature, { action: 'code' })).text).toContain('value="delegate"');
    const code = await codeFor();
    const wrong = code === '000000' ? '000001' : '000000';
    expect((await visit(signature, { ...eva, code: wrong })).text).toContain('The code is not right');
    expect(await now(signature.id)).toMatchObject({ status: 'OPENED', linkRound: 1, signer: { name: 'Ana Vera' } });
    expect((await visit(signature, { ...eva, code })).text).toContain('gets a link of their own');
    const handed = await now(signature.id);
    const told = await mails('signature-delegated');
    expect(told.flatMap(({ to }) => to).sort()).toEqual(['ana@example.com', 'olga@example.com']);
    expect((await visit(handed, { action: 'decline', reason: 'No', code })).text).toContain('Ask for a code first');
    await visit(handed, { action: 'code' });
    await visit(handed, { action: 'decline', reason: 'No', code: await codeFor() });
    expect(await now(signature.id)).toMatchObject({ status: 'DECLINED', reason: 'No' });
  });

  it('of one who is no longer asked keeps no others from signing, and none but given ones count', async () => {
    const quote = await send({ signature: 'LINK' });
    await cancelAsked(await signatureOf(quote));
    expect((await quoteNow(quote.id)).status).toBe('SENT');
    const ask = async (steps: readonly number[]) => {
      const signers = steps.map((step, place) => ({
        name: `S${String(place)}`,
        email: `s${String(place)}@x.ec`,
        step,
      }));
      const asked = { record: quote.id, signers, authentication: 'LINK' };
      return (await run<{ signatures: readonly SignatureRow[] }>('requestSignatures', asked)).signatures;
    };
    const [first, second, third] = await ask([1, 2, 3]);
    if (!first || !second || !third) throw new Error('Three are asked.');
    await cancelAsked(await now(first.id));
    expect((await now(second.id)).status).toBe('SENT');
    await visit(second, signedForm);
    expect((await now(third.id)).status).toBe('SENT');
    await cancelAsked(await now(third.id));
    expect(await quoteNow(quote.id)).toMatchObject({ status: 'ACCEPTED', signature: second.id });
  });

  it('is asked for once more, or taken back by who asked', async () => {
    const { id } = await signatureOf(await send({ signature: 'LINK' }));
    const asked = await now(id);
    await run('remindSigner', { id, version: asked.version });
    expect((await mails('signature-request')).map(({ to }) => to)).toEqual([['ana@example.com']]);
    expect(await failure(run('remindSigner', { id, version: asked.version }))).toBe('STALE_VERSION');
    const reminded = await now(id);
    const reason = 'Another offer follows';
    const cancelled = await run('cancelSignatureRequest', { id, version: reminded.version, reason });
    expect(cancelled).toMatchObject({ status: 'CANCELLED', reason, chainLength: 4 });
    expect((await visit(asked, signedForm)).status).toBe(409);
    expect(await failure(run('remindSigner', { id, version: cancelled.version }))).toBe('INVALID_STATE');
  });
});

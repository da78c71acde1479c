import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { agreement, ana, askPage, fillingIn, formField, hiddenIn } from '#test/support/filling-in';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { honeypot } from './form.rules.ts';
import type { SubmissionRow } from './form-submission.entity.ts';

const tenanted = withTenantTable();
let domain: Domain;
const { createForm, linksOf, fillIn, submissionsOf, onlyOne, read } = fillingIn(() => domain);

beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});

describe('a form', () => {
  it('says what is wrong with it', async () => {
    const wrong = (more: object) => failure(createForm(more));
    expect(await wrong({ fields: [] })).toBe('BAD_INPUT');
    expect(await wrong({ fields: [formField('a', 'TEXT'), formField('a', 'TEXT')] })).toBe('BAD_INPUT');
    expect(await wrong({ fields: [formField('a', 'CHOICE')] })).toBe('BAD_INPUT');
    expect(await wrong({ fields: [formField('a', 'CONSENT')] })).toBe('BAD_INPUT');
    expect(await wrong({ fields: [formField('a', 'FILE', { most: 5 })] })).toBe('BAD_INPUT');
    expect(await wrong({ fields: [formField('a', 'TEXT', { fills: 'score' })] })).toBe('BAD_INPUT');
    expect(await wrong({ fields: [formField('a', 'TEXT', { fills: 'custom.unknown' })] })).toBe('BAD_INPUT');
    expect(await wrong({ fields: [formField('a', 'TEXT')], doubleOptIn: true })).toBe('BAD_INPUT');
    expect(await wrong({ outcome: 'INVOICE' })).toBe('BAD_INPUT');
    expect(await wrong({ outcome: 'CASE', recordKind: 'NONE_SUCH' })).toBe('BAD_INPUT');
    expect(await wrong({ origins: ['https://www.example.com/page'] })).toBe('BAD_INPUT');
    const form = await createForm();
    const renamed = await domain.run<AnyRow>('updateForm', { id: form.id, version: form.version, name: 'Other' });
    expect(renamed).toMatchObject({ name: 'Other', version: 2 });
    expect(await failure(domain.run('updateForm', { id: form.id, version: 2, outcome: 'NOTHING' }))).toBe('BAD_INPUT');
  });

  it('makes an assigned lead with its origin, and proof of what was agreed to, word for word', async () => {
    const [seller = ''] = await makePeople(domain, ['Ana']);
    await domain.run('createAssignmentRule', { name: 'Web', how: 'ROUND_ROBIN', users: [seller] });
    const form = await createForm();
    const { shown, answer } = await fillIn(
      form,
      { ...ana, news: 'yes' },
      {
        query: { utm_source: 'google', utm_campaign: 'spring', lang: 'en' },
        headers: { referer: 'https://www.google.com/', 'user-agent': 'Test' },
      },
    );
    expect(String(shown.body)).toContain(agreement.wording.en);
    expect(answer.status).toBe(200);
    await domain.settle();
    const submission = await onlyOne(form);
    expect(submission).toMatchObject({
      ...{ status: 'PROCESSED', name: 'Ana María Vera', phone: '+593991234567', ip: '192.0.2.1', ownerId: seller },
      origin: { source: 'google', campaign: 'spring', referrer: 'https://www.google.com/' },
      consents: [{ purpose: 'NEWSLETTER', wording: agreement.wording.en, version: '2026-1' }],
    });
    expect(await read(submission.lead)).toMatchObject({
      ...{ firstName: 'Ana', lastName: 'María Vera', email: ana.email, message: 'Precio?\nGracias' },
      ...{ source: 'WEB', campaign: 'spring', owner: seller },
    });
    const about = { subject: submission.lead, purpose: 'NEWSLETTER', channel: 'EMAIL' };
    expect(await domain.run('mayContact', about)).toMatchObject({
      allowed: true,
      proof: { wording: agreement.wording.en, source: { how: 'FORM', ip: '192.0.2.1', userAgent: 'Test' } },
    });
    expect(await domain.run('mayContact', { ...about, channel: 'SMS' })).toMatchObject({ allowed: false });
  });

  it('takes one page once, finds who is known, and never writes over what is known', async () => {
    const form = await createForm();
    const { again } = await fillIn(form, ana);
    await domain.settle();
    expect((await again()).status).toBe(200);
    const { lead } = await onlyOne(form);
    await fillIn(form, { name: 'Somebody Else', email: 'other@example.com', phone: ana.phone });
    const contact = await domain.run<AnyRow>('createContact', { firstName: 'Rosa', email: 'rosa@example.com' });
    await domain.settle();
    await fillIn(form, { name: 'Not Rosa', email: 'rosa@example.com' });
    await domain.settle();
    const rows = await submissionsOf(form);
    expect(rows.map((row) => row.lead)).toEqual([lead, lead, undefined]);
    expect(rows[2]).toMatchObject({ contact: contact.id, made: contact.id, status: 'PROCESSED' });
    expect(await read(contact.id)).toMatchObject({ name: 'Rosa' });
  });

  it('keeps programs out, and lets people take back what was mistaken', async () => {
    const form = await createForm({ mostPerHour: 3 });
    expect((await fillIn(form, { ...ana, [honeypot]: 'https://spam.test' })).answer.status).toBe(200);
    expect((await fillIn(form, { ...ana, email: 'fast@example.com' }, { seconds: 1 })).answer.status).toBe(200);
    await domain.settle();
    const [first, second] = await submissionsOf(form);
    expect([first?.suspicion, second?.suspicion, second?.lead]).toEqual(['HONEYPOT', 'TOO_FAST', undefined]);
    await domain.run('acceptSubmission', { id: second?.id });
    await domain.settle();
    expect(await read(second?.id)).toMatchObject({ status: 'PROCESSED' });
    await fillIn(form, ana);
    expect((await fillIn(form, ana)).answer.status).toBe(429);
    expect((await fillIn(form, ana, { ip: '192.0.2.2' })).answer.status).toBe(200);
    const { page } = await linksOf(form);
    expect((await askPage(domain, page, { method: 'POST', body: new URLSearchParams(ana).toString() })).status).toBe(
      422,
    );
    const other = await fillIn(await createForm({ name: 'Other' }), ana);
    const token = hiddenIn(String(other.shown.body))['_token'] ?? '';
    const stolen = new URLSearchParams({ ...ana, _token: token }).toString();
    expect((await askPage(domain, page, { method: 'POST', body: stolen })).status).toBe(422);
    expect(await submissionsOf(form)).toHaveLength(4);
  });

  it('says in the visitor’s words what is missing, and keeps what was written', async () => {
    const form = await createForm({ locale: 'es' });
    const { answer } = await fillIn(form, {
      name: '<b>Ana</b>',
      email: 'nobody',
      phone: '12',
      message: 'x'.repeat(5000),
    });
    const body = String(answer.body);
    expect(answer.status).toBe(422);
    expect(body).toContain('value="&lt;b&gt;Ana&lt;/b&gt;"');
    expect(body.match(/Este dato no es válido/g)).toHaveLength(2);
    expect(body).toContain('El texto es demasiado largo');
    // Who hears the page is told at the field, and begins at the first that is wrong.
    expect(body).toMatch(/id="email"[^>]*aria-describedby="email-wrong" aria-invalid="true" autofocus/);
    expect([body.match(/autofocus/g)?.length, body.includes('id="email-wrong"')]).toEqual([1, true]);
    expect(await submissionsOf(form)).toEqual([]);
  });

  it('opens cases, and loses nothing that cannot be made yet', async () => {
    const labels = { es: 'Queja', en: 'Complaint' };
    const type = await domain.run<AnyRow>('createCaseType', { key: 'COMPLAINT', labels });
    const form = await createForm({ outcome: 'CASE', recordKind: 'COMPLAINT' });
    const offer = (active: boolean, version: number) => domain.run('updateCaseType', { id: type.id, version, active });
    await offer(false, type.version);
    await fillIn(form, ana);
    await domain.settle();
    const failed = await onlyOne(form);
    expect(failed).toMatchObject({ status: 'FAILED', attempts: 1, problem: { code: 'BAD_INPUT' } });
    const retry = () => domain.run<SubmissionRow>('retrySubmission', { id: failed.id });
    expect(await failure(retry())).toBe('NOT_MADE');
    await offer(true, type.version + 1);
    const done = await retry();
    expect(done).toMatchObject({ status: 'PROCESSED', attempts: 2 });
    expect(done.problem).toBeUndefined();
    expect(await read(done.made)).toMatchObject({ account: done.account, contact: done.contact, type: type.id });
    await domain.settle();
    await fillIn(form, { ...ana, name: 'Ana again' });
    await domain.settle();
    const accounts = (await submissionsOf(form)).map(({ account }) => account);
    expect(new Set(accounts)).toEqual(new Set([done.account]));
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { linkTo } from '#kernel/run-page';
import { agreement, ana, askPage, fillingIn, hiddenIn } from '#test/support/filling-in';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';

const tenanted = withTenantTable();
let domain: Domain;
const { createForm, linksOf, fillIn, wait, submissionsOf, onlyOne } = fillingIn(() => domain);

beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});

/** Confirms behind the link of a mail, as whoever reads the mail can. */
const confirm = async (purpose: string, record = '', method: 'GET' | 'POST' = 'POST') => {
  const { ports } = domain.runtime;
  const until = new Date(domain.clock.now().getTime() + 60_000).toISOString();
  return askPage(domain, await linkTo({ ports, actor: domain.actor() }, { purpose, record, until }), { method });
};

describe('what is agreed to in a form', () => {
  it('proves no wording but the one that was shown', async () => {
    const form = await createForm({ locale: 'en' });
    const { page } = await linksOf(form);
    const seen = hiddenIn(String((await askPage(domain, page)).body));
    const wording = { es: 'Acepto recibir llamadas.', en: 'I agree to be called.' };
    const fields = (form['fields'] as readonly { key: string }[]).map((field) =>
      field.key === 'news' ? { ...field, consent: { ...agreement, wording } } : field,
    );
    await domain.run('updateForm', { id: form.id, version: form.version, fields });
    wait(10);
    const body = new URLSearchParams({ ...seen, ...ana, news: 'yes' }).toString();
    const answer = await askPage(domain, page, { method: 'POST', body });
    expect(answer.status).toBe(422);
    expect(String(answer.body)).toContain('I agree to be called.');
    expect(String(answer.body)).not.toContain('checked');
    expect(await submissionsOf(form)).toEqual([]);
    const now = hiddenIn(String(answer.body));
    wait(10);
    const again = new URLSearchParams({ ...now, ...ana, news: 'yes' }).toString();
    expect((await askPage(domain, page, { method: 'POST', body: again })).status).toBe(200);
    expect((await onlyOne(form)).consents).toMatchObject([{ wording: wording.en }]);
  });

  it('leaves the no of a person whose address anybody may write', async () => {
    const form = await createForm();
    const { id } = await domain.run<AnyRow>('createContact', { firstName: 'Rosa', email: 'rosa@example.com' });
    const about = { subject: id, purpose: 'NEWSLETTER', channel: 'EMAIL' };
    const says = (purpose: string, granted: boolean) =>
      domain.run('recordConsent', {
        ...{ ...about, purpose, granted, wording: 'Said so.', wordingVersion: '1', source: { how: 'CALL' } },
      });
    await says('NEWSLETTER', true);
    await says('GENERAL', true);
    wait(1);
    await says('GENERAL', false);
    await fillIn(form, { name: 'Not Rosa', email: 'rosa@example.com', news: 'yes' });
    await domain.settle();
    expect(await onlyOne(form)).toMatchObject({ status: 'PROCESSED', contact: id });
    expect(await domain.run('mayContact', about)).toMatchObject({ allowed: false, proof: { status: 'WITHDRAWN' } });
    const confirmed = await createForm({ name: 'Confirmed', doubleOptIn: true });
    await fillIn(confirmed, { name: 'Rosa', email: 'rosa@example.com', news: 'yes' });
    await domain.settle();
    await confirm('form-confirm', (await onlyOne(confirmed)).id);
    await domain.settle();
    expect(await domain.run('mayContact', about)).toMatchObject({ allowed: true });
  });

  const news = { purpose: 'NEWSLETTER', channel: 'EMAIL' };
  const mayWrite = (subject: string) => domain.run('mayContact', { subject, ...news });
  const mails = async () =>
    (await domain.reader().trusted(domain.registry.entity('Mail')).list({ first: 10 })).rows.map((row) => row['to']);

  it('asks a person who is known by mail, once, whether it was that person who agreed', async () => {
    const form = await createForm();
    const { id } = await domain.run<AnyRow>('createContact', { firstName: 'Rosa', email: 'rosa@example.com' });
    const said = { name: 'Not Rosa?', email: 'rosa@example.com', news: 'yes' };
    for (const ip of ['192.0.2.1', '192.0.2.2']) {
      await fillIn(form, said, { ip });
      await domain.settle();
    }
    expect(await mayWrite(id)).toMatchObject({ allowed: false, proof: { status: 'PENDING', source: { how: 'FORM' } } });
    expect(await mails()).toEqual([['rosa@example.com']]);
    const [first] = await submissionsOf(form);
    expect(String((await confirm('form-agreement', first?.id, 'GET')).body)).toContain(agreement.wording.es);
    expect(await mayWrite(id)).toMatchObject({ allowed: false });
    await confirm('form-agreement', first?.id);
    const confirmed = { status: 'GRANTED', confirmedAt: domain.clock.now().toISOString() };
    expect(await mayWrite(id)).toMatchObject({ allowed: true, proof: confirmed });
    wait(60);
    await fillIn(form, said, { ip: '192.0.2.3' });
    await domain.settle();
    expect(await mayWrite(id)).toMatchObject({ allowed: true, proof: confirmed });
    expect(await mails()).toHaveLength(1);
  });

  it('asks, once, who had said no and agrees again; the no stands until it is confirmed', async () => {
    const form = await createForm();
    const { id } = await domain.run<AnyRow>('createContact', { firstName: 'Rosa', email: 'rosa@example.com' });
    const no = { subject: id, channel: 'EMAIL', granted: false, wording: 'No', wordingVersion: '1' };
    for (const purpose of ['NEWSLETTER', 'GENERAL'])
      await domain.run('recordConsent', { ...no, purpose, source: { how: 'CALL' } });
    const said = { name: 'Rosa', email: 'rosa@example.com', news: 'yes' };
    for (const ip of ['192.0.2.1', '192.0.2.2']) {
      wait(60);
      await fillIn(form, said, { ip });
      await domain.settle();
    }
    expect(await mayWrite(id)).toMatchObject({ allowed: false, proof: { status: 'REFUSED', source: { how: 'CALL' } } });
    expect(await mails()).toEqual([['rosa@example.com']]);
    await confirm('form-agreement', (await submissionsOf(form))[0]?.id);
    expect(await mayWrite(id)).toMatchObject({ allowed: true, proof: { wording: agreement.wording.es } });
  });

  it('takes nobody at a word that was confirmed from an address of somebody else', async () => {
    const { id } = await domain.run<AnyRow>('createContact', { firstName: 'Rosa', phone: ana.phone });
    await domain.settle();
    const form = await createForm({ doubleOptIn: true });
    await fillIn(form, { ...ana, news: 'yes' });
    await confirm('form-confirm', (await onlyOne(form)).id);
    await domain.settle();
    expect(await onlyOne(form)).toMatchObject({ status: 'PROCESSED', contact: id });
    expect(await mayWrite(id)).toMatchObject({ allowed: false, proof: { status: 'PENDING' } });
    expect(await mails()).toEqual([[ana.email]]);
  });
});

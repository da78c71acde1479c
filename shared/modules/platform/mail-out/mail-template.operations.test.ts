import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow } from '#kernel';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMailing } from '#test/support/mailing';
import { makePeople } from '#test/support/people';
import type { MailRow } from './index.ts';

const { start } = openMailing(withTenantTable());
let domain: Domain;
beforeEach(async () => {
  ({ domain } = await start());
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
    const words = {
      subject: '{{ record.nmae }}',
      body: '{{ record.email }} {{ record.name.size }} {{ links.open }} {{ other }}',
    };
    expect(await domain.run('previewMail', { ...words, record: ana })).toMatchObject({
      unfilled: ['other', 'record.nmae'],
    });
    const blind = domain.actor({ rules: { ...domain.actor().rules, hiddenFields: ['User.email'] } });
    expect(await preview(blind)).toMatchObject({ subject: 'Ana', text: '' });
  });

  it('are whole mails where they are written in MJML: compiled as they are saved, not framed once more', async () => {
    const mjml = (text: string) =>
      `<mjml><mj-body><mj-section><mj-column><mj-text>${text}</mj-text></mj-column></mj-section></mj-body></mjml>`;
    const template = await domain.run<AnyRow>('createMailTemplate', {
      key: 'news',
      name: 'News',
      es: { subject: 'Novedades', body: mjml('Hola {{ name }} {% if total > 1 %}de nuevo{% endif %}') },
      en: { subject: 'News', body: 'Hello {{ name }}' },
    });
    const preview = (locale: string) =>
      domain.run<{ html: string; text: string }>('previewMail', {
        template: 'news',
        locale,
        data: { name: '<Eva>', total: 2 },
      });
    const { html, text } = await preview('es');
    expect(html).toMatch(/^<!doctype html>[\s\S]*lang="es"[\s\S]*Hola &lt;Eva&gt; de nuevo/);
    expect(html.match(/<html/g)).toHaveLength(1);
    expect(html).not.toMatch(/fonts\.googleapis|@import|<link/);
    expect(text).toBe('Hola <Eva> de nuevo');
    expect((await preview('en')).text).toBe('Hello <Eva>');
    const plain = { id: template.id, version: template.version, es: { subject: 'Novedades', body: 'Sin adornos' } };
    expect(await domain.run<AnyRow>('updateMailTemplate', plain)).not.toHaveProperty('compiled');
    expect((await preview('es')).text).toBe('Sin adornos');
    const unclosed = '<mjml>\n<mj-body><!-- <mj-text> -->\n<mj-section><mj-spacer height="1px" /></mj-body>\n</mjml>';
    const broken = { key: 'xx', name: 'X', es: { subject: 's', body: unclosed } };
    await expect(domain.run('createMailTemplate', broken)).rejects.toThrow('Line 3 — <mj-section> is not closed');
    for (const body of ['<mjml><mj-body><mj-foo/></mj-body></mjml>', mjml('{% if %}'), mjml('a'.repeat(40_000))])
      expect(
        await failure(domain.run('createMailTemplate', { key: 'xx', name: 'X', es: { subject: 's', body } })),
      ).toBe('TEMPLATE_INVALID');
  });

  it('are tried out on oneself, with a record, before they are saved', async () => {
    const [ana = '', ben] = await makePeople(domain, ['Ana', 'Ben']);
    const as = domain.actor({ id: ana, userId: ana });
    const words = { subject: 'Para {{ record.name }}', body: '<p>{{ record.email }}</p>' };
    const mail = await domain.run<MailRow>('sendTestMail', { ...words, record: ben }, as);
    expect(mail).toMatchObject({ to: ['ana@example.com'], subject: '[Prueba] Para Ben' });
    expect(mail).not.toHaveProperty('about');
    const invalid = { subject: 's', body: '{{ a | nofilter }}' };
    expect(await failure(domain.run('sendTestMail', invalid, as))).toBe('TEMPLATE_INVALID');
    expect(await failure(domain.run('sendTestMail', { template: 'nobody' }, as))).toBe('TEMPLATE_NOT_FOUND');
    expect(await failure(domain.run('sendTestMail', words, domain.actor({ id: 'key_1' })))).toBe('FORBIDDEN');
  });
});

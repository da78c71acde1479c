import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '#kernel';
import { failure, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { openMailing } from '#test/support/mailing';
import { makePeople } from '#test/support/people';

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
    const blind = domain.actor({ rules: { ...domain.actor().rules, hiddenFields: ['User.email'] } });
    expect(await preview(blind)).toMatchObject({ subject: 'Ana', text: '' });
  });
});

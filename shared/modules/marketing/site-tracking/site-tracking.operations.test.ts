import { createContext, Script } from 'node:vm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { defaultActivityTypes } from '#modules/engagement/activities';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ana, askPage, fillingIn } from '#test/support/filling-in';
import { workOff } from '#test/support/jobs';
import { ownRules, partyModules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { textInTable } from '#test/support/traces';
import type { VisitorRow } from './index.ts';

const tenanted = withTenantTable();
const origin = 'https://www.example.com';
const day = 86_400;
let domain: Domain;
let site: AnyRow;
let address: string;
const { createForm, fillIn, onlyOne, wait, read } = fillingIn(() => domain);

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  site = await domain.run<AnyRow>('createTrackedSite', { name: 'Shop', origins: [origin], callOnReturn: true });
  ({ address } = await domain.run<{ address: string }>('trackingSnippet', { id: site.id }));
});

const tell = async (said: Readonly<Record<string, string>>, from = origin, agent = 'Mozilla/5.0 (X11) Firefox/140') => {
  const page = `${origin}/prices?utm_source=mail`;
  const body = new URLSearchParams({ page, title: 'Prices', ...said }).toString();
  const answer = await askPage(domain, address, {
    method: 'POST',
    headers: { origin: from, 'user-agent': agent },
    body,
  });
  return { status: answer.status, ...(JSON.parse(String(answer.body)) as { visitor?: string }) };
};
const agree = async (said: Readonly<Record<string, string>> = {}): Promise<string> =>
  (await tell({ action: 'consent', ...said })).visitor ?? '';
const visitors = async (): Promise<readonly VisitorRow[]> => {
  const { rows } = await domain.reader().data(domain.registry.entity('Visitor')).page('all', { first: 50 });
  return rows as unknown as readonly VisitorRow[];
};
const only = async (): Promise<VisitorRow> => {
  const [first, ...others] = await visitors();
  expect(others).toEqual([]);
  return first as VisitorRow;
};
const pagesOf = async ({ id }: VisitorRow) =>
  (await domain.run<{ views: readonly { page: string }[] }>('visitorPages', { visitor: id })).views;
const activities = async () =>
  (await domain.reader().data(domain.registry.entity('Activity')).page('all', { first: 50 })).rows;

describe('visitors of a site', () => {
  it('are kept only once they agree, on sites that are named, and forgotten when they take it back', async () => {
    await tell({ action: 'view' });
    await tell({ action: 'view', visitor: 'forged.token' });
    expect((await tell({ action: 'consent' }, 'https://evil.test')).status).toBe(403);
    for (const agent of ['Googlebot/2.1 (+http://www.google.com/bot.html)', 'Mozilla/5.0 HeadlessChrome/140'])
      expect(await tell({ action: 'consent' }, origin, agent)).toEqual({ status: 200 });
    expect(await visitors()).toEqual([]);
    const visitor = await agree();
    wait(60);
    await tell({ action: 'view', visitor, page: `${origin}/contact` });
    const row = await only();
    expect(row).toMatchObject({ visits: 1, firstOrigin: { source: 'mail', page: `${origin}/prices` } });
    expect((await pagesOf(row)).map(({ page }) => page)).toEqual([`${origin}/contact`, `${origin}/prices`]);
    wait(91 * day);
    expect(await pagesOf(row)).toEqual([]);
    await tell({ action: 'view', visitor });
    await tell({ action: 'withdraw', visitor });
    await tell({ action: 'view', visitor });
    expect(await pagesOf(row)).toEqual([]);
    expect(await only()).toMatchObject({ status: 'WITHDRAWN' });
    expect(await agree({ visitor })).not.toBe('');
    expect(await only()).toMatchObject({ id: row.id, status: 'ACTIVE', visits: 1 });
    wait(60);
    const { version } = (await read(site.id)) ?? {};
    await domain.run('updateTrackedSite', { id: site.id, version, consentVersion: '2' });
    await agree({ visitor });
    const consentedAt = domain.clock.now().toISOString();
    expect(await only()).toMatchObject({ id: row.id, visits: 1, consentVersion: '2', consentedAt });
    expect(await failure(domain.run('createTrackedSite', { name: 'Wrong', origins: ['example.com'] }))).toBe(
      'BAD_INPUT',
    );
  });

  it('are known by a form, and give a call to make when they come back after days', async () => {
    const types = defaultActivityTypes.filter(({ key }) => key === 'CALL');
    for (const type of types) await domain.run('createActivityType', type);
    const [seller = ''] = await makePeople(domain, ['Ana']);
    const visitor = await agree();
    const form = await createForm({ origins: [origin], owner: seller });
    await fillIn(form, ana, { query: { embed: '1', visitor }, headers: { origin } });
    await domain.settle();
    const { lead } = await onlyOne(form);
    expect(await only()).toMatchObject({ lead, linkedBy: 'FORM', ownerId: seller });
    wait(2 * day);
    await tell({ action: 'view', visitor });
    const calm = await domain.settle();
    expect(calm.map(({ type }) => type)).toContain('visitor.visited');
    expect(await activities()).toEqual([]);
    wait(8 * day);
    await tell({ action: 'view', visitor });
    await tell({ action: 'view', visitor });
    await domain.settle();
    expect(await only()).toMatchObject({ visits: 3, awayDays: 8 });
    expect(await activities()).toMatchObject([{ about: lead, ownerId: seller, notes: 'Prices\nPrices\nPrices' }]);
    const stranger = domain.actor({ id: 'usr_x', userId: 'usr_x', rules: ownRules });
    expect(await failure(domain.run('visitorPages', { visitor: (await only()).id }, stranger))).toBe('NOT_FOUND');
  });

  it('are known by a link in a mail to them, and by no other afterwards', async () => {
    const [rosa, luis] = await Promise.all(
      ['Rosa', 'Luis'].map((firstName) => domain.run<AnyRow>('createContact', { firstName })),
    );
    const linkFor = async (person = '', page = `${origin}/offer`) => {
      const { url } = await domain.run<{ url: string }>('personalLink', { site: site.id, page, person });
      return new URL(url).searchParams.get('lazo') ?? '';
    };
    expect(await failure(linkFor(rosa?.id, 'https://evil.test/'))).toBe('NOT_ON_SITE');
    expect(await failure(linkFor(site.id))).toBe('NOT_A_PERSON');
    const visitor = await agree({ link: await linkFor(rosa?.id) });
    expect(await only()).toMatchObject({ contact: rosa?.id, linkedBy: 'MAIL' });
    await tell({ action: 'view', visitor, link: await linkFor(luis?.id) });
    expect(await only()).toMatchObject({ contact: rosa?.id });
    await domain.settle();
    expect(await read((await only()).id)).toMatchObject({ contact: rosa?.id });
  });
});

describe('what is known of a visitor', () => {
  it('is told to the person who asks, and goes with that person', async () => {
    const visitor = await agree();
    const form = await createForm({ origins: [origin] });
    await fillIn(form, ana, { query: { embed: '1', visitor }, headers: { origin } });
    await domain.settle();
    const { lead: subject } = await onlyOne(form);
    const ask = async (kind: string, operation: string) => {
      const { id } = await domain.run<AnyRow>('openPrivacyRequest', { subject, kind });
      await domain.run('verifyPrivacyRequest', { id, identityCheck: 'Seen' });
      await domain.run(operation, { id });
      await domain.settle();
      await workOff(domain);
      return read(id);
    };
    const told = await ask('ACCESS', 'gatherPersonalData');
    const { files } = domain.runtime.ports;
    const data = Buffer.from((await files.get(`${tenanted.tenant}/files/${String(told?.['data'])}`)) ?? []).toString();
    expect(data).toContain(`"page": "${origin}/prices"`);
    await ask('ERASE', 'erasePersonalData');
    const left = await textInTable(tenanted, tenanted.tenant);
    expect([ana.email, '991234567', `${origin}/prices`].filter((trace) => left.includes(trace))).toEqual([]);
    expect([await visitors(), await read(subject)]).toEqual([[], undefined]);
  });
});

describe('the script of a site', () => {
  it('tells nothing before the site says that its visitor agreed', async () => {
    const { script } = await domain.run<{ script: string }>('trackingSnippet', { id: site.id });
    const told: string[] = [];
    const window: { lazo?: { consent(): Promise<void>; withdraw(): Promise<void> } } = {};
    const document = { cookie: '', title: 'Shop', referrer: '' };
    const fetched = (_url: string, { body }: { body: URLSearchParams }) => {
      told.push(body.get('action') ?? '');
      return Promise.resolve({ json: () => Promise.resolve({ visitor: 'tok' }) });
    };
    const location = { href: `${origin}/`, search: '', protocol: 'https:' };
    const { body } = await askPage(domain, script);
    new Script(String(body)).runInContext(
      createContext({ window, document, location, fetch: fetched, URLSearchParams }),
    );
    expect([told, document.cookie]).toEqual([[], '']);
    await window.lazo?.consent();
    expect(told).toEqual(['consent']);
    expect(document.cookie).toMatch(/^lazo_visitor=tok; .*SameSite=Lax; Secure$/);
    await window.lazo?.withdraw();
    expect([told.at(-1), document.cookie.slice(0, 14)]).toEqual(['withdraw', 'lazo_visitor=;']);
  });
});

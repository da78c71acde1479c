import { createContext, Script } from 'node:vm';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '#kernel';
import { linkTo } from '#kernel/run-page';
import { ana, askPage, fillingIn } from '#test/support/filling-in';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ownRules, partyModules } from '#test/support/parties';
import { makePeople } from '#test/support/people';

const tenanted = withTenantTable();
let domain: Domain;
const { createForm, linksOf, fillIn, onlyOne } = fillingIn(() => domain);

beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});

describe('a form within a web site', () => {
  it('speaks to the sites that it names, and to no other', async () => {
    const origin = 'https://www.example.com';
    const form = await createForm({ origins: [origin], redirectTo: 'https://www.example.com/thanks' });
    const query = { embed: '1', page: 'https://www.example.com/offer?utm_medium=cpc', referrer: 'https://t.co/' };
    const { page, script, snippet } = await linksOf(form);
    expect((await askPage(domain, page, { query, headers: { origin: 'https://evil.test' } })).status).toBe(403);
    expect((await askPage(domain, page, { query })).status).toBe(403);
    const { answer, shown } = await fillIn(form, ana, { query, headers: { origin } });
    expect(shown.headers).toMatchObject({ 'access-control-allow-origin': origin });
    expect(JSON.parse(String(answer.body))).toMatchObject({ isDone: true, redirect: 'https://www.example.com/thanks' });
    expect((await onlyOne(form)).origin).toEqual({
      ...{ medium: 'cpc', page: 'https://www.example.com/offer', referrer: 'https://t.co/' },
    });
    expect(snippet).toContain(script);
    const { body, contentType } = await askPage(domain, script);
    expect(contentType).toContain('text/javascript');
    expect(await runSnippet(String(body), page)).toEqual(['<p>shown</p>']);
  });
});

/** Runs the snippet in as little of a browser as it needs; answers what it showed. */
const runSnippet = async (script: string, address: string): Promise<readonly string[]> => {
  const shown: string[] = [];
  const root = {
    set innerHTML(html: string) {
      shown.push(html);
    },
    querySelector: () => null,
  };
  const asked: string[] = [];
  const page = {
    document: {
      ...{ cookie: 'a=1; lazo_visitor=tok', referrer: 'https://t.co/', documentElement: { lang: 'es-EC' } },
      currentScript: { parentNode: { insertBefore: () => undefined }, nextSibling: null },
      createElement: () => ({ attachShadow: () => root }),
    },
    location: { href: 'https://www.example.com/' },
    fetch: (url: string) => {
      asked.push(url);
      return Promise.resolve({ json: () => Promise.resolve({ html: '<p>shown</p>' }) });
    },
  };
  new Script(script).runInContext(createContext(page));
  await new Promise((done) => setImmediate(done));
  expect(asked[0]?.startsWith(`${address}?embed=1`)).toBe(true);
  expect(new URL(asked[0] ?? '').searchParams.get('visitor')).toBe('tok');
  return shown;
};

describe('double opt-in', () => {
  const linkIn = async (): Promise<string> => {
    const { rows } = await domain.reader().trusted(domain.registry.entity('Mail')).page('all', { first: 10 });
    const [link] = (rows[0]?.['links'] ?? []) as readonly { record: string; until: string }[];
    return linkTo(
      { ports: domain.runtime.ports, actor: domain.actor() },
      { purpose: 'form-confirm', record: link?.record ?? '', until: link?.until ?? '' },
    );
  };

  it('makes nothing before the link in the mail is followed, and nothing after its time', async () => {
    const form = await createForm({ doubleOptIn: true, confirmDays: 1 });
    await fillIn(form, { ...ana, news: 'yes' });
    await domain.settle();
    expect(await onlyOne(form)).toMatchObject({ status: 'UNCONFIRMED' });
    const link = await linkIn();
    expect((await askPage(domain, link)).status).toBe(200);
    expect(await onlyOne(form)).toMatchObject({ status: 'UNCONFIRMED' });
    await askPage(domain, link, { method: 'POST' });
    await domain.settle();
    const { lead, status, confirmedAt } = await onlyOne(form);
    expect({ status, isMade: lead !== undefined }).toEqual({ status: 'PROCESSED', isMade: true });
    const about = { subject: lead, purpose: 'NEWSLETTER', channel: 'EMAIL' };
    expect(await domain.run('mayContact', about)).toMatchObject({ allowed: true, proof: { confirmedAt } });
    const late = await createForm({ name: 'Late', doubleOptIn: true, confirmDays: 1 });
    await fillIn(late, ana);
    await domain.settle();
    await domain.advanceTo('2026-11-23T16:00:00.000Z');
    expect(await onlyOne(late)).toMatchObject({ status: 'EXPIRED' });
  });
});

describe('who sees what was sent', () => {
  const seller = (id = ''): Actor => domain.actor({ id, userId: id, rules: ownRules });

  it('is whoever handles what was made of it', async () => {
    const people = await makePeople(domain, ['Ana', 'Ben']);
    const form = await createForm({ owner: people[0] });
    await fillIn(form, ana);
    await domain.settle();
    const { id } = await onlyOne(form);
    const seen = await Promise.all(
      people.map((person) => domain.reader(seller(person)).data(domain.registry.entity('FormSubmission')).find(id)),
    );
    expect(seen.map((row) => row?.id)).toEqual([id, undefined]);
    expect(await failure(domain.run('retrySubmission', { id }, seller(people[0])))).toBe('FORBIDDEN');
    expect(await failure(domain.run('retrySubmission', { id }))).toBe('NOT_FAILED');
  });
});

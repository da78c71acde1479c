import { describe, expect, it } from '@jest/globals';
import { DomainError, module, publicPage } from '#kernel';
import { linkTo } from '#kernel/run-page';
import { startDomain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { storeTenantOf, tenantIdOf, tenantModules } from '#test/support/tenant';
import { servePage } from './serve-page.ts';

const tenanted = withTenantTable();
const read = publicPage('read', {
  describes: 'Reads a record that is not there.',
  refuse: (status, code) => ({ status, contentType: 'text/plain', body: `Sorry: ${code}` }),
  run: async (_request, { ports }) => {
    await ports.table.get({ pk: 'nothing', sk: 'there' }, { consistent: true });
    return { status: 200, contentType: 'text/plain', body: 'read' };
  },
});
const hook = publicPage('hook', {
  describes: 'Refuses.',
  run: () => Promise.reject(new DomainError('CONFLICT', 'No.')),
});
const request = { method: 'GET', path: '', query: {}, headers: {}, body: '', ip: '' } as const;

describe('public pages', () => {
  it('are served within the points of the tenant of their link; others go on', async () => {
    const tenant = tenantIdOf(tenanted.tenant);
    const pages = module('test/pages', { pages: [read, hook] });
    const domain = startDomain({ modules: [...tenantModules, pages], table: tenanted.table, tenant });
    await storeTenantOf(domain, { pointsPerMinute: 40 });
    domain.clock.set('2026-11-22T15:00:18.000Z');
    const tokenFor = async (purpose: string, of: string): Promise<string> => {
      const until = '2027-01-01T00:00:00.000Z';
      const { ports } = domain.runtime;
      const link = await linkTo({ ports, actor: domain.actor({ tenant: of }) }, { purpose, record: 'x', until });
      return link.split('/').at(-1) ?? '';
    };
    const ask = async (purpose: string, of = tenant) =>
      servePage(domain.runtime, purpose, await tokenFor(purpose, of), request);
    let served = 0;
    while ((await ask('read')).status === 200) served += 1;
    // The page and what it reads: two points each, until forty are spent.
    expect(served).toBe(20);
    expect(await ask('read')).toEqual({
      status: 429,
      contentType: 'text/plain',
      body: 'Sorry: RATE_LIMITED',
      headers: { 'retry-after': '42' },
    });
    expect(await ask('hook')).toMatchObject({ status: 429, contentType: 'application/json' });
    expect(await ask('read', tenantIdOf('t999999'))).toMatchObject({ status: 200 });
    // A broken link is nobody's: the page says so, whoever may be out of points.
    expect(await servePage(domain.runtime, 'read', 'forged.token', request)).toMatchObject({ status: 404 });
    domain.clock.set('2026-11-22T15:01:00.000Z');
    expect(await ask('hook')).toMatchObject({ status: 422 });
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { ownRules, partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});

const account = (values: object = {}) => domain.run<AnyRow>('createAccount', { name: 'Acme', ...values });
type Totals = { readonly groups: readonly Readonly<Record<string, unknown>>[] };

describe('the life of an account', () => {
  it('goes from prospect to lead to customer on one record', async () => {
    const prospect = await account();
    expect(prospect).toMatchObject({ lifecycle: 'PROSPECT', kinds: ['PROSPECT'] });
    const lead = await domain.run<AnyRow>('qualifyAccount', { id: prospect.id, version: 1 });
    expect(lead).toMatchObject({ lifecycle: 'LEAD', leadSince: '2026-11-22T15:00:00.000Z' });
    const values = { id: lead.id, version: 2, kinds: ['PRESCRIBER', 'PROSPECT', 'CUSTOMER'] };
    const customer = await domain.run<AnyRow>('updateAccount', values);
    expect(customer).toMatchObject({
      id: prospect.id,
      lifecycle: 'CUSTOMER',
      kinds: ['PRESCRIBER', 'CUSTOMER'],
      leadSince: lead['leadSince'],
      customerSince: '2026-11-22T15:00:00.000Z',
    });
    const types = (await domain.settle()).map(({ type }) => type).filter((type) => type.startsWith('account.'));
    expect(types).toEqual(['account.created', 'account.qualified', 'account.updated']);
  });

  it('is none for those who will not buy', async () => {
    expect(await account({ kinds: ['SUPPLIER'] })).not.toHaveProperty('lifecycle');
  });

  it('takes no second qualification', async () => {
    const customer = await account({ kinds: ['CUSTOMER'] });
    expect(await failure(domain.run('qualifyAccount', { id: customer.id }))).toBe('NOT_A_PROSPECT');
    const prospect = await account();
    expect(await failure(domain.run('qualifyAccount', { id: prospect.id, version: 4 }))).toBe('STALE_VERSION');
  });

  it('lists the three apart', async () => {
    await account({ name: 'B' });
    await account({ name: 'A' });
    await account({ name: 'C', kinds: ['CUSTOMER'] });
    await domain.settle();
    const list = domain.reader().data(domain.registry.entity('Account'));
    const { rows, plan } = await list.list({
      where: { lifecycle: { eq: 'PROSPECT' } },
      orderBy: { field: 'name', descending: false },
    });
    expect(plan.key).toBe('byLifecycle');
    expect(rows.map(({ name }) => name)).toEqual(['A', 'B']);
  });
});

describe('accountTotals', () => {
  it('counts by zone and reason of capture what one may read, and follows every change', async () => {
    const [ana = '', bea = ''] = await makePeople(domain, ['Ana', 'Bea']);
    const mine = await account({ owner: ana, zone: 'North', captureReason: 'Fair #1' });
    await account({ owner: ana, zone: 'North' });
    await account({ owner: bea, zone: 'South', captureReason: 'Fair #1' });
    await account({ kinds: ['SUPPLIER'], zone: 'South' });
    await domain.settle();
    const totals = async (input: Readonly<Record<string, unknown>>, actor = domain.actor()) =>
      (await domain.run<Totals>('accountTotals', input, actor)).groups;
    expect(await totals({ groupBy: ['LIFECYCLE', 'ZONE'] })).toEqual([
      { lifecycle: 'PROSPECT', zone: 'North', count: 2 },
      { lifecycle: 'PROSPECT', zone: 'South', count: 1 },
    ]);
    expect(await totals({ groupBy: ['CAPTURE_REASON'], zone: 'North' })).toEqual([
      { count: 1 },
      { captureReason: 'Fair #1', count: 1 },
    ]);
    const anas = person(domain, ana, { rules: ownRules });
    expect(await totals({ groupBy: ['OWNER'] }, anas)).toEqual([{ owner: ana, count: 2 }]);
    await domain.run('qualifyAccount', { id: mine.id });
    await domain.run('archiveAccount', { id: mine.id, version: 2 });
    await domain.settle();
    expect(await totals({ owner: ana })).toEqual([{ lifecycle: 'PROSPECT', count: 1 }]);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AccessRules } from '#kernel';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer, Offer, User } from '#test/support/example';
import { startOffers, type AnyRecord, type Offers } from '#test/support/offers';

const tenanted = withTenantTable();
let domain: Offers['domain'];
let makeCustomer: Offers['makeCustomer'];
beforeEach(() => {
  ({ domain, makeCustomer } = startOffers(tenanted));
});

const own: AccessRules = {
  entities: { '*': { create: 'own', read: 'own', update: 'own', archive: 'own' }, User: { read: 'all' } },
  operations: ['offer.send'],
  hiddenFields: [],
  readOnlyFields: ['Customer.limit'],
};

describe('access', () => {
  it('keeps tenants apart', async () => {
    const customer = await makeCustomer({ taxId: '1' });
    const stranger = domain.actor({ tenant: 'ten_other' });
    expect(await domain.reader(stranger).data(Customer).find(customer.id)).toBeUndefined();
    expect((await domain.reader(stranger).data(Customer).list({})).rows).toHaveLength(0);
    expect(await failure(domain.run('updateCustomer', { id: customer.id, version: 1, name: 'x' }, stranger))).toBe(
      'NOT_FOUND',
    );
    expect(
      await failure(
        domain.run('createOffer', { customer: customer.id, validUntil: '2026-12-31', lines: [] }, stranger),
      ),
    ).toBe('REFERENCE_NOT_FOUND');
    expect(await failure(domain.run('createCustomer', { name: 'x', taxId: '1' }, stranger))).toBe('nothing failed');
  });

  it('gives own scope what is its own, through parents too', async () => {
    const [ana, ben] = await Promise.all(['Ana', 'Ben'].map((name) => domain.run<AnyRecord>('createUser', { name })));
    const as = (user: AnyRecord | undefined) =>
      domain.actor({ id: user?.id ?? '', userId: user?.id ?? '', rules: own });
    const customer = await domain.run<AnyRecord>('createCustomer', { name: 'Acme' }, as(ana));
    const offer = await domain.run<AnyRecord>(
      'createOffer',
      { customer: customer.id, validUntil: '2026-12-31', lines: [] },
      as(ana),
    );
    expect(offer.ownerId).toBe(ana?.id);
    const offersOf = async (user: AnyRecord | undefined) =>
      (await domain.reader(as(user)).data(Offer).list({})).rows.length;
    expect([await offersOf(ana), await offersOf(ben)]).toEqual([1, 0]);
    expect(await failure(domain.run('sendOffer', { id: offer.id }, as(ben)))).toBe('NOT_FOUND');
    expect(await failure(domain.run('createCustomer', { name: 'x', owner: ana?.id }, as(ben)))).toBe('FORBIDDEN');
    expect(await failure(domain.run('acceptOffer', { id: offer.id }, as(ana)))).toBe('FORBIDDEN');
    expect(
      await failure(
        domain.run('updateCustomer', { id: customer.id, version: 1, limit: { minor: 1, currency: 'USD' } }, as(ana)),
      ),
    ).toBe('READ_ONLY_FIELD');
  });

  it('lets a tenant whose trial ended read only', async () => {
    expect(await failure(domain.run('createCustomer', { name: 'x' }, domain.actor({ readOnlyTenant: true })))).toBe(
      'TENANT_READ_ONLY',
    );
  });
});

describe('users', () => {
  it('have no owner and are read by whoever may', async () => {
    await domain.run('createUser', { name: 'Ana' });
    expect(
      (
        await domain
          .reader(domain.actor({ rules: own }))
          .data(User)
          .list({})
      ).rows,
    ).toHaveLength(1);
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AccessRules, AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer, exampleModules, Offer, User } from '#test/support/example';

type AnyRecord = AnyRow & { readonly [name: string]: never };
const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules: exampleModules, table: tenanted.table, tenant: tenanted.tenant });
});

const line = { product: 'Chair', quantity: '3', price: { minor: 1999, currency: 'USD' } };
const makeCustomer = (values: object = {}) => domain.run<AnyRecord>('createCustomer', { name: 'Acme', ...values });
const makeOffer = async (values: object = {}) =>
  domain.run<AnyRecord>('createOffer', {
    customer: (await makeCustomer()).id,
    validUntil: '2026-12-31',
    lines: [line],
    ...values,
  });
const own: AccessRules = {
  entities: { '*': { create: 'own', read: 'own', update: 'own', archive: 'own' }, User: { read: 'all' } },
  operations: ['offer.send'],
  hiddenFields: [],
  readOnlyFields: ['Customer.limit'],
};

describe('a create', () => {
  it('costs one batch of references and one write', async () => {
    const customer = await makeCustomer();
    await domain.run('createOffer', { customer: customer.id, validUntil: '2026-12-31', lines: [] });
    expect(domain.meter().requests).toBe(2);
    await makeCustomer();
    expect(domain.meter().requests).toBe(1);
  });

  it('derives, defaults and starts in the first state', async () => {
    const offer = await makeOffer();
    expect(offer).toMatchObject({
      version: 1,
      status: 'DRAFT',
      channel: 'SHOP',
      total: { minor: 5997, currency: 'USD' },
      createdBy: 'usr_test',
    });
  });

  it('refuses what is missing, unknown, derived or refers to nothing', async () => {
    expect(await failure(domain.run('createCustomer', {}))).toBe('BAD_INPUT');
    expect(await failure(makeCustomer({ nonsense: 1 }))).toBe('BAD_INPUT');
    expect(await failure(makeOffer({ total: { minor: 1, currency: 'USD' } }))).toBe('BAD_INPUT');
    expect(await failure(makeOffer({ customer: 'cus_00000000000000000000000000' }))).toBe('REFERENCE_NOT_FOUND');
    expect(await failure(makeOffer({ validUntil: '2020-01-01' }))).toBe('BAD_INPUT');
  });

  it('refuses an archived reference and one of another kind', async () => {
    const customer = await makeCustomer();
    const user = await domain.run<AnyRecord>('createUser', { name: 'Ana' });
    expect(await failure(makeOffer({ customer: user.id }))).toBe('REFERENCE_NOT_FOUND');
    await domain.run('archiveCustomer', { id: customer.id, version: 1 });
    expect(await failure(makeOffer({ customer: customer.id }))).toBe('REFERENCE_ARCHIVED');
  });

  it('keeps unique values unique, in any case of letters, and frees them', async () => {
    const first = await makeCustomer({ taxId: 'AB-1' });
    expect(await failure(makeCustomer({ taxId: 'ab-1' }))).toBe('NOT_UNIQUE');
    const freed = await domain.run<AnyRecord>('updateCustomer', { id: first.id, version: 1, taxId: null });
    expect(freed).not.toHaveProperty('taxId');
    const second = await makeCustomer({ taxId: 'AB-1' });
    const found = await domain.reader().data(Customer).findUnique('taxId', 'AB-1');
    expect(found?.id).toBe(second.id);
  });

  it('refuses a record over 400 KB before it is sent', async () => {
    const lines = Array.from({ length: 501 }, () => line);
    expect(await failure(makeOffer({ lines }))).toBe('BAD_INPUT');
  });
});

describe('a change', () => {
  it('costs one read and one write, and only when something differs', async () => {
    const customer = await makeCustomer();
    const changed = await domain.run<AnyRecord>('updateCustomer', { id: customer.id, version: 1, name: 'Bolt' });
    expect(domain.meter().requests).toBe(2);
    expect(changed.version).toBe(2);
    const same = await domain.run<AnyRecord>('updateCustomer', { id: customer.id, version: 2, name: 'Bolt' });
    expect(domain.meter().requests).toBe(1);
    expect(same.version).toBe(2);
  });

  it('answers STALE_VERSION for another version and changes nothing', async () => {
    const customer = await makeCustomer();
    await domain.run('updateCustomer', { id: customer.id, version: 1, name: 'Bolt' });
    expect(await failure(domain.run('updateCustomer', { id: customer.id, version: 1, name: 'Cork' }))).toBe(
      'STALE_VERSION',
    );
    expect((await domain.reader().data(Customer).get(customer.id)).name).toBe('Bolt');
  });

  it('is run again when another one comes first and no version was named', async () => {
    const offer = await makeOffer();
    const sent = await Promise.all([1, 2, 3].map(() => failure(domain.run('sendOffer', { id: offer.id }))));
    expect(sent.sort()).toEqual(['INVALID_STATE', 'INVALID_STATE', 'nothing failed']);
  });

  it('follows the states, and a frozen record takes no more', async () => {
    const offer = await makeOffer();
    expect(await failure(domain.run('acceptOffer', { id: offer.id }))).toBe('INVALID_STATE');
    await domain.run('sendOffer', { id: offer.id, version: 1 });
    const accepted = await domain.run<AnyRecord>('acceptOffer', { id: offer.id, version: 2 });
    expect(accepted).toMatchObject({ status: 'ACCEPTED', acceptedOn: '2026-11-22', version: 3 });
    expect(await failure(domain.run('updateOffer', { id: offer.id, version: 3, channel: 'WEB' }))).toBe('FROZEN');
  });

  it('keeps its lines beside the row and reads them back', async () => {
    const offer = await makeOffer({
      lines: Array.from({ length: 250 }, (_, index) => ({ ...line, product: `P${String(index)}` })),
    });
    const read = await domain.reader().data(Offer).get(offer.id);
    expect(read.lines.map(({ product }) => product)).toEqual(
      Array.from({ length: 250 }, (_, index) => `P${String(index)}`),
    );
    await domain.run('updateOffer', { id: offer.id, version: 1, lines: [{ ...line, quantity: '1.5' }] });
    const shorter = await domain.reader().data(Offer).get(offer.id);
    expect(shorter.lines).toEqual([{ ...line, quantity: '1.5' }]);
    expect(shorter.total).toEqual({ minor: 2999, currency: 'USD' });
  });

  it('archives and restores', async () => {
    const customer = await makeCustomer();
    const archived = await domain.run<AnyRecord>('archiveCustomer', { id: customer.id, version: 1 });
    expect(archived.archivedAt).toBeDefined();
    expect(await failure(domain.run('updateCustomer', { id: customer.id, version: 2, name: 'x' }))).toBe('ARCHIVED');
    const list = () => domain.reader().data(Customer).list({});
    expect((await list()).rows).toHaveLength(0);
    expect((await domain.reader().data(Customer).list({ archived: true })).rows).toHaveLength(1);
    const restored = await domain.run<AnyRecord>('restoreCustomer', { id: customer.id, version: 2 });
    expect(restored).not.toHaveProperty('archivedAt');
    expect((await list()).rows).toHaveLength(1);
  });
});

describe('an idempotency key', () => {
  const key = { idempotencyKey: 'k-1' };
  it('makes a record once', async () => {
    const first = await domain.run<AnyRecord>('createCustomer', { name: 'Acme' }, undefined, key);
    const again = await domain.run<AnyRecord>('createCustomer', { name: 'Acme' }, undefined, key);
    expect(again).toEqual(first);
    expect(await failure(domain.run('createCustomer', { name: 'Other' }, undefined, key))).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
    expect((await domain.reader().data(Customer).list({})).rows).toHaveLength(1);
  });

  it('changes a record once, with and without a version', async () => {
    const offer = await makeOffer();
    const sent = await domain.run<AnyRecord>('sendOffer', { id: offer.id, version: 1 }, undefined, key);
    expect(await domain.run<AnyRecord>('sendOffer', { id: offer.id, version: 1 }, undefined, key)).toMatchObject({
      id: sent.id,
      version: 2,
    });
    const accepted = await domain.run<AnyRecord>('acceptOffer', { id: offer.id }, undefined, { idempotencyKey: 'k-2' });
    expect(
      await domain.run<AnyRecord>('acceptOffer', { id: offer.id }, undefined, { idempotencyKey: 'k-2' }),
    ).toMatchObject({ version: accepted.version });
  });

  it('knows a record that was changed since it was made, by the log', async () => {
    const made = await domain.run<AnyRecord>('createCustomer', { name: 'Acme' }, undefined, key);
    await domain.run('updateCustomer', { id: made.id, version: 1, name: 'Bolt' });
    await domain.settle();
    const again = await domain.run<AnyRecord>('createCustomer', { name: 'Acme' }, undefined, key);
    expect(again).toMatchObject({ id: made.id, name: 'Bolt', version: 2 });
  });

  it('knows a change that later ones have covered, by the log', async () => {
    const customer = await makeCustomer();
    await domain.run('updateCustomer', { id: customer.id, version: 1, name: 'B' }, undefined, key);
    await domain.run('updateCustomer', { id: customer.id, version: 2, name: 'C' });
    await domain.settle();
    expect(
      await domain.run<AnyRecord>('updateCustomer', { id: customer.id, version: 1, name: 'B' }, undefined, key),
    ).toMatchObject({ name: 'C', version: 3 });
  });

  it('does an operation over several rows once', async () => {
    const input = { name: 'Acme', validUntil: '2026-12-31' };
    const first = await domain.run<{ customer: AnyRecord; offer: AnyRecord }>('openCustomer', input, undefined, key);
    const again = await domain.run<{ customer: AnyRecord; offer: AnyRecord }>('openCustomer', input, undefined, key);
    expect([again.customer.id, again.offer.id]).toEqual([first.customer.id, first.offer.id]);
    expect((await domain.reader().data(Customer).list({})).rows).toHaveLength(1);
  });

  it('belongs to one actor', async () => {
    await domain.run('createCustomer', { name: 'Acme' }, domain.actor({ id: 'usr_a' }), key);
    await domain.run('createCustomer', { name: 'Acme' }, domain.actor({ id: 'usr_b' }), key);
    expect((await domain.reader().data(Customer).list({})).rows).toHaveLength(2);
  });
});

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

describe('lists', () => {
  it('page through shards in order, with cursors bound to their query', async () => {
    const names = Array.from({ length: 30 }, (_, index) => `C${String(index).padStart(2, '0')}`);
    for (const name of names) await makeCustomer({ name });
    const read: string[] = [];
    let after: string | undefined;
    do {
      const page = await domain
        .reader()
        .data(Customer)
        .list({ first: 7, ...(after !== undefined && { after }) });
      read.push(...page.rows.map((row) => row.name));
      after = page.hasNextPage ? page.endCursor : undefined;
    } while (after !== undefined);
    expect(read).toEqual(names);
    const first = await domain.reader().data(Customer).list({ first: 7 });
    expect(
      await failure(
        domain
          .reader()
          .data(Customer)
          .list({ where: { name: { eq: 'x' } }, after: first.endCursor ?? '' }),
      ),
    ).toBe('BAD_INPUT');
    expect(await failure(domain.reader().data(Customer).list({ after: 'forged.cursor' }))).toBe('BAD_INPUT');
  });

  it('answer by parent, state, natural key and link, and refuse orders without a key', async () => {
    const parent = await makeCustomer({ code: 'X1' });
    await makeCustomer({ parent: parent.id, name: 'Child' });
    const offer = await makeOffer({ customer: parent.id, referrer: parent.id });
    await domain.settle();
    const { data } = domain.reader();
    const ids = async (list: Promise<{ rows: readonly { id: string }[] }>) => (await list).rows.map((row) => row.id);
    expect(await ids(data(Offer).list({ where: { customer: { eq: parent.id } } }))).toEqual([offer.id]);
    expect(await ids(data(Offer).list({ where: { status: { eq: 'DRAFT' } } }))).toEqual([offer.id]);
    expect(await ids(data(Offer).list({ where: { referrer: { eq: parent.id } } }))).toEqual([offer.id]);
    expect(await ids(data(Customer).list({ where: { code: { eq: 'X1' } } }))).toEqual([parent.id]);
    expect((await data(Customer).list({ where: { parent: { eq: parent.id } } })).rows.map((row) => row.name)).toEqual([
      'Child',
    ]);
    expect(await failure(data(Customer).list({ orderBy: { field: 'limit', descending: true } }))).toBe('BAD_INPUT');
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

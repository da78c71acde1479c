import { describe, expect, it } from '@jest/globals';
import type { AccessRules } from '#kernel';
import { startApi, type ApiOptions } from '#test/support/api';
import { withTenantTable } from '#test/support/engine';
import { exampleModules } from '#test/support/example';

const tenanted = withTenantTable();
const start = (options: Partial<ApiOptions> = {}) =>
  startApi({ modules: exampleModules, table: tenanted.table, tenant: tenanted.tenant, ...options });

type Customer = { readonly id: string; readonly version: number; readonly name: string };
type Payload<Name extends string, Fields = Customer> = {
  readonly [N in Name]: {
    readonly customer: Fields | null;
    readonly userErrors: readonly {
      readonly code: string;
      readonly message: string;
      readonly path: readonly string[];
    }[];
  };
};

const create = `mutation ($input: CreateCustomerInput!) {
  createCustomer(input: $input) { customer { id version name limit { amount currency } labels isKey } userErrors { code message path } }
}`;
const update = `mutation ($input: UpdateCustomerInput!) {
  updateCustomer(input: $input) { customer { id version name taxId limit { amount } } userErrors { code message path } }
}`;

describe('a mutation', () => {
  it('costs what its operation costs, and answers the record as it was written', async () => {
    const { data, extensions } = await start().ask(create, {
      input: { name: ' Ana ', limit: { amount: 1200.5, currency: 'USD' } },
    });
    expect(data).toMatchObject({
      createCustomer: {
        customer: { version: 1, name: 'Ana', limit: { amount: '1200.50', currency: 'USD' }, labels: [], isKey: false },
        userErrors: [],
      },
    });
    expect(extensions.cost).toMatchObject({ requests: 1, roundTrips: 1 });
  });

  it('keeps what is absent and clears what is null', async () => {
    const api = start();
    const made = await api.ask<Payload<'createCustomer'>>(create, {
      input: { name: 'Ana', taxId: '17', limit: { amount: '5', currency: 'USD' } },
    });
    const { id, version } = made.data.createCustomer.customer as Customer;
    const { data } = await api.ask(update, { input: { id, version, taxId: null } });
    expect(data).toEqual({
      updateCustomer: {
        customer: { id, version: 2, name: 'Ana', taxId: null, limit: { amount: '5.00' } },
        userErrors: [],
      },
    });
  });

  it('lists every broken rule with code and path', async () => {
    const { data, errors } = await start().ask(create, {
      input: {
        name: '',
        site: { city: 'x'.repeat(1_000_000) },
        owner: 'nobody',
        limit: { amount: '1.999', currency: 'USD' },
      },
    });
    expect(errors).toBeUndefined();
    const { customer, userErrors } = (data as unknown as Payload<'createCustomer'>).createCustomer;
    expect(customer).toBeNull();
    expect(userErrors.map(({ code, path }) => [code, path.join('.')]).sort()).toEqual([
      ['BAD_INPUT', 'limit.amount'],
      ['BAD_INPUT', 'name'],
      ['BAD_INPUT', 'owner'],
      ['BAD_INPUT', 'site.city'],
    ]);
    expect(JSON.stringify(userErrors).length).toBeLessThan(2000);
  });

  it('answers stale versions, unknown references and broken states as user errors', async () => {
    const api = start();
    const made = await api.ask<Payload<'createCustomer'>>(create, { input: { name: 'Ana' } });
    const { id } = made.data.createCustomer.customer as Customer;
    const stale = await api.ask<Payload<'updateCustomer'>>(update, { input: { id, version: 7, name: 'Eva' } });
    expect(stale.data.updateCustomer.userErrors[0]).toMatchObject({ code: 'STALE_VERSION', path: ['version'] });
    const unknown = await api.ask<Payload<'updateCustomer'>>(update, {
      input: { id, version: 1, parent: 'cus_00000000000000000000000000' },
    });
    expect(unknown.data.updateCustomer.userErrors[0]).toMatchObject({ code: 'REFERENCE_NOT_FOUND', path: ['parent'] });
  });

  it('shows the record as it is now when the version is stale', async () => {
    const api = start();
    const made = await api.ask<Payload<'createCustomer'>>(create, { input: { name: 'Ana' } });
    const { id } = made.data.createCustomer.customer as Customer;
    const { data } = await api.ask(
      `mutation ($input: UpdateCustomerInput!) { updateCustomer(input: $input) { customer { id }
        conflict { baseVersion record { id ... on Customer { version name } } differences { field base current } } userErrors { code } } }`,
      { input: { id, version: 7, name: 'Eva' } },
    );
    expect(data).toEqual({
      updateCustomer: {
        customer: null,
        conflict: { baseVersion: 7, record: { id, version: 1, name: 'Ana' }, differences: [] },
        userErrors: [{ code: 'STALE_VERSION' }],
      },
    });
  });

  it('ends the request when the record is unknown or the permission is missing, and leaves other fields alone', async () => {
    const rules: AccessRules = {
      entities: { Customer: { read: 'all', create: 'all' } },
      operations: [],
      hiddenFields: [],
      readOnlyFields: [],
    };
    const { data, errors } = await start({ actor: { rules } }).ask(`mutation {
      made: createCustomer(input: {name: "Ana"}) { customer { name } }
      gone: acceptOffer(input: {id: "off_00000000000000000000000000"}) { offer { id } }
      refused: archiveCustomer(input: {id: "cus_00000000000000000000000000", version: 1}) { customer { id } }
    }`);
    expect(data).toEqual({ made: { customer: { name: 'Ana' } }, gone: null, refused: null });
    expect(errors?.map(({ extensions, path }) => [extensions.code, path?.[0]])).toEqual([
      ['FORBIDDEN', 'gone'],
      ['FORBIDDEN', 'refused'],
    ]);
  });

  it('reads what the mutation before it wrote', async () => {
    const api = start();
    const made = await api.ask<Payload<'createCustomer'>>(create, { input: { name: 'Parent' } });
    const parent = made.data.createCustomer.customer as Customer;
    const { data } = await api.ask(
      `mutation ($parent: ID!) {
        child: createCustomer(input: {name: "Child", parent: $parent}) { customer { parent { name } } }
        renamed: updateCustomer(input: {id: $parent, version: 1, name: "Renamed"}) { customer { name } }
        other: createCustomer(input: {name: "Other", parent: $parent}) { customer { parent { name } } }
      }`,
      { parent: parent.id },
    );
    expect(data).toEqual({
      child: { customer: { parent: { name: 'Parent' } } },
      renamed: { customer: { name: 'Renamed' } },
      other: { customer: { parent: { name: 'Renamed' } } },
    });
  });

  it('answers the named fields of operations over several records', async () => {
    const api = start();
    const ask = `mutation ($input: OpenCustomerInput!) { openCustomer(input: $input) { customer { name } offer { status customer { name } lines { product } } userErrors { code path } } }`;
    const done = await api.ask(ask, { input: { name: 'Ana', validUntil: '2026-12-01' } });
    expect(done.data).toEqual({
      openCustomer: {
        customer: { name: 'Ana' },
        offer: { status: 'DRAFT', customer: { name: 'Ana' }, lines: [] },
        userErrors: [],
      },
    });
    const refused = await api.ask(ask, { input: { name: 'Ana', validUntil: '2025-12-01' } });
    expect(refused.data).toEqual({
      openCustomer: { customer: null, offer: null, userErrors: [{ code: 'BAD_INPUT', path: ['validUntil'] }] },
    });
  });
});

describe('an idempotency key', () => {
  it('does the work once and answers the same again', async () => {
    const api = start();
    const input = { name: 'Once', idempotencyKey: 'a-key' };
    const first = await api.ask<Payload<'createCustomer'>>(create, { input });
    const again = await api.ask<Payload<'createCustomer'>>(create, { input });
    expect(again.data).toEqual(first.data);
    const { data } = await api.ask<{ customers: { nodes: unknown[] } }>('{ customers { nodes { id } } }');
    expect(data.customers.nodes).toHaveLength(1);
  });

  it('is refused with another input', async () => {
    const api = start();
    await api.ask(create, { input: { name: 'Once', idempotencyKey: 'a-key' } });
    const other = await api.ask<Payload<'createCustomer'>>(create, {
      input: { name: 'Twice', idempotencyKey: 'a-key' },
    });
    expect(other.data.createCustomer.userErrors[0]).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      path: ['idempotencyKey'],
    });
  });

  it('has 1 to 200 characters', async () => {
    const api = start();
    for (const idempotencyKey of ['', 'k'.repeat(201)]) {
      const { data } = await api.ask<Payload<'createCustomer'>>(create, { input: { name: 'Ana', idempotencyKey } });
      expect(data.createCustomer.userErrors[0]).toMatchObject({ code: 'BAD_INPUT', path: ['idempotencyKey'] });
    }
  });
});

describe('a role', () => {
  const hidden: AccessRules = {
    entities: { '*': { create: 'all', read: 'all', update: 'all' } },
    operations: ['*'],
    hiddenFields: ['Customer.name', 'Customer.limit', 'Customer.labels', 'Customer.parent', 'Offer.lines'],
    readOnlyFields: ['Customer.taxId'],
  };

  it('hides fields in every answer, and from filters and orders', async () => {
    const open = start();
    const customer = await open.domain.run<Customer>('createCustomer', {
      name: 'Ana',
      labels: ['x'],
      limit: { minor: 5, currency: 'USD' },
    });
    await open.domain.run('createCustomer', { name: 'Eva', parent: customer.id });
    await open.domain.run('createOffer', {
      customer: customer.id,
      validUntil: '2026-12-01',
      lines: [{ product: 'P', quantity: '1', price: { minor: 100, currency: 'USD' } }],
    });
    const api = start({ actor: { rules: hidden } });
    const seen = await api.ask(
      '{ customers(first: 1) { nodes { name limit { amount } labels parent { id } code } } offers { nodes { total { amount } lines { product } } } }',
    );
    expect(seen.errors).toBeUndefined();
    expect(seen.data).toEqual({
      customers: { nodes: [{ name: null, limit: null, labels: [], parent: null, code: null }] },
      offers: { nodes: [{ total: { amount: '1.00' }, lines: [] }] },
    });
    for (const args of ['where: {name: {eq: "Ana"}}', 'orderBy: {field: NAME}']) {
      const { errors } = await api.ask(`{ customers(${args}) { nodes { id } } }`);
      expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    }
  });

  it('makes fields read-only, with a user error', async () => {
    const { data } = await start({ actor: { rules: hidden } }).ask<Payload<'createCustomer'>>(create, {
      input: { name: 'Ana', taxId: '17' },
    });
    expect(data.createCustomer.userErrors[0]).toMatchObject({ code: 'READ_ONLY_FIELD' });
  });

  it('without a right to read is refused at the root', async () => {
    const rules: AccessRules = {
      entities: { Offer: { read: 'all' } },
      operations: [],
      hiddenFields: [],
      readOnlyFields: [],
    };
    const { data, errors } = await start({ actor: { rules } }).ask(
      '{ customers { nodes { id } } customer(id: "cus_00000000000000000000000000") { id } offers { nodes { id } } }',
    );
    expect(data).toEqual({ customers: null, customer: null, offers: { nodes: [] } });
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });
});

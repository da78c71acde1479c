import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient } from '#test/support/client';
import { startTestCloud, type Caller, type ReadyLine, type TestCloud } from '#test/support/cloud';
import { mapped, run } from '#test/support/importing';
import { startOtherTenant } from '#test/support/other-tenant';

let cloud: TestCloud;
const { ask, act, signIn } = openClient(() => cloud);
let administrator: Caller;
let seller: Caller;
beforeAll(async () => {
  cloud = await startTestCloud();
  [administrator, seller] = (await Promise.all(['administrator', 'seller'].map(signIn))) as [Caller, Caller];
}, 90_000);
afterAll(() => cloud.stop());

type Payload = Readonly<Record<string, unknown>> & {
  readonly userErrors: readonly { readonly code: string; readonly path: readonly string[]; readonly message: string }[];
};
const call = async (
  name: string,
  input: object,
  selection: string,
  caller: Caller = administrator,
): Promise<Payload> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const text = `mutation($input: ${type}!) { done: ${name}(input: $input) { ${selection} userErrors { code path message } } }`;
  return (await ask<{ done: Payload }>(text, { input }, caller)).done;
};
type Defined = { readonly id: string; readonly version: number };
const define = async (recordType: string, key: string, more: object, caller?: Caller): Promise<Defined> => {
  const input = { recordType, key, labels: { es: key, en: key }, ...more };
  const { customField, userErrors } = await call('createCustomField', input, 'customField { id version }', caller);
  if (userErrors.length > 0) throw new Error(JSON.stringify(userErrors));
  return customField as Defined;
};
const redefine = (row: Defined, changes: object) =>
  call('updateCustomField', { id: row.id, version: row.version, ...changes }, 'customField { id version }');
const option = (key: string, es: string, en: string) => ({ key, labels: { es, en } });
const problemsOf = ({ userErrors }: Payload) => userErrors.map(({ code, path }) => `${code} ${path.join('.')}`);

type Accounts = { accounts: { nodes: { id: string; name: string; custom: object }[] } };
const find = async (where: object, caller: Caller = administrator) =>
  (
    await ask<Accounts>(
      'query($where: AccountFilter) { accounts(where: $where) { nodes { id name custom } } }',
      { where },
      caller,
    )
  ).accounts.nodes;

/** Values and definitions come back with a backup, searchable ones found by their value. */
const comesBack = async (owner: Caller) => {
  await define('Account', 'serial', { kind: 'TEXT', searchable: true }, owner);
  await act('createAccount', { name: 'Guardada', custom: { serial: 'S-77', meterNumber: 9 } }, '', owner);
  await cloud.idle();
  const { job } = (await call('backupTenant', {}, 'job { id }', owner)) as unknown as { job: { id: string } };
  await cloud.idle();
  const { me } = await ask<{ me: { tenant: { id: string } } }>('{ me { tenant { id } } }', {}, owner);
  const { operatorKey } = cloud.ready() as ReadyLine & { readonly operatorKey: string };
  const input = { tenant: me.tenant.id, backup: job.id, admits: true, name: 'Otra vez' };
  const { tenant } = await call('restoreTenant', input, 'tenant', { key: operatorKey });
  await cloud.idle();
  await cloud.advance(61);
  const inside: Caller = { ...owner, headers: { 'x-lazo-tenant': String(tenant) } };
  const [found] = await find({ custom: { serial: { eq: 'S-77' } } }, inside);
  expect(found?.custom).toEqual({ serial: 'S-77', meterNumber: 9 });
};

describe('fields that administrators define', () => {
  it('ENT-03 work at once in create, update, lists, search, events and history of accounts', async () => {
    await define('Account', 'creditScore', { kind: 'INTEGER', min: '0', max: '1000' });
    await define('Account', 'meterNumber', { kind: 'TEXT', mask: 'AA-0000', searchable: true });
    await define('Account', 'risk', {
      kind: 'CHOICE',
      options: [option('LOW', 'Bajo', 'Low'), option('HIGH', 'Alto', 'High')],
    });
    const custom = { creditScore: 700, meterNumber: 'QX-4711', risk: 'LOW' };
    const made = await act('createAccount', { name: 'Acería Norte', custom }, 'custom', seller);
    expect(made['custom']).toEqual(custom);
    const changed = await act(
      'updateAccount',
      { id: made.id, version: 1, custom: { risk: 'HIGH', creditScore: null } },
      'custom',
      seller,
    );
    expect(changed['custom']).toEqual({ meterNumber: 'QX-4711', risk: 'HIGH' });
    const refused = await call(
      'createAccount',
      { name: 'X', custom: { creditScore: 2000, meterNumber: '1', colour: 'red' } },
      'account { id }',
      seller,
    );
    expect(problemsOf(refused).sort()).toEqual([
      'BAD_INPUT custom.colour',
      'BAD_INPUT custom.creditScore',
      'BAD_INPUT custom.meterNumber',
    ]);
    await cloud.idle();
    expect((await find({ custom: { meterNumber: { eq: 'QX-4711' } } })).map(({ id }) => id)).toEqual([made.id]);
    expect(
      (await find({ custom: { risk: { in: ['HIGH'] }, creditScore: { isNull: true } } })).map(({ id }) => id),
    ).toEqual([made.id]);
    type Hits = { search: { hits: { record: { id: string } }[] } };
    const hits = await ask<Hits>('{ search(text: "4711") { hits { record { id } } } }', {}, seller);
    expect(hits.search.hits.map(({ record }) => record.id)).toEqual([made.id]);
    type Told = { events: { events: { type: string; changed: object }[] } };
    const told = await ask<Told>(
      'query($id: ID!) { events(records: [$id], first: 100) { events { type changed } } }',
      { id: made.id },
      administrator,
    );
    expect(told.events.events.at(-1)?.changed).toEqual({
      'custom.creditScore': { from: 700 },
      'custom.risk': { from: 'LOW', to: 'HIGH' },
    });
    type Entries = { timeline: { entries: { changed: { field: string }[] }[] } };
    const line = await ask<Entries>(
      'query($id: ID!) { timeline(record: $id) { entries { changed { field } } } }',
      { id: made.id },
      seller,
    );
    expect(line.timeline.entries[0]?.changed.map(({ field }) => field).sort()).toEqual([
      'custom.creditScore',
      'custom.risk',
    ]);
  });

  it('ENT-03 change or go out of use without breaking a record', async () => {
    const plan = await define('Account', 'plan', {
      kind: 'CHOICE',
      options: [option('GOLD', 'Oro', 'Gold'), option('TIN', 'Lata', 'Tin')],
    });
    const { id } = await act('createAccount', { name: 'Socio', custom: { plan: 'TIN' } });
    expect(problemsOf(await redefine(plan, { kind: 'INTEGER', options: [] }))).toContain('KIND_WOULD_BREAK kind');
    expect(problemsOf(await redefine(plan, { options: [option('GOLD', 'Oro', 'Gold')] }))).toEqual([
      'OPTION_REMOVED options',
    ]);
    const { customField } = await redefine(plan, {
      options: [option('GOLD', 'Oro', 'Gold'), { ...option('TIN', 'Lata', 'Tin'), retired: true }],
    });
    expect(
      problemsOf(await call('createAccount', { name: 'Nuevo', custom: { plan: 'TIN' } }, 'account { id }')),
    ).toEqual(['BAD_INPUT custom.plan']);
    await redefine(customField as Defined, { retired: true });
    const kept = await act('updateAccount', { id, version: 1, sector: 'Agua' }, 'custom');
    expect(kept['custom']).toEqual({ plan: 'TIN' });
    expect(
      problemsOf(await call('updateAccount', { id, version: 2, custom: { plan: 'GOLD' } }, 'account { id }')),
    ).toEqual(['BAD_INPUT custom.plan']);
  });

  it('ENT-03 are the administrators’ to define, and hidden by role', async () => {
    expect(await failing(define('Account', 'mine', { kind: 'TEXT' }, seller))).toContain('FORBIDDEN');
    await define('Account', 'margin', { kind: 'PERCENT', sensitive: true });
    const { id } = await act('createAccount', { name: 'Secreta', custom: { margin: 12.5 } }, '', seller);
    const role = {
      key: 'blind-seller',
      name: 'Blind',
      entities: [{ entity: 'Account', create: 'all', read: 'all', update: 'all' }],
      hiddenFields: ['Account.custom.margin'],
    };
    expect((await call('createRole', role, 'role { id }')).userErrors).toEqual([]);
    expect(
      problemsOf(
        await call('createRole', { ...role, key: 'wrong', hiddenFields: ['Account.custom.nothing'] }, 'role { id }'),
      ),
    ).toEqual(['UNKNOWN_FIELD hiddenFields.0']);
    const key = await call('createApiKey', { name: 'blind', roles: ['blind-seller'] }, 'key');
    const blind: Caller = { key: String(key['key']) };
    type One = { account: { custom: object | null } };
    const seen = (caller: Caller) => ask<One>('query($id: ID!) { account(id: $id) { custom } }', { id }, caller);
    expect((await seen(administrator)).account.custom).toEqual({ margin: '12.5' });
    expect((await seen(blind)).account.custom).toEqual({});
    expect(await failing(find({ custom: { margin: { gt: '10' } } }, blind))).toContain('margin');
    expect(
      problemsOf(await call('updateAccount', { id, version: 1, custom: { margin: '1' } }, 'account { id }', blind)),
    ).toEqual(['READ_ONLY_FIELD custom.margin']);
    await cloud.idle();
    expect(
      JSON.stringify(
        await ask('query($id: ID!) { events(records: [$id], first: 100) { events { data changed } } }', { id }),
      ),
    ).not.toContain('12.5');
  });

  it('ENT-03 are each tenant’s own', async () => {
    const other = await startOtherTenant(cloud);
    await define('Account', 'onlyOurs', { kind: 'TEXT' });
    await define('Account', 'meterNumber', { kind: 'INTEGER' }, other);
    const theirs = await act('createAccount', { name: 'Ajena', custom: { meterNumber: 7 } }, 'custom', other);
    expect(theirs['custom']).toEqual({ meterNumber: 7 });
    expect(
      problemsOf(await call('createAccount', { name: 'X', custom: { onlyOurs: 'x' } }, 'account { id }', other)),
    ).toEqual(['BAD_INPUT custom.onlyOurs']);
    expect(
      problemsOf(await call('createAccount', { name: 'X', custom: { meterNumber: 7 } }, 'account { id }')),
    ).toEqual(['BAD_INPUT custom.meterNumber']);
    type Fields = { customFields: { nodes: { key: string }[] } };
    const fields = await ask<Fields>('{ customFields { nodes { key } } }', {}, other);
    expect(fields.customFields.nodes).toEqual([{ key: 'meterNumber' }]);
    await comesBack(other);
  });

  it('CON-02 are of contacts too: required from a day on, by kind of contact, and filled by imports under their labels', async () => {
    await define('Contact', 'shirtSize', {
      kind: 'CHOICE',
      labels: { es: 'Talla de camisa', en: 'Shirt size' },
      options: [option('S', 'Pequeña', 'Small'), option('L', 'Grande', 'Large')],
    });
    await define('Contact', 'licence', {
      kind: 'TEXT',
      appliesTo: { type: { eq: 'PERSON' } },
      required: true,
      requiredFrom: '2040-01-01T00:00:00.000Z',
    });
    expect(
      problemsOf(
        await call(
          'createContact',
          { type: 'ORGANISATION', organisationName: 'Club', custom: { licence: 'A' } },
          'contact { id }',
        ),
      ),
    ).toEqual(['BAD_INPUT custom.licence']);
    const table = 'Nombres;Apellidos;Talla de camisa;licence\nAna;Mora;Grande;B1\nLuis;Paz;Enorme;B2\n';
    const done = await run(cloud, await mapped(cloud, 'Contact', 'socios.csv', table));
    expect(done.counts).toMatchObject({ created: 1, failed: 1 });
    type Contacts = { contacts: { nodes: { name: string; custom: object }[] } };
    await cloud.idle();
    const found = await ask<Contacts>(
      '{ contacts(where: { custom: { licence: { eq: "B1" } } }) { nodes { name custom } } }',
    );
    expect(found.contacts.nodes).toEqual([{ name: 'Ana Mora', custom: { shirtSize: 'L', licence: 'B1' } }]);
  });

  it('INT-08 are real fields of the schema that the tenant downloads and asks by', async () => {
    await define('Product', 'voltage', { kind: 'INTEGER', searchable: true });
    await define('Product', 'successor', { kind: 'REFERENCE', refersTo: 'Product' });
    const headers = { authorization: `Bearer ${administrator.token ?? ''}` };
    const sdl = await (await fetch(`${cloud.ready().graphql}?sdl&schema=tenant`, { headers })).text();
    expect(sdl).toMatch(/type ProductCustom \{[^}]*successor: Product\n[^}]*voltage: Int/);
    expect(await (await fetch(`${cloud.ready().graphql}?sdl`, { headers })).text()).not.toContain('ProductCustom');
    const typed: Caller = { ...administrator, headers: { 'x-lazo-schema': 'tenant' } };
    const fields = 'custom { voltage successor { sku } }';
    const old = await act('createProduct', { sku: 'M-1', name: 'Motor', custom: { voltage: 220 } }, fields, typed);
    const next = await act(
      'createProduct',
      { sku: 'M-2', name: 'Motor 2', custom: { successor: old.id } },
      fields,
      typed,
    );
    expect(next['custom']).toEqual({ voltage: null, successor: { sku: 'M-1' } });
    await cloud.idle();
    type Products = { products: { nodes: { sku: string }[] } };
    const list = await ask<Products>(
      '{ products(where: { custom: { voltage: { eq: 220 } } }) { nodes { sku } } }',
      {},
      typed,
    );
    expect(list.products.nodes).toEqual([{ sku: 'M-1' }]);
    expect(await failing(ask('{ products { nodes { custom { nothing } } } }', {}, typed))).toContain('nothing');
  });
});

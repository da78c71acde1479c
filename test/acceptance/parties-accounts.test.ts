import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';

let cloud: TestCloud;
const { ask, act, signIn, idOf } = openClient(() => cloud);
let seller: Caller;
let manager: Caller;
let sellerId: string;
let managerId: string;
beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, manager] = await Promise.all([signIn('seller'), signIn('manager')]);
  [sellerId, managerId] = await Promise.all([idOf(seller), idOf(manager)]);
}, 90_000);
afterAll(() => cloud.stop());

const make = (input: object, selection = '', caller: Caller = seller) => act('createAccount', input, selection, caller);
type Found<Name extends string, Value> = { readonly [N in Name]: Value };
type Nodes<Node> = { readonly nodes: readonly Node[] };

describe('accounts', () => {
  it('ENT-01 are people or companies of any kind, several kinds at once', async () => {
    const company = await make(
      {
        name: 'Textiles Andinos',
        legalName: 'Textiles Andinos S.A.',
        kinds: ['CUSTOMER', 'PRESCRIBER'],
        taxId: '1790016919001',
      },
      'type kinds taxIdType taxIdCheck',
    );
    expect(company).toMatchObject({
      type: 'COMPANY',
      kinds: ['CUSTOMER', 'PRESCRIBER'],
      taxIdType: 'RUC',
      taxIdCheck: 'VALID',
    });
    const person = await make(
      { type: 'PERSON', name: 'Rosa Cruz', kinds: ['PROSPECT'], taxId: '1700000019', birthday: '1980-02-29' },
      'type taxIdType birthday',
    );
    expect(person).toMatchObject({ type: 'PERSON', taxIdType: 'CEDULA', birthday: '1980-02-29' });
    expect(await failing(make({ name: 'Otra', taxId: '1790016919-001' }))).toContain('NOT_UNIQUE');
    expect(await failing(make({ name: 'Otra', taxId: '17900' }))).toContain('TAX_ID_MALFORMED');
    const warned = await make({ name: 'Otra', taxId: '1790016929001' }, 'taxIdCheck');
    expect(warned['taxIdCheck']).toBe('CHECK_DIGIT_WRONG');
  });

  it('ENT-02 are companies or departments of a company, without circles', async () => {
    const university = await make({ name: 'Universidad' });
    const faculty = await make(
      { type: 'DEPARTMENT', name: 'Facultad de Derecho', parent: university.id },
      'parent { name }',
    );
    expect(faculty['parent']).toEqual({ name: 'Universidad' });
    await cloud.idle();
    const { account } = await ask<Found<'account', { children: Nodes<{ name: string }> }>>(
      'query ($id: ID!) { account(id: $id) { children { nodes { name } } } }',
      { id: university.id },
    );
    expect(account.children.nodes).toEqual([{ name: 'Facultad de Derecho' }]);
    expect(await failing(make({ type: 'DEPARTMENT', name: 'Sola' }))).toContain('PARENT_MISSING');
    expect(
      await failing(
        act('updateAccount', { id: university.id, version: university.version, parent: faculty.id }, '', seller),
      ),
    ).toContain('PARENT_CYCLE');
  });

  it('ENT-09 keep where they came from and why they were captured', async () => {
    const captured = {
      source: 'Feria Quito 2026',
      captureReason: 'Renueva su flota',
      zone: 'Sierra Norte',
      ownZone: 'Ruta 7',
      sector: 'transporte',
    };
    const { id } = await make({ name: 'Transportes Uno', ...captured });
    await cloud.idle();
    const asked =
      '{ accounts(where: { zone: { eq: "Sierra Norte" }, captureReason: { contains: "flota" } }) { nodes { id source captureReason zone ownZone sector } } }';
    const { accounts } = await ask<Found<'accounts', Nodes<object>>>(asked);
    expect(accounts.nodes).toEqual([{ id, ...captured }]);
  });

  it('ENT-10 are a card of an individual, or of a company with a card for each employee', async () => {
    const { id } = await make({ name: 'Clínica Sur' });
    for (const [firstName, role] of [
      ['Ana', 'DIRECTOR'],
      ['Bea', 'CHIEF_ACCOUNTANT'],
      ['Cruz', 'LAWYER'],
    ])
      await act('createContact', { firstName, role, account: id }, '', seller);
    await cloud.idle();
    const asked = 'query ($id: ID!) { account(id: $id) { mainContact { name } contacts { nodes { name role } } } }';
    const { account } = await ask<Found<'account', object>>(asked, { id });
    expect(account).toEqual({
      mainContact: { name: 'Ana' },
      contacts: {
        nodes: [
          { name: 'Ana', role: 'DIRECTOR' },
          { name: 'Bea', role: 'CHIEF_ACCOUNTANT' },
          { name: 'Cruz', role: 'LAWYER' },
        ],
      },
    });
  });

  it('ENT-11 hold free facts, and who changed them', async () => {
    const facts = [{ key: 'Aniversario', value: 'La fundó la abuela', date: '1962-05-01' }];
    const made = await make({ name: 'Panadería Luz', facts }, 'facts { key value date }');
    expect(made['facts']).toEqual(facts);
    await act(
      'updateAccount',
      { id: made.id, version: 1, facts: [...facts, { key: 'Temporada', value: 'Navidad' }] },
      '',
      seller,
    );
    await cloud.idle();
    type Version = { version: number; user: { id: string }; changed: { field: string; to: unknown }[] };
    const { history } = await ask<Found<'history', { versions: Version[] }>>(
      'query ($id: ID!) { history(record: $id) { versions { version user { id } changed { field to } } } }',
      { id: made.id },
    );
    expect(history.versions.map(({ version }) => version)).toEqual([2, 1]);
    expect(history.versions[0]).toMatchObject({ user: { id: sellerId }, changed: [{ field: 'facts' }] });
  });

  it('ENT-12 say who handles them, also where they are not for the asker to see; taking over leaves a trace', async () => {
    const administrator = await signIn('administrator');
    const theirs = await make(
      { name: 'Hotel Cóndor', taxId: '1792060346001', email: 'info@condor.ec' },
      '',
      administrator,
    );
    await act('createContact', { firstName: 'Luz', account: theirs.id }, '', administrator);
    await cloud.idle();
    const support = await signIn('support');
    const who = (args: string) =>
      ask<Found<'accountOwner', { handlers: object[] }>>(
        `{ accountOwner(${args}) { handlers { matchedBy owner account { id } } } }`,
        {},
        seller,
      );
    const { me } = await ask<{ me: { user: { name: string } } }>('{ me { user { name } } }', {}, administrator);
    for (const [args, matchedBy] of [
      ['taxId: "1792060346001"', 'TAX_ID'],
      ['email: "INFO@condor.ec"', 'EMAIL'],
      ['name: "hotel condor"', 'NAME'],
    ] as const) {
      const { accountOwner } = await who(args);
      expect(accountOwner.handlers).toEqual([{ matchedBy, owner: me.user.name, account: null }]);
    }
    const take = (caller: Caller) =>
      act(
        'takeOverAccount',
        { id: theirs.id, reason: 'Vacaciones' },
        'owner { id } takeOver { by from { id } reason }',
        caller,
      );
    expect(await failing(take(seller))).toContain('FORBIDDEN');
    expect(await failing(take(support))).toContain('FORBIDDEN');
    const mine = await make({ name: 'Hotel Puma' });
    const taken = await act(
      'takeOverAccount',
      { id: mine.id, reason: 'Vacaciones' },
      'owner { id } takeOver { by from { id } reason }',
      manager,
    );
    expect(taken).toMatchObject({
      owner: { id: managerId },
      takeOver: { by: managerId, from: { id: sellerId }, reason: 'Vacaciones' },
    });
    await cloud.idle();
    const { timeline } = await ask<Found<'timeline', { entries: object[] }>>(
      'query ($id: ID!) { timeline(record: $id, first: 1) { entries { type user { id } changed { field } } } }',
      { id: mine.id },
    );
    expect(timeline.entries).toMatchObject([{ type: 'account.takenOver', user: { id: managerId } }]);
  });

  it('ENT-15 record which products they are interested in, how much, and how we know', async () => {
    const product = await act('createProduct', { sku: 'INT-1', name: 'Horno' });
    const interest = { product: product.id, strength: 4, source: 'visita', date: '2026-11-20' };
    const made = await make(
      { name: 'Pizzería', interests: [interest] },
      'interests { product { name } strength source date }',
    );
    expect(made['interests']).toEqual([
      { product: { name: 'Horno' }, strength: 4, source: 'visita', date: '2026-11-20' },
    ]);
    expect(await failing(make({ name: 'x', interests: [{ ...interest, strength: 6 }] }))).toContain('BAD_INPUT');
    expect(await failing(make({ name: 'x', interests: [{ ...interest, product: made.id }] }))).toContain(
      'REFERENCE_NOT_FOUND',
    );
  });

  it('ENT-17 are customers and suppliers in one record', async () => {
    const both = await make({
      name: 'Ferretería',
      kinds: ['CUSTOMER', 'SUPPLIER'],
      externalIds: [{ system: 'erp', id: 'P-77' }],
    });
    await cloud.idle();
    type Has = Found<'accounts', Nodes<{ id: string }>>;
    const having = async (kind: string) =>
      (
        await ask<Has>(`{ accounts(where: { kinds: { has: ${kind} } }, first: 100) { nodes { id } } }`)
      ).accounts.nodes.map(({ id }) => id);
    expect(await having('SUPPLIER')).toContain(both.id);
    expect(await having('CUSTOMER')).toContain(both.id);
    expect(await having('PARTNER')).not.toContain(both.id);
    const found = await ask<Found<'recordsByExternalId', { matches: object[] }>>(
      '{ recordsByExternalId(type: "Account", system: "erp", ids: ["P-77", "P-78"]) { matches { id record { id } } } }',
    );
    expect(found.recordsByExternalId.matches).toEqual([{ id: 'P-77', record: { id: both.id } }]);
  });

  it('ENT-18 hold technical data and commercial terms', async () => {
    const given = {
      technicalData: { servers: [{ os: 'Debian', version: 12 }] },
      paymentTerms: '30 días',
      paymentDays: 30,
      paymentMethod: 'TRANSFER',
      creditLimit: { amount: '5000.00', currency: 'USD' },
    };
    const made = await make(
      { name: 'Datos SA', ...given },
      'technicalData paymentTerms paymentDays paymentMethod creditLimit { amount currency }',
    );
    expect(made).toMatchObject(given);
  });
});

describe('the overview of an account', () => {
  const asked = `query ($id: ID!) { account360(id: $id) {
    account { name owner { id } }
    contacts { name phone email owner { id } }
    opportunities { name stage owner { id } contact { name } }
    activities { subject owner { id } type { key } }
    timeline { entries { type user { id } record { id ... on Contact { name } } } hasNextPage }
  } }`;
  type Overview = { contacts: Answered[]; activities: Answered[]; timeline: { entries: { type: string }[] } };

  it('ENT-05 shows everything about it at once, in six requests and two trips', async () => {
    const { id } = await make({ name: 'Lácteos Sol' });
    const contact = await act(
      'createContact',
      { firstName: 'Eva', phone: '0991112233', email: 'eva@sol.ec', account: id },
      '',
      seller,
    );
    type Types = Found<'activityTypes', Nodes<{ id: string }>>;
    const [type] = (await ask<Types>('{ activityTypes(first: 1) { nodes { id } } }')).activityTypes.nodes;
    const startsAt = '2030-01-31T15:00:00Z';
    await act(
      'createActivity',
      { subject: 'Visita', type: type?.id, account: id, contact: contact.id, startsAt },
      '',
      seller,
    );
    await cloud.idle();
    const { data, extensions } = await cloud.graphql<Found<'account360', Overview>>(asked, { id }, seller);
    expect(data?.account360).toMatchObject({
      account: { name: 'Lácteos Sol', owner: { id: sellerId } },
      contacts: [{ name: 'Eva', phone: '+593991112233', email: 'eva@sol.ec' }],
      activities: [{ subject: 'Visita', owner: { id: sellerId } }],
      opportunities: [],
    });
    const cost = extensions?.['cost'] as { requests: number; roundTrips: number };
    expect(cost.roundTrips).toBeLessThanOrEqual(2);
    expect(cost.requests).toBeLessThanOrEqual(6);
  });

  it('ENT-06 tells all that was done with it, by whom, newest first, page by page', async () => {
    const { id } = await make({ name: 'Frutas Mar' });
    for (const firstName of ['Uno', 'Dos']) await act('createContact', { firstName, account: id }, '', seller);
    await act('updateAccount', { id, version: await versionOf(id), sector: 'fruta' }, '', seller);
    await cloud.idle();
    type Page = { entries: { type: string; user: { id: string } | null }[]; hasNextPage: boolean; endCursor: string };
    const page = async (after?: string) =>
      (
        await ask<Found<'timeline', Page>>(
          'query ($id: ID!, $after: String) { timeline(record: $id, first: 2, after: $after) { entries { type user { id } } hasNextPage endCursor } }',
          { id, after },
          seller,
        )
      ).timeline;
    const types: string[] = [];
    let next = await page();
    types.push(...next.entries.map(({ type }) => type));
    while (next.hasNextPage) {
      next = await page(next.endCursor);
      types.push(...next.entries.map(({ type }) => type));
    }
    expect(types[0]).toBe('account.updated');
    expect(types.at(-1)).toBe('account.created');
    expect(types.filter((type) => type === 'contact.created')).toHaveLength(2);
  });

  const versionOf = async (id: string) => {
    await cloud.idle();
    return (
      await ask<Found<'account', { version: number }>>('query ($id: ID!) { account(id: $id) { version } }', { id })
    ).account.version;
  };
});

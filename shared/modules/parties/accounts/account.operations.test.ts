import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person, teamRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { Account, type AccountRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let ben: string;
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
});

const make = (values: object = {}, actor?: Actor) =>
  domain.run<AccountRow>('createAccount', { name: 'Acme', ...values }, actor);
const change = (row: AccountRow, changes: object, actor?: Actor) =>
  domain.run<AccountRow>('updateAccount', { id: row.id, version: row.version, ...changes }, actor);
const read = (id: string) => domain.reader().data(Account).get(id);

describe('an account', () => {
  it('is a prospect company of whoever makes it, and costs one read and one write', async () => {
    const account = await make({}, person(domain, ana));
    expect(account).toMatchObject({ type: 'COMPANY', kinds: ['PROSPECT'], owner: ana, ownerId: ana, version: 1 });
    expect(domain.meter().requests).toBe(2);
  });

  it('may be several things at once, each once', async () => {
    expect((await make({ kinds: ['CUSTOMER', 'SUPPLIER', 'CUSTOMER'] })).kinds).toEqual(['CUSTOMER', 'SUPPLIER']);
  });

  it('knows where it is by its main address', async () => {
    const account = await make({
      addresses: [{ city: 'Quito', province: 'Pichincha', country: 'EC' }, { city: 'Cuenca' }],
    });
    expect(account).toMatchObject({ city: 'Quito', province: 'Pichincha', country: 'EC' });
    expect(await change(account, { addresses: [] })).not.toHaveProperty('city');
  });

  it('keeps its primary phone and e-mail beside the lists', async () => {
    const account = await make({ phone: '0991234567', emails: [{ address: 'Info@Acme.ec', label: 'office' }] });
    expect(account).toMatchObject({
      phone: '+593991234567',
      phones: [{ number: '+593991234567', primary: true }],
      email: 'info@acme.ec',
      emails: [{ address: 'info@acme.ec', label: 'office', primary: true }],
    });
    expect(await change(account, { phone: null })).not.toHaveProperty('phone');
  });

  it('refuses what cannot be', async () => {
    expect(await failure(make({ name: '' }))).toBe('BAD_INPUT');
    expect(await failure(make({ kinds: ['FRIEND'] }))).toBe('BAD_INPUT');
    expect(await failure(make({ currency: 'XXX' }))).toBe('UNKNOWN_CURRENCY');
    expect(await failure(make({ mainContactName: 'Eva' }))).toBe('BAD_INPUT');
    expect(await failure(make({ interests: [{ product: 'prd_00000000000000000000000000' }] }))).toBe(
      'REFERENCE_NOT_FOUND',
    );
    const two = [
      { number: '0991234567', primary: true },
      { number: '022345678', primary: true },
    ];
    expect(await failure(make({ phones: two }))).toBe('TWO_PRIMARIES');
  });
});

describe('a tax number', () => {
  it('is of the tenant’s country when nobody says, and its kind told by its length', async () => {
    const account = await make({ taxId: '1790016919-001' });
    expect(account).toMatchObject({
      taxId: '1790016919001',
      taxIdCountry: 'EC',
      taxIdType: 'RUC',
      taxIdCheck: 'VALID',
    });
    const other = await change(account, { taxId: '1700000019' });
    expect(other).toMatchObject({ taxIdType: 'CEDULA', taxIdCheck: 'VALID' });
    const none = await change(other, { taxId: null });
    for (const field of ['taxId', 'taxIdType', 'taxIdCountry', 'taxIdCheck']) expect(none).not.toHaveProperty(field);
  });

  it('is refused when it cannot be one, warned about when its check digit is wrong', async () => {
    expect(await failure(make({ taxId: '179001691900' }))).toBe('TAX_ID_MALFORMED');
    expect(await make({ taxId: '1790016929001' })).toMatchObject({ taxIdCheck: 'CHECK_DIGIT_WRONG' });
    expect(await make({ taxId: 'AB123', taxIdType: 'PASSPORT' })).toMatchObject({ taxIdCheck: 'NOT_CHECKED' });
  });

  it('belongs to one account of its country, however it is written', async () => {
    const first = await make({ taxId: '1790016919001' });
    const again = make({ taxId: '1790016919-001' });
    await expect(again).rejects.toMatchObject({ code: 'NOT_UNIQUE', path: ['taxId'] });
    await make({ taxId: '1790016919001', taxIdCountry: 'PE' });
    await change(first, { taxId: null });
    await make({ taxId: '1790016919001' });
  });
});

describe('external ids', () => {
  it('belong to one account each, and find it', async () => {
    const account = await make({ externalIds: [{ system: 'erp', id: 'C-1' }] });
    expect(await failure(make({ externalIds: [{ system: 'erp', id: 'C-1' }] }))).toBe('NOT_UNIQUE');
    const found = await domain.reader().data(Account).findUnique('externalIds', 'erp:C-1');
    expect(found?.id).toBe(account.id);
  });
});

describe('a hierarchy', () => {
  it('has departments under their company', async () => {
    expect(await failure(make({ type: 'DEPARTMENT' }))).toBe('PARENT_MISSING');
    const company = await make();
    const faculty = await make({ type: 'DEPARTMENT', parent: company.id, name: 'Faculty of Law' });
    const { rows } = await domain
      .reader()
      .data(Account)
      .list({ where: { parent: { eq: company.id } } });
    expect(rows.map(({ id }) => id)).toEqual([faculty.id]);
    expect(await failure(change(faculty, { parent: null }))).toBe('PARENT_MISSING');
  });

  it('has no circles', async () => {
    const top = await make();
    const middle = await make({ parent: top.id });
    const bottom = await make({ parent: middle.id });
    expect(await failure(change(top, { parent: top.id }))).toBe('PARENT_CYCLE');
    expect(await failure(change(top, { parent: bottom.id }))).toBe('PARENT_CYCLE');
    expect(await change(bottom, { parent: top.id })).toMatchObject({ parent: top.id });
  });

  it('has no circles that two moves at once would close, nor one through accounts that the mover cannot see', async () => {
    const [left, right] = [await make(), await make()];
    const moves = [change(left, { parent: right.id }), change(right, { parent: left.id })];
    const codes = await Promise.all(moves.map(failure));
    expect(codes.filter((code) => code === 'nothing failed')).toHaveLength(1);
    const mine = await make({ owner: ana });
    const theirs = await make({ owner: ben, parent: mine.id });
    const bottom = await make({ owner: ana, parent: theirs.id });
    expect(await failure(change(mine, { parent: bottom.id }, person(domain, ana)))).toBe('PARENT_CYCLE');
  });

  it('is twelve levels deep at most', async () => {
    let parent = await make();
    for (let level = 1; level < 12; level += 1) parent = await make({ parent: parent.id });
    expect(await failure(make({ parent: parent.id }))).toBe('nothing failed');
    const last = await make({ parent: parent.id });
    expect(await failure(make({ parent: last.id }))).toBe('PARENT_CYCLE');
  });
});

describe('handing on and taking over', () => {
  const boss = () => person(domain, ana, { rules: teamRules, teamMembers: [ana, ben] });

  it('is free for one’s own account and for one that nobody handles', async () => {
    const mine = await make({}, person(domain, ana));
    const handed = await change(mine, { owner: ben }, person(domain, ana));
    expect(handed).toMatchObject({ owner: ben, ownerId: ben });
    expect(handed).not.toHaveProperty('takeOver');
    const events = await domain.settle();
    expect(events.map(({ type }) => type)).toContain('account.assigned');
    const unowned = await make({}, domain.actor());
    expect(unowned).not.toHaveProperty('owner');
    expect(await change(unowned, { owner: ana })).toMatchObject({ owner: ana });
  });

  it('needs the permission for somebody else’s, and leaves a trace', async () => {
    const theirs = await make({}, person(domain, ben));
    const { operations: _none, ...scope } = teamRules;
    const reader = person(domain, ana, { rules: { ...scope, operations: [] }, teamMembers: [ben] });
    expect(await failure(change(theirs, { owner: ana }, reader))).toBe('FORBIDDEN');
    expect(await failure(domain.run('takeOverAccount', { id: theirs.id, reason: 'x' }, reader))).toBe('FORBIDDEN');
    await domain.settle();
    const taken = await domain.run<AccountRow>('takeOverAccount', { id: theirs.id, reason: 'Ben left.' }, boss());
    expect(taken).toMatchObject({ owner: ana, ownerId: ana, takeOver: { by: ana, from: ben, reason: 'Ben left.' } });
    const [event] = await domain.settle();
    expect(event).toMatchObject({
      type: 'account.takenOver',
      actor: ana,
      changed: { owner: { from: ben, to: ana }, takeOver: { to: { reason: 'Ben left.' } } },
    });
  });

  it('also leaves its trace when done by a plain change', async () => {
    const theirs = await make({}, person(domain, ben));
    await domain.settle();
    const taken = await change(theirs, { owner: ana, name: 'Acme & Co' }, boss());
    expect(taken).toMatchObject({ name: 'Acme & Co', owner: ana, takeOver: { by: ana, from: ben } });
    expect((await domain.settle()).map(({ type }) => type)).toEqual(['account.takenOver']);
  });

  it('finds an account that the taker cannot see by its tax number, and is asked twice but done once', async () => {
    const theirs = await make({ taxId: '1790016919001' }, person(domain, ben));
    const taker = person(domain, ana, { rules: { ...teamRules, entities: person(domain, ana).rules.entities } });
    expect(await failure(change(theirs, { name: 'x' }, taker))).toBe('NOT_FOUND');
    const input = { taxId: '1790016919-001', reason: 'Agreed.' };
    const taken = await domain.run<AccountRow>('takeOverAccount', input, taker, { idempotencyKey: 'k' });
    const again = await domain.run<AccountRow>('takeOverAccount', input, taker, { idempotencyKey: 'k' });
    expect([taken.id, again.id, again.version]).toEqual([theirs.id, theirs.id, 2]);
    expect(await failure(domain.run('takeOverAccount', { taxId: '1700000019', reason: 'x' }, taker))).toBe('NOT_FOUND');
    expect(await failure(domain.run('takeOverAccount', { reason: 'x' }, taker))).toBe('BAD_INPUT');
  });

  it('changes nothing when one handles it already', async () => {
    const mine = await make({}, boss());
    const same = await domain.run<AccountRow>('takeOverAccount', { id: mine.id, reason: 'again' }, boss());
    expect(same.version).toBe(1);
    expect(await read(mine.id)).not.toHaveProperty('takeOver');
  });
});

describe('who handles an account', () => {
  type Handlers = {
    readonly handlers: readonly { owner?: string; team?: string; matchedBy: string; account?: AccountRow }[];
  };
  const ask = (input: object) => domain.run<Handlers>('accountOwner', { ...input }, person(domain, ana));

  it('is told by tax number, e-mail address or full name, and nothing more', async () => {
    const theirs = await make(
      { name: 'Café Ñandú S.A.', taxId: '1790016919001', email: 'info@nandu.ec' },
      person(domain, ben),
    );
    await domain.run('createContact', { firstName: 'Eva', email: 'eva@gmail.com', account: theirs.id });
    await domain.settle();
    for (const [input, matchedBy] of [
      [{ taxId: '1790016919-001' }, 'TAX_ID'],
      [{ email: 'INFO@nandu.ec' }, 'EMAIL'],
      [{ email: 'eva@gmail.com' }, 'EMAIL'],
      [{ name: 'cafe nandu sa' }, 'NAME'],
      [{ name: 'Café' }, undefined],
      [{ name: 'CAFE NANDU S.A.' }, 'NAME'],
    ] as const) {
      const { handlers } = await ask(input);
      expect(handlers).toEqual(matchedBy ? [{ matchedBy, owner: 'Ben' }] : []);
    }
  });

  it('shows the account to whoever may see it', async () => {
    const mine = await make({ name: 'Acme' }, person(domain, ana));
    await domain.settle();
    expect((await ask({ name: 'ACME' })).handlers).toMatchObject([{ owner: 'Ana', account: { id: mine.id } }]);
  });

  it('is nobody where there is no such account, and asks for something to go by', async () => {
    await make({ name: 'Acme Quito', email: 'info@acme.ec' }, person(domain, ben));
    await domain.settle();
    for (const input of [{ name: 'Acme' }, { email: 'info@acme' }, { email: 'fo@acme.ec' }, { taxId: '1700000019' }])
      expect((await ask(input)).handlers).toEqual([]);
    expect(await failure(ask({}))).toBe('BAD_INPUT');
  });
});

describe('other tenants', () => {
  it('see, name and take nothing, and may have the same numbers', async () => {
    const account = await make({ taxId: '1790016919001', externalIds: [{ system: 'erp', id: '1' }] });
    await domain.settle();
    const stranger = domain.actor({ tenant: `${tenanted.tenant}x` });
    const strange = (operation: string, input: object) => failure(domain.run(operation, { ...input }, stranger));
    expect(await strange('updateAccount', { id: account.id, version: 1, name: 'x' })).toBe('NOT_FOUND');
    expect(await strange('takeOverAccount', { id: account.id, reason: 'x' })).toBe('NOT_FOUND');
    expect(await strange('takeOverAccount', { taxId: '1790016919001', reason: 'x' })).toBe('NOT_FOUND');
    expect(await strange('createAccount', { name: 'x', parent: account.id })).toBe('REFERENCE_NOT_FOUND');
    expect(await strange('account360', { id: account.id })).toBe('NOT_FOUND');
    expect(
      (await domain.run<{ handlers: unknown[] }>('accountOwner', { taxId: '1790016919001' }, stranger)).handlers,
    ).toEqual([]);
    const same = { name: 'Acme', taxId: '1790016919001', externalIds: [{ system: 'erp', id: '1' }] };
    expect(await strange('createAccount', same)).toBe('nothing failed');
  });
});

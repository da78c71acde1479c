import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person } from '#test/support/parties';
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

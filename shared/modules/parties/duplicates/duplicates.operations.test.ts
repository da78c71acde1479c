import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, AnyRow, Table } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { Contact } from '#modules/parties/contacts';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { ownRules, partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { DuplicateCandidate, findAlike, type DuplicateCandidateRow } from './index.ts';
import { identityIn } from './kinds.rules.ts';
import { neighboursOf } from './neighbours.operations.ts';
import { contactKind } from './party-kinds.rules.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let ben: string;
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
});

type Found = {
  readonly matches: readonly { record?: AnyRow; handledBy?: AnyRow; verdict: string; reasons: object[] }[];
};
const run = <Answer = AnyRow>(operation: string, input: object, actor?: Actor) =>
  domain.run<Answer>(operation, { ...input }, actor);
const find = (input: object, actor?: Actor) => run<Found>('findDuplicates', input, actor);
const vera = { firstName: 'María José', lastName: 'Vera', email: 'mj.vera@puerto.ec', phone: '+593991234567' };
const alike = { firstName: 'Maria Jose', lastName: 'Bera', phone: '+593991234567' };
const candidates = async (actor?: Actor): Promise<readonly DuplicateCandidateRow[]> =>
  (await domain.reader(actor).data(DuplicateCandidate).list({ first: 50 })).rows;

describe('findDuplicates', () => {
  it('finds before anything is saved who is there already, with reasons', async () => {
    const { id } = await run('createContact', vera);
    await run('createContact', { firstName: 'Otra', lastName: 'Persona', phone: '+593987000111' });
    await domain.settle();
    const { matches } = await find({ input: { firstName: 'Jose Maria', lastName: 'Vera', phones: ['0991234567'] } });
    expect(matches).toMatchObject([{ record: { id }, type: 'Contact', verdict: 'CERTAIN' }]);
    expect(matches[0]?.reasons).toHaveLength(2);
    expect((await find({ input: { firstName: 'Nadie', lastName: 'Así' } })).matches).toEqual([]);
  });

  it('finds by any e-mail address and phone, and by the sound of the name', async () => {
    const emails = [{ address: 'ana@puerto.ec', primary: true }, { address: 'a.vera+casa@gmail.com' }];
    const phones = [{ number: '+593991234567', primary: true }, { number: '+59342222222' }];
    const { id } = await run('createContact', { firstName: 'Ana', lastName: 'Vera', emails, phones });
    await domain.settle();
    const idsOf = async (input: object) => (await find({ input })).matches.map(({ record }) => record?.id);
    const other = { firstName: 'Anna', lastName: 'Veraz' };
    expect(await idsOf({ ...other, emails: ['ana@puerto.ec'] })).toEqual([id]);
    expect(await idsOf({ ...other, emails: ['avera@gmail.com'] })).toEqual([id]);
    expect(await idsOf({ ...other, phones: ['042222222'] })).toEqual([id]);
    expect(await idsOf({ firstName: 'Bera', lastName: 'Ana' })).toEqual([id]);
    await run('archiveContact', { id, version: 1 });
    await domain.settle();
    expect(await idsOf({ firstName: 'Ana', lastName: 'Vera', phones: ['0991234567'] })).toEqual([]);
  });

  it('finds companies and persons among accounts, and the duplicates of a record', async () => {
    const first = await run('createAccount', { name: 'Molinos del Valle S.A.', phone: '+59342222222' });
    const second = await run('createAccount', { name: 'MOLINOS DEL VALLE', phone: '+59342222222' });
    await domain.settle();
    const asked = await find({ input: { type: 'ORGANISATION', name: 'Molinos del Valle Cía. Ltda.' } });
    expect(new Set(asked.matches.map(({ record }) => record?.id))).toEqual(new Set([first.id, second.id]));
    expect((await find({ record: first.id })).matches).toMatchObject([{ record: { id: second.id } }]);
    expect((await find({ record: first.id, types: ['Contact'] })).matches).toEqual([]);
  });

  it('says of what is hidden only who looks after it', async () => {
    await run('createContact', { ...vera, owner: ana });
    await domain.settle();
    const { matches } = await find(
      { input: { ...alike, phones: [vera.phone], phone: undefined } },
      person(domain, ben),
    );
    expect(matches).toHaveLength(1);
    expect(matches[0]).toMatchObject({ handledBy: { id: ana }, reasons: [] });
    expect(matches[0]?.record).toBeUndefined();
  });

  it('keeps a duplicate from being made, where that is asked', async () => {
    const { id } = await run('createContact', { ...vera, owner: ana });
    await domain.settle();
    const again = { ...alike, lastName: 'Vera' };
    await expect(run('createContact', { ...again, unlessDuplicate: true })).rejects.toThrow(id);
    await expect(run('createContact', { ...again, unlessDuplicate: true }, person(domain, ben))).rejects.toThrow(
      'Somebody else',
    );
    await run('createContact', { firstName: 'Otra', lastName: 'Persona', unlessDuplicate: true });
    await run('createContact', again);
    await run('createAccount', { name: 'Molinos', phone: '+59342222222' });
    await domain.settle();
    expect(await failure(run('createAccount', { name: 'MOLINOS', phone: '+59342222222', unlessDuplicate: true }))).toBe(
      'DUPLICATE_FOUND',
    );
  });

  it('sees no other tenant', async () => {
    await run('createContact', vera);
    await domain.settle();
    const { matches } = await find(
      { input: { ...alike, phones: [vera.phone], phone: undefined } },
      domain.actor({ tenant: 'elsewhere' }),
    );
    expect(matches).toEqual([]);
  });

  it('refuses a record that is not there, or not compared', async () => {
    const { id } = await run('createProduct', { name: 'Harina', sku: 'H1' }).catch(() => ({ id: ana }));
    expect(await failure(find({ record: 'con_00000000000000000000000000' }))).toBe('NOT_FOUND');
    expect(await failure(find({ record: id }))).toBe('BAD_INPUT');
  });

  it('leaves out keys that too many share', async () => {
    for (let count = 0; count < 3; count += 1) await run('createContact', { firstName: 'Sola', lastName: 'Persona' });
    await domain.settle();
    expect((await find({ input: { firstName: 'Sola', lastName: 'Persona' } })).matches).toHaveLength(3);
  });
});

describe('the queue of candidates', () => {
  it('is kept as records are made, changed and archived', async () => {
    const first = await run('createContact', { ...vera, owner: ana });
    const second = await run('createContact', { ...alike, owner: ben });
    await domain.settle();
    const [candidate] = await candidates();
    expect(candidate).toMatchObject({ type: 'Contact', status: 'OPEN' });
    expect(new Set([candidate?.record, candidate?.other])).toEqual(new Set([first.id, second.id]));
    const changed = { id: second.id, version: 1, lastName: 'Quiroga', phones: [{ number: '+593987000111' }] };
    await run('updateContact', changed);
    await domain.settle();
    expect(await candidates()).toMatchObject([{ status: 'GONE' }]);
    await run('updateContact', { id: second.id, version: 2, lastName: 'Vera', phones: [{ number: vera.phone }] });
    await domain.settle();
    expect(await candidates()).toMatchObject([{ status: 'OPEN' }]);
    await run('archiveContact', { id: first.id, version: 1 });
    await domain.settle();
    expect(await candidates()).toMatchObject([{ status: 'GONE' }]);
  });

  it('belongs to whoever looks after one of both', async () => {
    await run('createContact', { ...vera, owner: ana });
    await run('createContact', { ...alike, owner: ana });
    await domain.settle();
    expect(await candidates(person(domain, ana))).toHaveLength(1);
    expect(await candidates(person(domain, ben))).toEqual([]);
  });

  it('never suggests again what was declared to be two', async () => {
    const first = await run('createContact', vera);
    const second = await run('createContact', alike);
    await domain.settle();
    await run('keepApart', { record: second.id, other: first.id, note: 'Madre e hija.' });
    await run('updateContact', { id: second.id, version: 1, lastName: 'Vera' });
    await domain.settle();
    expect(await candidates()).toMatchObject([{ status: 'DISTINCT', note: 'Madre e hija.', decidedBy: 'usr_test' }]);
    expect((await find({ record: first.id })).matches).toEqual([]);
  });

  it('refuses pairs that cannot be compared', async () => {
    const contact = await run('createContact', vera);
    const account = await run('createAccount', { name: 'Molinos' });
    const apart = (other: string, actor?: Actor) => failure(run('keepApart', { record: contact.id, other }, actor));
    expect(await apart(account.id)).toBe('NOT_COMPARABLE');
    expect(await apart(contact.id)).toBe('NOT_COMPARABLE');
    expect(await apart(account.id, domain.actor({ rules: ownRules, userId: ben, id: ben }))).toBe('NOT_FOUND');
  });

  it('is filled for what was there before by a job', async () => {
    await run('createContact', vera);
    await run('createContact', alike);
    await domain.settle();
    const [found] = await candidates();
    await run('checkDuplicates', { type: 'Contact' });
    await workOff(domain);
    expect(await candidates()).toEqual([found]);
  });

  it('is the same whether many records are looked at together or each by itself', async () => {
    const emails = [{ address: 'ana@puerto.ec', primary: true }, { address: 'a.vera+casa@gmail.com' }];
    const made = [
      await run('createContact', vera),
      await run('createContact', alike),
      await run('createContact', { firstName: 'Ana', lastName: 'Vera', emails, birthday: '1980-02-01' }),
      await run('createContact', { firstName: 'Anna', lastName: 'Quiroga', email: 'avera@gmail.com' }),
      await run('createContact', { firstName: 'Sola', lastName: 'Persona', birthday: '1980-02-01' }),
      await run('createContact', { type: 'ORGANISATION', organisationName: 'Molinos' }),
    ];
    await run('createContact', { firstName: 'Vera', lastName: 'Ana', phone: '+593987000111' });
    await domain.settle();
    const context = domain.reader();
    const ids = made.map(({ id }) => id);
    const neighbours = await neighboursOf(context, contactKind, ids);
    for (const row of made) {
      const asked = { types: ['Contact'], except: row.id };
      const among = neighbours?.get(row.id) ?? [];
      const identity = identityIn(contactKind, await context.trusted(Contact).get(row.id));
      const told = async (more: object) =>
        (await findAlike(context, identity, { ...asked, ...more })).map(({ row: { id } }) => id);
      expect(new Set(await told({ among }))).toEqual(new Set(await told({})));
    }
    expect(neighbours?.size).toBe(5);
    expect(await neighboursOf(context, contactKind, ids, 2)).toEqual(neighbours);
  });
});

describe('many of one name', () => {
  it('cost the last one no more than the one before: so many are compared, and so few are noted', async () => {
    const counts = { writes: 0, read: 0 };
    const over = (inner: Table): Table => ({
      ...inner,
      transact: (writes) => ((counts.writes += writes.length), inner.transact(writes)),
      batchGet: async (keys, options) => {
        counts.read += keys.length;
        return inner.batchGet(keys, options);
      },
      metered: (meter) => over(inner.metered(meter)),
    });
    domain = startDomain({ modules: partyModules, table: over(tenanted.table), tenant: tenanted.tenant });
    const shops = (count: number) =>
      Promise.all(Array.from({ length: count }, () => run('createAccount', { name: 'Tienda La Económica' })));
    const costOfOne = async () => {
      Object.assign(counts, { writes: 0, read: 0 });
      await shops(1);
      await domain.settle();
      return { ...counts };
    };
    await shops(52);
    await domain.settle();
    const earlier = await costOfOne();
    await shops(12);
    await domain.settle();
    const later = await costOfOne();
    // Their events fall into one shard of the feed or another: at most eight heads more.
    expect(later.writes).toBeLessThanOrEqual(earlier.writes + 8);
    expect(later.read).toBeLessThanOrEqual(earlier.read + 8);
    const { rows } = await domain.reader().data(DuplicateCandidate).list({ first: 100 });
    expect(rows.length).toBeGreaterThan(50);
  });
});

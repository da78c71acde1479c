import { beforeEach, describe, expect, it } from '@jest/globals';
import { newMeter, systemActor, type AnyRow, type Meter } from '#kernel';
import { modules } from '#modules';
import { Account } from '#modules/parties/accounts';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { birthdayAfter } from './birthday.rules.ts';
import { Contact, type ContactRow } from './index.ts';

/** The search for duplicates is a reaction of its own, with queries of its own for each contact. */
const withoutSearchForDuplicates = modules.map((each) =>
  each.name === 'parties/duplicates' ? { ...each, reactions: [] } : each,
);

const tenanted = withTenantTable();
let domain: Domain;
let meter: Meter;
beforeEach(() => {
  meter = newMeter();
  domain = startDomain({
    modules: withoutSearchForDuplicates,
    table: tenanted.table.metered(meter),
    tenant: tenanted.tenant,
  });
  // A container remembers for a minute who the product is in a tenant, and what the tenant has defined.
  Object.assign(domain.runtime, {
    actorFor: (tenant: string, what: string) => Promise.resolve(systemActor(tenant, what)),
  });
});

const makeAccount = () => domain.run<AnyRow>('createAccount', { name: 'Acme' });
const makeContact = (account: AnyRow, firstName: string) =>
  domain.run<AnyRow>('createContact', { firstName, account: account.id });
const mainOf = async ({ id }: AnyRow) => (await domain.reader().data(Account).get(id)).mainContact;
const requestsOfSettling = async (): Promise<number> => {
  const before = meter.requests;
  await domain.settle();
  return meter.requests - before;
};

describe('a further contact of an account', () => {
  it('is looked at with what its read models are made of: two requests to record it, three to follow it', async () => {
    const account = await makeAccount();
    await makeContact(account, 'Ana');
    await domain.settle();
    await makeContact(account, 'Luis');
    expect(await requestsOfSettling()).toBe(4);
  });

  it('costs no further request in a batch of many', async () => {
    const account = await makeAccount();
    await makeContact(account, 'Ana');
    await domain.settle();
    for (const name of ['Luis', 'Eva', 'Juan', 'Rosa']) await makeContact(account, name);
    expect(await requestsOfSettling()).toBe(4);
  });
});

describe('contacts of one account whose events come together', () => {
  it('see what the one before made of the account', async () => {
    const account = await makeAccount();
    await domain.settle();
    const [ana] = [await makeContact(account, 'Ana'), await makeContact(account, 'Luis')];
    await domain.settle();
    expect(await mainOf(account)).toBe(ana.id);
    await domain.run('archiveContact', { id: ana.id, version: 1 });
    const eva = await makeContact(account, 'Eva');
    await domain.settle();
    expect(await mainOf(account)).toBe(eva.id);
  });
});

describe('a birthday', () => {
  it('comes every year, on the 28th of February where there is no 29th', () => {
    expect(birthdayAfter('1990-11-24', '2026-11-23')).toBe('2026-11-24');
    expect(birthdayAfter('1990-11-24', '2026-11-24')).toBe('2027-11-24');
    expect(birthdayAfter('1992-02-29', '2026-12-31')).toBe('2027-02-28');
    expect(birthdayAfter('1992-02-29', '2027-02-28')).toBe('2028-02-29');
  });

  it('is known from the day on which it is told, follows its change, and is celebrated once', async () => {
    const create = { lastName: 'Cruz', birthday: '1990-11-24' };
    const made = await domain.run<ContactRow>('createContact', create);
    expect(made.nextBirthday).toBe('2026-11-24');
    const moved = await domain.run<ContactRow>('updateContact', { id: made.id, version: 1, birthday: '1990-11-23' });
    expect(moved.nextBirthday).toBe('2026-11-23');
    domain.clock.set('2026-11-23T11:59:00.000Z');
    await domain.advanceTo('2026-11-23T12:05:00.000Z');
    const events = (await domain.settle()).filter(({ type }) => type === 'contact.celebrated');
    expect(events).toHaveLength(1);
    const after = await domain.reader().data(Contact).get(made.id);
    expect(after.nextBirthday).toBe('2027-11-23');
    const forgotten = { id: made.id, version: after.version, birthday: null };
    expect((await domain.run<ContactRow>('updateContact', forgotten)).nextBirthday).toBeUndefined();
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Actor, Table } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import type { AccountRow } from '#modules/parties/accounts';
import { Account } from '#modules/parties/accounts';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { partyModules, person, teamRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { Contact, mayReach, type ContactRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let ben: string;
beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
});

const makeAccount = (values: object = {}) => domain.run<AccountRow>('createAccount', { name: 'Acme', ...values });
const make = (values: object = {}, actor?: Actor) =>
  domain.run<ContactRow>('createContact', { firstName: 'Eva', ...values }, actor);
const change = ({ id }: ContactRow, changes: object) => {
  const now = domain.reader().data(Contact).get(id);
  return now.then(({ version }) => domain.run<ContactRow>('updateContact', { id, version, ...changes }));
};
const account = (id: string) => domain.reader().data(Account).get(id);
const contact = (id: string) => domain.reader().data(Contact).get(id);

describe('a contact', () => {
  it('is called by its first and last name, or the name of the organisation', async () => {
    expect((await make({ lastName: 'Mora' })).name).toBe('Eva Mora');
    const agency = { type: 'ORGANISATION', firstName: null, organisationName: 'Agencia Uno' };
    expect((await make(agency)).name).toBe('Agencia Uno');
    expect(await failure(make({ firstName: null }))).toBe('NAME_MISSING');
    expect(await failure(make({ ...agency, organisationName: null }))).toBe('NAME_MISSING');
    expect((await change(await make(), { firstName: null, lastName: 'Sola' })).name).toBe('Sola');
  });

  it('belongs to the owner of its account when nobody is named, at the price of any create', async () => {
    const acme = await makeAccount({ owner: ben });
    expect(await make({ account: acme.id }, domain.actor({ userId: ana }))).toMatchObject({ owner: ben, ownerId: ben });
    expect(domain.meter().requests).toBe(2);
    expect(await make({}, person(domain, ana))).toMatchObject({ owner: ana });
  });

  it('says by which channels it may be reached, each with date and source', async () => {
    const eva = await make({
      consents: [
        { channel: 'EMAIL', granted: true, source: 'fair' },
        { channel: 'SMS', granted: false },
      ],
    });
    expect(eva.consents?.[0]).toEqual({
      channel: 'EMAIL',
      granted: true,
      source: 'fair',
      at: '2026-11-22T15:00:00.000Z',
    });
    expect([mayReach(eva, 'EMAIL'), mayReach(eva, 'SMS'), mayReach(eva, 'PHONE')]).toEqual([true, false, undefined]);
    const twice = [
      { channel: 'SMS', granted: true },
      { channel: 'SMS', granted: false },
    ];
    expect(await failure(make({ consents: twice }))).toBe('CONSENT_TWICE');
  });

  it('is in lists with its phone and e-mail, in one request a shard', async () => {
    await make({ phone: '0991234567', email: 'Eva@Acme.ec' });
    const reader = domain.reader();
    const { rows } = await reader.data(Contact).list({ first: 50 });
    expect(rows[0]).toMatchObject({ name: 'Eva', phone: '+593991234567', email: 'eva@acme.ec' });
    expect(reader.meter).toMatchObject({ requests: 4, trips: 1 });
  });

  it('is not seen, changed or given away by those whose it is not', async () => {
    const theirs = await make({}, person(domain, ben));
    const mine = await make({}, person(domain, ana));
    const { rows } = await domain.reader(person(domain, ana)).data(Contact).list({});
    expect(rows.map(({ id }) => id)).toEqual([mine.id]);
    const input = { id: theirs.id, version: 1, firstName: 'x' };
    expect(await failure(domain.run('updateContact', input, person(domain, ana)))).toBe('NOT_FOUND');
    expect(await failure(make({ owner: ben }, person(domain, ana)))).toBe('FORBIDDEN');
    const boss = person(domain, ana, { rules: teamRules, teamMembers: [ben] });
    const team = await domain.reader(boss).data(Contact).list({});
    expect(team.rows.map(({ id }) => id).sort()).toEqual([theirs.id, mine.id].sort());
  });
});

describe('the main contact of an account', () => {
  it('is its first one, and shows its name, phone and e-mail in lists of accounts', async () => {
    const acme = await makeAccount();
    const eva = await make({ account: acme.id, lastName: 'Mora', phone: '0991234567', email: 'eva@acme.ec' });
    await make({ account: acme.id, firstName: 'Zoe' });
    await domain.settle();
    const { rows } = await domain.reader().data(Account).list({});
    expect(rows[0]).toMatchObject({
      mainContact: eva.id,
      mainContactName: 'Eva Mora',
      mainContactPhone: '+593991234567',
      mainContactEmail: 'eva@acme.ec',
    });
  });

  it('keeps up with the contact, and costs nothing when nothing shown has changed', async () => {
    const acme = await makeAccount();
    const eva = await make({ account: acme.id, email: 'eva@acme.ec' });
    await domain.settle();
    await change(eva, { email: 'eva@new.ec' });
    const events = await domain.settle();
    expect(events.map(({ type }) => type)).toEqual(['contact.updated', 'account.mainContactChanged']);
    expect((await account(acme.id)).mainContactEmail).toBe('eva@new.ec');
    await change(eva, { jobTitle: 'Buyer' });
    expect(await domain.settle()).toHaveLength(1);
  });

  it('can be chosen, and stays chosen', async () => {
    const acme = await makeAccount();
    await make({ account: acme.id });
    const zoe = await make({ account: acme.id, firstName: 'Zoe' });
    await domain.settle();
    const chosen = await domain.run<AccountRow>('setMainContact', { id: zoe.id });
    expect(chosen).toMatchObject({ mainContact: zoe.id, mainContactName: 'Zoe' });
    await make({ account: acme.id, firstName: 'Abe' });
    await domain.settle();
    expect((await account(acme.id)).mainContact).toBe(zoe.id);
    expect(await failure(domain.run('setMainContact', { id: (await make()).id }))).toBe('CONTACT_WITHOUT_ACCOUNT');
  });

  it('goes when it is archived or moves; the next takes its place, or nobody does', async () => {
    const [acme, bolt] = [await makeAccount(), await makeAccount({ name: 'Bolt' })];
    const eva = await make({ account: acme.id });
    const zoe = await make({ account: acme.id, firstName: 'Zoe' });
    await domain.settle();
    await change(eva, { account: bolt.id });
    await domain.settle();
    expect([(await account(acme.id)).mainContact, (await account(bolt.id)).mainContact]).toEqual([zoe.id, eva.id]);
    await domain.run('archiveContact', { id: zoe.id, version: 1 });
    await domain.settle();
    for (const field of ['mainContact', 'mainContactName']) expect(await account(acme.id)).not.toHaveProperty(field);
    await domain.run('restoreContact', { id: zoe.id, version: 2 });
    await domain.settle();
    expect((await account(acme.id)).mainContact).toBe(zoe.id);
  });

  it('is the same however often and late its events come', async () => {
    const acme = await makeAccount();
    const eva = await make({ account: acme.id, email: 'eva@acme.ec' });
    const first = await domain.settle();
    await change(eva, { email: 'eva@new.ec' });
    const second = await domain.settle();
    const before = await account(acme.id);
    await consumeEvents(domain.runtime, [...second, ...first, ...second]);
    expect(await domain.settle()).toEqual([]);
    expect(await account(acme.id)).toEqual(before);
  });
});

describe('when an account is taken over', () => {
  const takeOver = (id: string) =>
    domain.run(
      'takeOverAccount',
      { id, reason: 'Ben left.' },
      person(domain, ana, { rules: teamRules, teamMembers: [ben] }),
    );

  it('its contacts go to the new owner, but not those that somebody else has', async () => {
    const [cleo = ''] = await makePeople(domain, ['Cleo']);
    const acme = await makeAccount({ owner: ben });
    const theirs = await make({ account: acme.id });
    const other = await make({ account: acme.id, owner: cleo });
    const free = await make({ owner: ben });
    await domain.settle();
    await takeOver(acme.id);
    const events = await domain.settle();
    expect(events.map(({ type }) => type)).toEqual(['account.takenOver', 'contact.assigned']);
    expect(await contact(theirs.id)).toMatchObject({ owner: ana, ownerId: ana });
    expect((await contact(other.id)).owner).toBe(cleo);
    expect((await contact(free.id)).owner).toBe(ben);
    expect((await domain.reader(person(domain, ben)).data(Contact).list({})).rows.map(({ id }) => id)).toEqual([
      free.id,
    ]);
  });

  it('hundreds of contacts go by a job', async () => {
    const acme = await makeAccount({ owner: ben });
    for (let count = 0; count < 101; count += 1) await make({ account: acme.id, lastName: String(count) });
    await domain.settle();
    await takeOver(acme.id);
    await domain.settle();
    await workOff(domain);
    const mine = await domain.reader(person(domain, ana)).data(Contact).list({ first: 100 });
    expect([mine.rows.length, mine.hasNextPage]).toEqual([100, true]);
    expect((await domain.reader(person(domain, ben)).data(Contact).list({})).rows).toEqual([]);
  });
});

describe('a new contact in the background', () => {
  /** Counts the items that are written, transactions and batches taken apart. */
  const counting = (table: Table) => {
    const counted = { items: 0 };
    const over = (inner: Table): Table => ({
      ...inner,
      write: (write) => ((counted.items += 1), inner.write(write)),
      transact: (writes) => ((counted.items += writes.length), inner.transact(writes)),
      batchWrite: (writes) => ((counted.items += writes.length), inner.batchWrite(writes)),
      metered: (meter) => over(inner.metered(meter)),
    });
    return { table: over(table), counted };
  };

  it('costs few items: log, head, memo, two timelines and a word each, which bear its phone too', async () => {
    const { table, counted } = counting(tenanted.table);
    domain = startDomain({ modules: partyModules, table, tenant: tenanted.tenant });
    const acme = await makeAccount();
    await make({ account: acme.id });
    await domain.settle();
    await make({
      account: acme.id,
      firstName: 'Juan',
      lastName: 'López',
      email: 'jlopez@empresa.com.ec',
      phone: '0991234567',
    });
    counted.items = 0;
    await domain.settle();
    expect(counted.items).toBe(9);
  });
});

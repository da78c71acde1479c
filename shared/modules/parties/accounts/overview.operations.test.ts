import { beforeEach, describe, expect, it } from '@jest/globals';
import { entity, module, optional, ownedBy, ref, text, type AnyRow } from '#kernel';
import { modules } from '#modules';
import { accountSections, type AccountSection } from '#modules/parties/accounts';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person } from '#test/support/parties';
import { makePeople, peopleForTests } from '#test/support/people';

const documentOf = (name: string, idPrefix: string) =>
  entity(name, {
    idPrefix,
    describes: 'A document.',
    fields: { account: ref('Account'), title: text(), owner: optional(ref('User')) },
    owner: ownedBy('owner', undefined, 'account'),
    keys: { byAccount: { gsi: 1, of: 'account', sort: 'createdAt', as: 'doc' } },
    defaults: ['create'],
    timeline: ['account'],
    title: ({ title }) => title,
  });
const Letter = documentOf('Letter', 'let');
const Bill = documentOf('Bill', 'bil');
const section = (of: typeof Letter): AccountSection => ({
  name: 'documents',
  describes: 'Documents of the account, newest first.',
  of,
  key: 'byAccount',
  descending: true,
  first: 3,
});
const papers = module('sales/papers', {
  entities: [Letter, Bill],
  contributes: { [accountSections]: [section(Letter), section(Bill)] },
});

type Overview = {
  readonly account: AnyRow;
  readonly contacts: readonly AnyRow[];
  readonly documents: readonly AnyRow[];
  readonly timeline: { readonly entries: readonly { type: string; record: AnyRow }[]; readonly hasNextPage: boolean };
};

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let ben: string;
beforeEach(async () => {
  domain = startDomain({ modules: [...partyModules, papers], table: tenanted.table, tenant: tenanted.tenant });
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
});
const run = (operation: string, input: object) => domain.run<AnyRow>(operation, { ...input });
const overview = (id: string, actor = domain.actor()) => domain.run<Overview>('account360', { id }, actor);

const story = async () => {
  const account = await run('createAccount', { name: 'Acme', owner: ana });
  for (const firstName of ['Eva', 'Abe']) await run('createContact', { firstName, account: account.id });
  await run('createContact', { firstName: 'Bea', account: account.id, owner: ben });
  for (const kind of ['Letter', 'Bill', 'Letter', 'Bill']) {
    domain.clock.advance(1000);
    await run(`create${kind}`, { account: account.id, title: kind });
  }
  await domain.settle();
  return account.id;
};

describe('the overview of an account', () => {
  it('has what other modules contribute, typed where a section has one entity, mixed where it has several', async () => {
    const { account, contacts, documents, timeline } = await overview(await story());
    expect(account).toMatchObject({ name: 'Acme' });
    expect(contacts.map(({ name }) => name)).toEqual(['Abe', 'Bea', 'Eva']);
    expect(documents.map(({ title }) => title)).toEqual(['Bill', 'Letter', 'Bill']);
    const billed = timeline.entries.find(({ type }) => type === 'bill.created');
    expect(billed?.record).toMatchObject({ title: 'Bill' });
    const returns = domain.registry.operations.get('account360')?.returns;
    expect(returns).toMatchObject({
      contacts: { shape: { kind: 'list', of: { shape: { kind: 'ref', to: 'Contact' } } } },
      documents: { shape: { kind: 'list', of: { shape: { kind: 'ref', to: '*' } } } },
    });
  });

  it('costs two trips, and a request for each section besides account, timeline and what they refer to', async () => {
    const id = await story();
    await overview(id);
    expect(domain.meter()).toMatchObject({ requests: 5, trips: 2 });
  });

  it('leaves out what is not for the reader, and all of it where the account is not', async () => {
    const id = await story();
    const { contacts, timeline } = await overview(id, person(domain, ana));
    expect(contacts.map(({ name }) => name)).toEqual(['Abe', 'Eva']);
    expect(timeline.entries.every(({ record }) => record.ownerId !== ben)).toBe(true);
    expect(await failure(overview(id, person(domain, ben)))).toBe('NOT_FOUND');
    expect(await failure(overview('acc_00000000000000000000000000'))).toBe('NOT_FOUND');
  });
});

describe('with all modules', () => {
  it('has open opportunities and planned activities too, within six requests and two trips', async () => {
    domain = startDomain({ modules: [...modules, peopleForTests], table: tenanted.table, tenant: tenanted.tenant });
    const id = (await run('createAccount', { name: 'Acme', owner: ana })).id;
    await run('createContact', { firstName: 'Eva', account: id });
    await domain.settle();
    const answer = await overview(id);
    expect(domain.meter().requests).toBeLessThanOrEqual(6);
    expect(domain.meter().trips).toBeLessThanOrEqual(2);
    expect(answer).toMatchObject({ contacts: [{ name: 'Eva' }], activities: [], opportunities: [] });
  });
});

import { beforeEach, describe, expect, it } from '@jest/globals';
import { entity, inheritsFrom, integer, module, mutation, optional, ownedBy, ref, text, type AnyRow } from '#kernel';
import { accountFigures, accountSections, type AccountSection } from '#modules/parties/accounts';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { startApi } from '#test/support/api';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';

const documentOf = (name: string, idPrefix: string) =>
  entity(name, {
    idPrefix,
    describes: 'A document.',
    fields: { account: ref('Account'), title: text(), owner: optional(ref('User')) },
    owner: ownedBy('owner', undefined, 'account'),
    keys: { byAccount: { gsi: 1, of: 'account', sort: 'createdAt', as: 'pap' } },
    defaults: ['create'],
    timeline: ['account'],
    title: ({ title }) => title,
  });
const Letter = documentOf('Letter', 'xle');
const Bill = documentOf('Bill', 'xbi');
const section = (of: typeof Letter): AccountSection => ({
  name: 'papers',
  describes: 'Papers of the account, newest first.',
  of,
  key: 'byAccount',
  descending: true,
  first: 3,
});
const papers = module('sales/papers', {
  entities: [Letter, Bill],
  contributes: { [accountSections]: [section(Letter), section(Bill)] },
});

/** Claims stand in one request with cases and documents, the open ones alone. */
const Claim = entity('Claim', {
  idPrefix: 'xcl',
  describes: 'A claim.',
  fields: { account: ref('Account'), worth: integer() },
  states: { field: 'status', initial: 'OPEN', moves: { OPEN: ['SHUT'], SHUT: [] }, closedIn: ['SHUT'] },
  owner: inheritsFrom('account'),
  keys: { byAccount: { gsi: 1, of: 'account', sort: 'createdAt', as: 'doc', openFirst: true } },
  defaults: ['create'],
  title: ({ id }) => id,
});
const shutClaim = mutation('shutClaim', {
  describes: 'Shuts a claim.',
  needs: 'claim.update',
  input: { id: ref('Claim') },
  returns: Claim,
  run: async ({ id }, { data }) => data(Claim).move(await data(Claim).get(id), 'SHUT'),
});
const claims = module('service/claims', {
  entities: [Claim],
  operations: [shutClaim],
  contributes: {
    [accountSections]: [{ ...section(Letter), name: 'claims', of: Claim, first: 2 }],
    [accountFigures]: [
      {
        name: 'claimed',
        field: optional(integer({ describes: 'What open claims are worth.' })),
        section: 'claims',
        of: (rows: readonly AnyRow[]) => rows.reduce((sum, { worth }) => sum + Number(worth), 0),
      },
    ],
  },
});

type Overview = {
  readonly account: AnyRow;
  readonly contacts: readonly AnyRow[];
  readonly papers: readonly AnyRow[];
  readonly documents: readonly AnyRow[];
  readonly cases: readonly AnyRow[];
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
    const { account, contacts, papers, timeline } = await overview(await story());
    expect(account).toMatchObject({ name: 'Acme' });
    expect(contacts.map(({ name }) => name)).toEqual(['Abe', 'Bea', 'Eva']);
    expect(papers.map(({ title }) => title)).toEqual(['Bill', 'Letter', 'Bill']);
    const billed = timeline.entries.find(({ type }) => type === 'bill.created');
    expect(billed?.record).toMatchObject({ title: 'Bill' });
    const returns = domain.registry.operations.get('account360')?.returns;
    expect(returns).toMatchObject({
      contacts: { shape: { kind: 'list', of: { shape: { kind: 'ref', to: 'Contact' } } } },
      papers: { shape: { kind: 'list', of: { shape: { kind: 'ref', to: '*' } } } },
      documents: { shape: { kind: 'list', of: { shape: { kind: 'ref', to: 'OutsideDocument' } } } },
    });
  });

  it('costs six requests in two trips, and one more with a section that shares its request with none', async () => {
    const id = await story();
    await overview(id);
    expect(domain.meter()).toMatchObject({ requests: 7, trips: 2 });
    domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
    await overview(id);
    expect(domain.meter()).toMatchObject({ requests: 6, trips: 2 });
  });

  it('reads open cases and documents in one request: all of the cases first, then the newest documents', async () => {
    const id = await story();
    const labels = { es: 'Queja', en: 'Complaint' };
    const type = await run('createCaseType', { key: 'COMPLAINT', labels });
    for (const subject of ['Rota', 'Tarde']) await run('createCase', { type: type.id, account: id, subject });
    for (const day of ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'])
      await run('createOutsideDocument', {
        type: 'INVOICE',
        account: id,
        number: day,
        issuedOn: `2026-10-${day}`,
        total: { minor: 1000, currency: 'USD' },
      });
    await domain.settle();
    const { cases, documents } = await overview(id);
    expect(cases.map(({ subject }) => subject).sort()).toEqual(['Rota', 'Tarde']);
    expect(documents.map(({ number }) => number)).toEqual(['12', '11', '10', '09', '08', '07', '06', '05', '04', '03']);
    const { rows } = await domain
      .reader()
      .data(domain.registry.entity('OutsideDocument'))
      .page('byAccount', { of: id, first: 50 });
    expect(rows).toHaveLength(12);
  });

  it('reads open records of several kinds in one request, sums them up, and lets none crowd out the others', async () => {
    domain = startDomain({ modules: [...partyModules, claims], table: tenanted.table, tenant: tenanted.tenant });
    const account = await run('createAccount', { name: 'Acme' });
    const claim = (worth: number) => run('createClaim', { account: account.id, worth });
    const [first] = [await claim(1), await claim(10), await claim(100)];
    await run('createOutsideDocument', {
      ...{ type: 'INVOICE', account: account.id, number: '1', issuedOn: '2026-10-01' },
      total: { minor: 1000, currency: 'USD' },
    });
    await run('shutClaim', { id: first.id });
    await domain.settle();
    const seen = async () => {
      const found = (await overview(account.id)) as Overview & { claims: readonly AnyRow[]; claimed?: number };
      return { worth: found.claims.map(({ worth }) => worth), claimed: found.claimed, papers: found.documents.length };
    };
    expect(await seen()).toEqual({ worth: [100, 10], claimed: 110, papers: 1 });
    expect(domain.meter().trips).toBe(2);
    for (let worth = 1000; worth < 1200; worth++) await claim(worth);
    expect(await seen()).toEqual({ worth: [1199, 1198], claimed: undefined, papers: 1 });
  });

  it('leaves out what is not for the reader, and all of it where the account is not', async () => {
    const id = await story();
    const { contacts, timeline } = await overview(id, person(domain, ana));
    expect(contacts.map(({ name }) => name)).toEqual(['Abe', 'Eva']);
    expect(timeline.entries.length).toBeGreaterThan(0);
    expect(timeline.entries.every(({ record }) => record.ownerId !== ben)).toBe(true);
    expect(await failure(overview(id, person(domain, ben)))).toBe('NOT_FOUND');
    expect(await failure(overview('acc_00000000000000000000000000'))).toBe('NOT_FOUND');
  });
});

describe('over the API, with all modules', () => {
  const asked = `query ($id: ID!) {
    account360(id: $id) {
      account { name phone owner { name } mainContact { name } }
      contacts { name phone email owner { name } account { name } }
      opportunities { name amount { amount } owner { name } contact { name } pipeline { name } }
      activities { subject agendaAt owner { name } contact { name } type { key } }
      timeline { entries { type at user { name } record { id ... on Contact { name owner { name } } } changed { field from to } } hasNextPage }
    }
  }`;

  it('takes six requests in two trips, the names of related records included', async () => {
    const api = startApi({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
    domain = api.domain;
    const [eve] = await makePeople(domain, ['Eve']);
    const account = await run('createAccount', { name: 'Acme', owner: eve });
    const contact = await run('createContact', { firstName: 'Eva', phone: '0991234567', account: account.id });
    const name = { es: 'Charla', en: 'Talk' };
    const type = await run('createActivityType', { key: 'TALK', name });
    await run('createActivity', {
      type: type.id,
      subject: 'Talk',
      account: account.id,
      contact: contact.id,
      startsAt: '2026-11-23T15:00:00Z',
    });
    await domain.settle();
    const { data, errors, extensions } = await api.ask<{ account360: unknown }>(asked, { id: account.id });
    expect(errors).toBeUndefined();
    expect(data.account360).toMatchObject({
      account: { owner: { name: 'Eve' }, mainContact: { name: 'Eva' } },
      contacts: [{ name: 'Eva', phone: '+593991234567', account: { name: 'Acme' } }],
      activities: [{ subject: 'Talk', contact: { name: 'Eva' }, type: { key: 'TALK' } }],
      opportunities: [],
    });
    expect(extensions.cost).toMatchObject({ requests: 6, roundTrips: 2 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';

let cloud: TestCloud;
const { ask, act, signIn, idOf } = openClient(() => cloud);
let seller: Caller;
let manager: Caller;
let administrator: Caller;
beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, manager, administrator] = (await Promise.all(['seller', 'manager', 'administrator'].map(signIn))) as [
    Caller,
    Caller,
    Caller,
  ];
}, 90_000);
afterAll(() => cloud.stop());

const make = (input: object, selection = '', caller: Caller = seller) => act('createContact', input, selection, caller);
type Nodes<Node> = { readonly nodes: readonly Node[] };

describe('contacts', () => {
  it('CON-01 are people or organisations, any number of an account, or free', async () => {
    const account = await act('createAccount', { name: 'Minera Oro' }, '', seller);
    const person = await make(
      { firstName: 'Ana', lastName: 'Vega', title: 'Ing.', role: 'BUYER', account: account.id },
      'name account { name } owner { id }',
    );
    expect(person).toMatchObject({
      name: 'Ana Vega',
      account: { name: 'Minera Oro' },
      owner: { id: await idOf(seller) },
    });
    await make({ type: 'ORGANISATION', organisationName: 'Gestoría Paz', account: account.id });
    const free = await make(
      { firstName: 'Libre', consents: [{ channel: 'EMAIL', granted: true, source: 'web' }] },
      'consents { channel granted source }',
    );
    expect(free['consents']).toEqual([{ channel: 'EMAIL', granted: true, source: 'web' }]);
    expect(await failing(make({ jobTitle: 'Sin nombre' }))).toContain('NAME_MISSING');
    await cloud.idle();
    const asked = 'query ($id: ID!) { account(id: $id) { contacts { nodes { name type } } } }';
    const found = await ask<{ account: { contacts: Nodes<object> } }>(asked, { id: account.id }, seller);
    expect(found.account.contacts.nodes).toEqual([
      { name: 'Ana Vega', type: 'PERSON' },
      { name: 'Gestoría Paz', type: 'ORGANISATION' },
    ]);
  });

  it('CON-03 are found at once by any word, e-mail address, or some digits of a phone', async () => {
    const { id } = await make({
      firstName: 'Mónica',
      lastName: 'Ibáñez Ruiz',
      email: 'm.ibanez@puerto.com.ec',
      phones: [{ number: '0987654321', label: 'mobile' }],
    });
    await make({ firstName: 'Mónica', lastName: 'Otra' }, '', administrator);
    await cloud.idle();
    type Found = { search: { hits: { record: { id: string } }[]; isComplete: boolean } };
    const find = async (text: string, caller: Caller) => {
      const asked =
        'query ($text: String!) { search(text: $text, types: ["Contact"]) { hits { title record { id ... on Contact { phone email } } } isComplete } }';
      return (await ask<Found>(asked, { text }, caller)).search.hits.map(({ record }) => record.id);
    };
    for (const text of [
      'ibanez',
      'MON RUI',
      'm.ibanez@puerto.com.ec',
      'puerto',
      '5432',
      '4321',
      '098 765 4321',
      '+593987654321',
      '7654',
    ])
      expect([text, await find(text, seller)]).toEqual([text, [id]]);
    expect(await find('monica', seller)).toEqual([id]);
    expect(await find('monica', administrator)).toHaveLength(2);
    expect(await find('nadie', administrator)).toEqual([]);
    const { extensions } = await cloud.graphql('{ search(text: "ibanez") { hits { title } } }', {}, seller);
    expect(extensions?.['cost']).toMatchObject({ requests: 2, roundTrips: 2 });
  });

  it('CON-05 are listed with name, phone and e-mail in one trip; accounts with their main contact’s', async () => {
    const account = await act('createAccount', { name: 'Zapatos Zeta' }, '', seller);
    const phones = [{ number: '022345678' }, { number: '0991234567', primary: true }];
    await make({ firstName: 'Zoila', phones, email: 'zoila@zeta.ec', account: account.id });
    await cloud.idle();
    const contacts = await cloud.graphql<{ contacts: Nodes<object> }>(
      '{ contacts(first: 100) { nodes { name phone email } } }',
      {},
      manager,
    );
    expect(contacts.data?.contacts.nodes).toContainEqual({
      name: 'Zoila',
      phone: '+593991234567',
      email: 'zoila@zeta.ec',
    });
    expect(contacts.extensions?.['cost']).toMatchObject({ roundTrips: 1 });
    const asked = '{ accounts(first: 100) { nodes { name phone mainContactName mainContactPhone mainContactEmail } } }';
    const accounts = await cloud.graphql<{ accounts: Nodes<object> }>(asked, {}, manager);
    const main = { mainContactName: 'Zoila', mainContactPhone: '+593991234567', mainContactEmail: 'zoila@zeta.ec' };
    expect(accounts.data?.accounts.nodes).toContainEqual({ name: 'Zapatos Zeta', phone: null, ...main });
    expect(accounts.extensions?.['cost']).toMatchObject({ roundTrips: 1 });
  });
});

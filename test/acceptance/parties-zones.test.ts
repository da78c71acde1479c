import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { signInThere, startOtherTenant } from '#test/support/other-tenant';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;
let manager: Caller;
let stranger: Caller;
const ask: Selling['ask'] = (query, variables, caller) => selling.ask(query, variables, caller);
const act: Selling['act'] = (name, input, selection, caller) => selling.act(name, input, selection, caller);

beforeAll(async () => {
  selling = await startSelling();
  seller = await selling.tokenOf('seller');
  manager = await selling.tokenOf('manager');
  stranger = await startOtherTenant(selling.cloud);
}, 120_000);
afterAll(() => selling.cloud.stop());

/** People sign in anew after the clock went on: tokens live an hour. */
const later = async (seconds: number): Promise<void> => {
  await selling.cloud.advance(seconds);
  await selling.cloud.idle();
  seller = await selling.tokenOf('seller');
  manager = await selling.tokenOf('manager');
  stranger = await signInThere(selling.cloud);
};

type Placed = { id: string; version: number; zone: string | null; zoneBy: string | null; ownZone: string | null };
const placed = 'account { id version zone zoneBy ownZone }';
const labels = (text: string) => ({ es: text, en: text });
const zone = (key: string, input: object, caller?: Caller) =>
  act('createZone', { key, labels: labels(key), kind: 'GEOGRAPHIC', ...input }, 'zone { id version }', caller);
const account = (name: string, input: object = {}) => act<Placed>('createAccount', { name, ...input }, placed, seller);
const read = async (id: string) =>
  (await ask<{ account: Placed }>(`query ($id: ID!) { ${placed.replace('account', 'account(id: $id)')} }`, { id }))
    .account;
const square = (south: number, west: number, size: number) => [
  { latitude: south, longitude: west },
  { latitude: south, longitude: west + size },
  { latitude: south + size, longitude: west + size },
  { latitude: south + size, longitude: west },
];

describe('zones', () => {
  it('SEG-05 are geographic or of one’s own; accounts find theirs by address or point, and follow new definitions', async () => {
    const known = await account('Ya estaba', { addresses: [{ city: 'Cuenca', country: 'EC' }] });
    const named = await account('A mano', { addresses: [{ city: 'Cuenca', country: 'EC' }], zone: 'Especial' });
    await zone('Cuenca', { areas: [{ country: 'EC', city: 'Cuenca' }] });
    await zone('Norte de Quito', { areas: [{ country: 'EC', postcodeFrom: '170500', postcodeTo: '170599' }] });
    await zone('Ruta 7', {
      kind: 'OWN',
      polygons: [{ outline: square(-1, -79, 2), holes: [{ outline: square(-0.3, -78.6, 0.2) }] }],
    });
    const found = await account('Nueva', {
      addresses: [{ city: 'Quito', postcode: '170 512', country: 'EC', point: { latitude: -0.6, longitude: -78.5 } }],
    });
    expect(found).toMatchObject({ zone: 'Norte de Quito', zoneBy: 'ADDRESS', ownZone: 'Ruta 7' });
    const inTheHole = await account('Hueco', { addresses: [{ point: { latitude: -0.2, longitude: -78.5 } }] });
    expect(inTheHole).toMatchObject({ zone: null, ownZone: null });
    await later(300);
    expect(await read(known.id)).toMatchObject({ zone: 'Cuenca', zoneBy: 'ADDRESS' });
    expect(await read(named.id)).toMatchObject({ zone: 'Especial', zoneBy: 'MANUAL' });
    const { accounts } = await ask<{ accounts: { nodes: { id: string }[] } }>(
      '{ accounts(where: { ownZone: { eq: "Ruta 7" } }) { nodes { id } } }',
    );
    expect(accounts.nodes).toEqual([{ id: found.id }]);
  });

  it('SEG-05 take accounts by hand, refuse what is no zone, and are the tenant’s own', async () => {
    const list = await zone('Lista VIP', { kind: 'OWN' });
    const chosen = await account('Elegida');
    const putting = { zone: list.id, accounts: [chosen.id] };
    const put = (caller: Caller) =>
      act<Placed[]>('putIntoZone', putting, 'accounts { id version zone zoneBy ownZone }', caller);
    expect(await put(seller)).toMatchObject([{ id: chosen.id, ownZone: 'Lista VIP' }]);
    await expect(put(stranger)).rejects.toThrow('NOT_FOUND');
    await expect(zone('Nada', {})).rejects.toThrow('ZONE_EMPTY');
    await expect(zone('Mía', { kind: 'OWN' }, seller)).rejects.toThrow('FORBIDDEN');
    await expect(zone('Suya', { kind: 'OWN' }, manager)).rejects.toThrow('FORBIDDEN');
    const theirs = await ask<{ zones: { nodes: object[] } }>('{ zones { nodes { id } } }', {}, stranger);
    expect(theirs.zones.nodes).toEqual([]);
  });
});

describe('lists', () => {
  it('SEG-01 SEG-05 hold the tenant’s words: a misspelling survives as data until it is merged, and its key redirects', async () => {
    const entry = (key: string, es: string) =>
      act('createListEntry', { list: 'SECTOR', key, labels: { es, en: key } }, 'listEntry { id version }');
    const right = await entry('technology', 'Tecnología');
    const wrong = await entry('technolgy', 'Tecnolgía');
    type Account = { id: string; sector: string };
    const make = (name: string, sector: string) =>
      act<Account>('createAccount', { name, sector }, 'account { id sector }', seller);
    const survivor = await make('Bluth', 'technolgy');
    expect(survivor.sector).toBe('technolgy');
    expect((await make('Ganjaflex', 'tecnologia')).sector).toBe('technology');
    expect((await make('Codehow', 'fintch')).sector).toBe('fintch');
    await selling.cloud.idle();
    type Values = { listValues: { values: { value: string; count: number; entry: { id: string } | null }[] } };
    const asked = '{ listValues(list: SECTOR) { values { value count entry { id } } } }';
    const { listValues } = await ask<Values>(asked);
    expect(listValues.values).toContainEqual({ value: 'fintch', count: 1, entry: null });
    await expect(ask(asked, {}, seller)).rejects.toThrow('FORBIDDEN');
    const merge = (caller?: Caller) =>
      act('mergeListEntry', { id: wrong.id, into: right.id }, 'entry { status mergedInto { key } }', caller);
    await expect(merge(manager)).rejects.toThrow('FORBIDDEN');
    expect(await merge()).toEqual({ status: 'MERGED', mergedInto: { key: 'technology' } });
    await selling.cloud.idle();
    const { account: followed } = await ask<{ account: Account }>(
      'query ($id: ID!) { account(id: $id) { id sector } }',
      { id: survivor.id },
    );
    expect(followed.sector).toBe('technology');
    expect((await make('Otra', 'Technolgy')).sector).toBe('technology');
    await act('retireListEntry', { id: right.id }, 'listEntry { id }');
    await expect(make('Tarde', 'technology')).rejects.toThrow('LIST_ENTRY_RETIRED');
  });
});

describe('ranking', () => {
  it('ENT-14 puts customers into classes by what they buy, and tells why', async () => {
    const sell = async (name: string, amount: string, closedOn: string) => {
      const { id } = await account(name);
      await act(
        'createOpportunity',
        { name: 'Venta', account: id, stage: 'WON', closedOn, amount: { amount, currency: 'USD' } },
        'opportunity { id }',
        seller,
      );
      return id;
    };
    const day = new Date(Date.now() - 5 * 86_400_000).toISOString().slice(0, 10);
    const [big, middle, small] = [
      await sell('Grande', '8000.00', day),
      await sell('Mediana', '1500.00', day),
      await sell('Chica', '500.00', day),
    ];
    await selling.cloud.idle();
    await expect(act('rankAccounts', {}, 'job { id }', seller)).rejects.toThrow('FORBIDDEN');
    await act('rankAccounts', {}, 'job { id }');
    await selling.cloud.idle();
    type Ranking = { customerRanking: { accounts: { id: string; rank: string; ranking: object | null }[] } };
    const ranking = (caller?: Caller) =>
      ask<Ranking>(
        '{ customerRanking(first: 10) { accounts { id rank ranking { rank share revenue { amount } days source recency } } } }',
        {},
        caller,
      );
    const { customerRanking } = await ranking(manager);
    expect(customerRanking.accounts.slice(0, 3)).toMatchObject([
      {
        id: big,
        rank: 'A',
        ranking: { rank: 'A', share: 80, revenue: { amount: '8000.00' }, days: 1, source: 'opportunities' },
      },
      { id: middle, rank: 'B' },
      { id: small, rank: 'C' },
    ]);
    expect((await ranking(stranger)).customerRanking.accounts).toEqual([]);
  });

  it('ENT-14 is overruled by hand, with a reason', async () => {
    const { id, version } = await account('Estratégica');
    type Ranked = { rank: string; manualRank: { reason: string } };
    const rank = (input: object, caller: Caller) =>
      act<Ranked>('rankAccount', { id, ...input }, 'account { rank manualRank { reason } }', caller);
    expect(await rank({ version, rank: 'A', reason: 'Abre mercado' }, seller)).toEqual({
      rank: 'A',
      manualRank: { reason: 'Abre mercado' },
    });
    await expect(rank({ version, rank: 'B', reason: 'x' }, seller)).rejects.toThrow('STALE_VERSION');
    await expect(rank({ rank: 'B', reason: 'x' }, stranger)).rejects.toThrow('NOT_FOUND');
  });
});

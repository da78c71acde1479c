import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { partyModules, person } from '#test/support/parties';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
});

const zone = (key: string, more: object = {}) =>
  domain.run<AnyRow>('createZone', { key, labels: { es: key, en: key }, kind: 'GEOGRAPHIC', ...more });
const account = (values: object = {}) => domain.run<AnyRow>('createAccount', { name: 'Acme', ...values });
const update = (row: AnyRow, values: object) =>
  domain.run<AnyRow>('updateAccount', { id: row.id, version: row.version, ...values });
const now = async ({ id }: AnyRow) => (await domain.reader().records([id])).get(id);
/** Until new definitions hold everywhere, and accounts have followed. */
const later = async (minutes: number) => {
  await domain.settle();
  await domain.advanceTo(new Date(domain.clock.now().getTime() + minutes * 60_000).toISOString());
  await domain.settle();
  await workOff(domain);
};
const quito = [{ city: 'Quito', point: { latitude: -0.2, longitude: -78.5 } }];

describe('the zone of an account', () => {
  beforeEach(async () => {
    await zone('Quito', { areas: [{ country: 'EC', city: 'Quito' }] });
    await zone('Costa', { areas: [{ province: 'Guayas' }] });
    const outline = [
      { latitude: -1, longitude: -79 },
      { latitude: -1, longitude: -78 },
      { latitude: 0, longitude: -78 },
      { latitude: 0, longitude: -79 },
    ];
    await zone('Ruta 7', { kind: 'OWN', polygons: [{ outline }] });
  });

  it('is found by the main address as it is made and as it changes', async () => {
    const made = await account({ addresses: quito });
    expect(made).toMatchObject({ zone: 'Quito', zoneBy: 'ADDRESS', ownZone: 'Ruta 7', ownZoneBy: 'POINT' });
    const moved = await update(made, { addresses: [{ province: 'Guayas' }] });
    expect(moved).toMatchObject({ zone: 'Costa', version: 2 });
    expect(moved).not.toHaveProperty('ownZone');
    expect(await update(moved, { addresses: null })).not.toHaveProperty('zoneBy');
    expect(await account()).not.toHaveProperty('zone');
  });

  it('is the one that is named, wherever it moves, until nobody names one', async () => {
    const made = await account({ addresses: quito, zone: 'costa' });
    expect(made).toMatchObject({ zone: 'Costa', zoneBy: 'MANUAL', ownZone: 'Ruta 7' });
    const moved = await update(made, { addresses: [{ city: 'Quito' }] });
    expect(moved).toMatchObject({ zone: 'Costa', zoneBy: 'MANUAL' });
    expect(await update(moved, { zone: null })).toMatchObject({ zone: 'Quito', zoneBy: 'ADDRESS' });
    expect(await account({ zone: 'Nowhere yet' })).toMatchObject({ zone: 'Nowhere yet', zoneBy: 'MANUAL' });
  });

  it('is what zonesAt says', async () => {
    const found = await domain.run<{ zone: AnyRow; ownZone: AnyRow }>('zonesAt', { address: quito[0] });
    expect([found.zone['key'], found.ownZone['key']]).toEqual(['Quito', 'Ruta 7']);
  });
});

describe('a new definition of zones', () => {
  it('is followed by all accounts but those that were put there by hand, in one look', async () => {
    const before = await account({ addresses: quito });
    const named = await account({ addresses: quito, zone: 'Mine' });
    expect(before).not.toHaveProperty('zone');
    const city = await zone('Quito', { areas: [{ city: 'Quito' }] });
    await zone('Centro', { areas: [{ city: 'Quito' }], priority: 1 });
    await later(3);
    expect(await now(before)).toMatchObject({ zone: 'Centro', zoneBy: 'ADDRESS' });
    expect(await now(named)).toMatchObject({ zone: 'Mine', zoneBy: 'MANUAL' });
    const { rows } = await domain.reader().data(domain.registry.entity('Job')).list({});
    expect(rows).toHaveLength(1);
    expect(await now(city)).not.toHaveProperty('reviewAt');
    const centro = await domain.reader().data(domain.registry.entity('Zone')).findUnique('key', 'centro');
    await domain.run('retireZone', { id: centro?.id });
    await later(3);
    expect(await now(before)).toMatchObject({ zone: 'Quito' });
  });

  it('leaves accounts alone when only its label changes', async () => {
    const city = await zone('Quito', { areas: [{ city: 'Quito' }] });
    await later(3);
    const labels = { es: 'La capital', en: 'The capital' };
    const renamed = { id: city.id, version: (await now(city))?.version, labels };
    expect(await domain.run('updateZone', renamed)).not.toHaveProperty('reviewAt');
  });

  it.each([
    ['ZONE_EMPTY', {}],
    ['ZONE_EMPTY', { areas: [{}] }],
    ['POSTCODES_TURNED', { areas: [{ postcodeFrom: '200', postcodeTo: '100' }] }],
    [
      'POLYGON_FLAT',
      {
        polygons: [
          {
            outline: [
              { latitude: 1, longitude: 1 },
              { latitude: 1, longitude: 1 },
            ],
          },
        ],
      },
    ],
    ['BAD_INPUT', { polygons: [{ outline: [{ latitude: 91, longitude: 1 }] }] }],
  ])('is refused with %s', async (code, definition) => {
    expect(await failure(zone('Bad', definition))).toBe(code);
  });
});

describe('putIntoZone', () => {
  it('puts accounts that one may change into a zone by hand', async () => {
    const route = await zone('Ruta 9', { kind: 'OWN' });
    const rows = [await account(), await account({ addresses: quito })];
    const input = { zone: route.id, accounts: rows.map(({ id }) => id) };
    const { accounts } = await domain.run<{ accounts: AnyRow[] }>('putIntoZone', input);
    expect(accounts).toMatchObject([
      { ownZone: 'Ruta 9', ownZoneBy: 'MANUAL' },
      { ownZone: 'Ruta 9', ownZoneBy: 'MANUAL' },
    ]);
    expect(await failure(domain.run('putIntoZone', input, person(domain, 'usr_other')))).toBe('NOT_FOUND');
    await domain.run('retireZone', { id: route.id });
    expect(await failure(domain.run('putIntoZone', input))).toBe('ZONE_RETIRED');
  });
});

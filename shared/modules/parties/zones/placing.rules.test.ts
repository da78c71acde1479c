import { describe, expect, it } from '@jest/globals';
import { mapsOf, placeIn, type Place } from './placing.rules.ts';
import { isWithinPostcodes, type ZoneDefinition } from './zone.rules.ts';

const zone = (key: string, more: Partial<ZoneDefinition> = {}): ZoneDefinition => ({
  key,
  kind: 'GEOGRAPHIC',
  areas: [],
  polygons: [],
  priority: 0,
  status: 'ACTIVE',
  ...more,
});
const at = (latitude: number, longitude: number) => ({ latitude, longitude });
const square = (south: number, west: number, size: number) => [
  at(south, west),
  at(south, west + size),
  at(south + size, west + size),
  at(south + size, west),
];
const find = (zones: readonly ZoneDefinition[], place: Place, kind: ZoneDefinition['kind'] = 'GEOGRAPHIC') =>
  placeIn(mapsOf(zones), kind, place);

describe('an address', () => {
  const zones = [
    zone('Ecuador', { areas: [{ country: 'EC' }] }),
    zone('Sierra', { areas: [{ province: 'Pichincha' }, { province: 'Azuay' }] }),
    zone('Quito', { areas: [{ country: 'EC', city: 'Quito' }] }),
    zone('Norte', { areas: [{ country: 'EC', postcodeFrom: '170500', postcodeTo: '170599' }] }),
    zone('Ruta 7', { kind: 'OWN', areas: [{ city: 'Quito' }] }),
    zone('Old', { areas: [{ city: 'Quito', country: 'EC' }], status: 'RETIRED', priority: 9 }),
  ];

  it.each<[Place, string | undefined]>([
    [{ country: 'EC' }, 'Ecuador'],
    [{ country: 'EC', province: 'PICHINCHA' }, 'Sierra'],
    [{ country: 'EC', province: 'Pichincha', city: 'quitó' }, 'Quito'],
    [{ country: 'EC', city: 'Quito', postcode: '170 512' }, 'Norte'],
    [{ country: 'EC', city: 'Quito', postcode: '170600' }, 'Quito'],
    [{ country: 'PE', city: 'Quito' }, undefined],
    [{}, undefined],
  ])('%j lies in %s: the zone that says most of it', (place, key) => {
    expect(find(zones, place)?.key).toBe(key);
  });

  it('has a zone of each division', () => {
    expect(find(zones, { country: 'EC', city: 'Quito' }, 'OWN')).toEqual({ key: 'Ruta 7', by: 'ADDRESS' });
  });

  it('lies in the zone of the highest priority where they overlap', () => {
    const above = [...zones, zone('Special', { areas: [{ country: 'EC' }], priority: 5 })];
    expect(find(above, { country: 'EC', city: 'Quito', postcode: '170512' })?.key).toBe('Special');
  });
});

describe('postcodes', () => {
  it.each([
    ['08001', '08001', '08042', true],
    ['8001', '08001', '08042', false],
    ['08043', '08001', '08042', false],
    ['SW1A 1AA', 'SW1', 'SW1', true],
    ['SW2A 1AA', 'SW1', 'SW1', false],
    ['ec1a', 'EC1', undefined, true],
  ])('%s from %s to %s: %s', (code, from, to, isIn) => {
    expect(isWithinPostcodes(code, from, to)).toBe(isIn);
  });
});

describe('a point', () => {
  const town = zone('Town', { polygons: [{ outline: square(0, 0, 10), holes: [{ outline: square(4, 4, 2) }] }] });
  const lake = zone('Lake', { polygons: [{ outline: square(4, 4, 2) }] });

  it.each([
    ['inside', at(1, 1), 'Town'],
    ['outside', at(11, 1), undefined],
    ['on an edge', at(0, 5), 'Town'],
    ['on a corner', at(10, 10), 'Town'],
    ['in the hole', at(5, 5), undefined],
    ['on the edge of the hole', at(4, 5), 'Town'],
    ['just outside', at(5, 10.000_000_1), undefined],
  ])('%s', (_, point, key) => {
    expect(find([town], { point })?.key).toBe(key);
  });

  it('in the hole of a zone may lie in another one', () => {
    expect(find([town, lake], { point: at(5, 5) })).toEqual({ key: 'Lake', by: 'POINT' });
  });

  it('counts more than the words of the address', () => {
    const country = zone('Country', { areas: [{ country: 'EC', city: 'Quito', postcodeFrom: '1' }] });
    const place = { country: 'EC', city: 'Quito', postcode: '2' };
    expect(find([country, town], { ...place, point: at(1, 1) })?.key).toBe('Town');
    expect(find([country, town], { ...place, point: at(50, 1) })?.key).toBe('Country');
  });

  it('lies right in a shape that is not convex, west of Greenwich and south of the equator', () => {
    const horseshoe = [
      at(-1, -80),
      at(-1, -77),
      at(-4, -77),
      at(-4, -78),
      at(-2, -78),
      at(-2, -79),
      at(-4, -79),
      at(-4, -80),
    ];
    const shaped = [zone('U', { polygons: [{ outline: horseshoe }] })];
    expect(find(shaped, { point: at(-1.5, -78.5) })?.key).toBe('U');
    expect(find(shaped, { point: at(-3, -78.5) })).toBeUndefined();
    expect(find(shaped, { point: at(-3, -77.5) })?.key).toBe('U');
  });
});

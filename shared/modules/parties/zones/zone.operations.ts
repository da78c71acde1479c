import {
  address,
  change,
  creation,
  mutation,
  optional,
  query,
  record,
  recordInput,
  ref,
  timer,
  versionInput,
  type Address,
  type Context,
} from '#kernel';
import { forget, rememberFor } from '#kernel/remember';
import { fold } from '#modules/platform/search';
import { mapsOf, placeIn, type ZoneMap, type Placement } from './placing.rules.ts';
import { Zone, type ZoneRow } from './zone.entity.ts';
import type { ZoneDefinition } from './zone.rules.ts';

const nameOf = (tenant: string): string => `zones ${tenant}`;

/** This container knows the change at once, others within a minute. */
const remembering = (context: Context): void => {
  context.afterCommit(() => {
    forget(context, nameOf(context.actor.tenant));
    return Promise.resolve();
  });
};

const fails = ['KEY_IS_FIXED', 'ZONE_EMPTY', 'POSTCODES_TURNED', 'POLYGON_FLAT'] as const;

export const createZone = creation(Zone, 'createZone', {
  describes: 'Makes a zone. Accounts that lie in it find it within some minutes.',
  needs: 'zone.create',
  input: {},
  returns: Zone,
  fails,
  run: ({ values }, context) => {
    remembering(context);
    return Promise.resolve(context.data(Zone).create(values));
  },
});

export const updateZone = change(Zone, 'updateZone', {
  describes:
    'Changes a zone: absent fields stay. After a new definition accounts find their zones anew, within some minutes.',
  needs: 'zone.update',
  input: recordInput('Zone'),
  returns: Zone,
  fails,
  run: async ({ id, changes }, context) => {
    remembering(context);
    return context.data(Zone).update(await context.data(Zone).get(id), changes);
  },
});

const own = { id: ref('Zone', { describes: 'Which zone.' }), version: optional(versionInput) };

export const retireZone = mutation('retireZone', {
  describes: 'Takes a zone out of use. Accounts that found it by their address find another one, or none.',
  needs: 'zone.retire',
  input: own,
  returns: Zone,
  run: async ({ id }, context) => {
    remembering(context);
    return context.data(Zone).move(await context.data(Zone).get(id), 'RETIRED');
  },
});

export const reinstateZone = mutation('reinstateZone', {
  describes: 'Brings a retired zone back into use.',
  needs: 'zone.retire',
  input: own,
  returns: Zone,
  run: async ({ id }, context) => {
    remembering(context);
    return context.data(Zone).move(await context.data(Zone).get(id), 'ACTIVE');
  },
});

/** All zones of the tenant. */
export const allZones = async ({ trusted }: Context): Promise<readonly ZoneRow[]> => {
  const found: ZoneRow[] = [];
  let after: string | undefined;
  do {
    const page = await trusted(Zone).page('byKey', { first: 100, ...(after !== undefined && { after }) });
    found.push(...page.rows);
    after = page.hasNextPage ? page.endCursor : undefined;
  } while (after !== undefined);
  return found;
};

const readMaps = async (context: Context): Promise<readonly ZoneMap[]> => mapsOf(await allZones(context));

/** The zones in use, as they were within the last minute; `fresh` reads them now. */
export const zoneMaps = (context: Context, fresh = false): Promise<readonly ZoneMap[]> =>
  fresh ? readMaps(context) : rememberFor(context, nameOf(context.actor.tenant), () => readMaps(context));

/** The zone of a kind in which an address lies. An address without a country is in the tenant's own. */
export const zoneAt = (
  maps: readonly ZoneMap[],
  kind: ZoneDefinition['kind'],
  place: Address | undefined,
  country: string,
): Placement | undefined => place && placeIn(maps, kind, { country, ...place });

/** The key of the zone that a text means, without regard to capitals and accents; the text itself where it means none. */
export const zoneKeyOf = (maps: readonly ZoneMap[], kind: ZoneDefinition['kind'], text: string): string =>
  maps.find((zone) => zone.kind === kind && fold(zone.key) === fold(text.trim()))?.key ?? text;

export const zonesAt = query('zonesAt', {
  describes: 'The zones in which a place lies, by its point or its address: what an account there would find.',
  needs: 'zone.read',
  input: { address: address({ describes: 'The place.' }) },
  returns: {
    zone: optional(record(Zone, 'The geographic zone.')),
    ownZone: optional(record(Zone, 'The zone of the own division.')),
  },
  run: async ({ address: place }, context) => {
    const zones = await allZones(context);
    const maps = mapsOf(zones);
    const at = (kind: ZoneDefinition['kind']) => {
      const found = zoneAt(maps, kind, place, context.actor.country);
      return zones.find(({ key }) => key === found?.key);
    };
    const [zone, ownZone] = [at('GEOGRAPHIC'), at('OWN')];
    return { ...(zone && { zone }), ...(ownZone && { ownZone }) };
  },
});

/** Once its definition holds everywhere. One look at all accounts serves all zones that wait for one. */
export const settleZones = timer(Zone, {
  describes: 'Tells that the new definitions of zones hold, so that accounts find their zones anew.',
  run: async (zone, context) => {
    const waiting = (await allZones(context)).filter(
      ({ id, reviewAt }) => id !== zone.id && reviewAt !== undefined && reviewAt <= context.clock.instant(),
    );
    const others = await context.trusted(Zone).getMany(waiting.slice(0, 90).map(({ id }) => id));
    for (const other of others.values()) context.trusted(Zone).update(other, { reviewAt: null });
    context.trusted(Zone).update(zone, { reviewAt: null }, { event: 'zone.settled' });
  },
});

import { module } from '#kernel';
import { Zone } from './zone.entity.ts';
import { createZone, reinstateZone, retireZone, settleZones, updateZone, zonesAt } from './zone.operations.ts';

/** Zones: geographic ones, and those of the tenant's own division. */
export const zones = module('parties/zones', {
  entities: [Zone],
  operations: [createZone, updateZone, retireZone, reinstateZone, zonesAt],
  timers: [settleZones],
});
export type { ZoneMap } from './placing.rules.ts';
export { Zone, zoneBases } from './zone.entity.ts';
export { zoneAt, zoneKeyOf, zoneMaps } from './zone.operations.ts';

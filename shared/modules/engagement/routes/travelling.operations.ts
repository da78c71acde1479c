import { DomainError, extended, number, object, optional, type Context } from '#kernel';
import { Tenant } from '#modules/platform/settings';
import { estimatedDistances, usualTravelling, type Distances, type Point, type Travelling } from './geography.rules.ts';

/** What a tenant settles about its roads; kept with its other settings. */
export const tenantTravelling = {
  travelling: optional(
    object(
      'Travelling',
      {
        detour: number({ min: 1, max: 5, describes: 'How much longer roads are than the straight line: 1.3.' }),
        urbanKmh: number({ min: 1, max: 150, describes: 'Speed in town, in km/h: 35.' }),
        interCityKmh: number({ min: 1, max: 150, describes: 'Speed between towns, in km/h: 70.' }),
        urbanKm: number({ min: 0, max: 1000, describes: 'How far of each way is driven in town, in km: 20.' }),
      },
      { describes: 'How its people travel, where no map service says it: 1.3, 35, 70 and 20 when not settled.' },
    ),
  ),
};
const TravellingTenant = extended(Tenant, tenantTravelling);

/** Where distances come from instead of the estimate: a map service. */
export type TravelTimes = {
  readonly name: string;
  between(points: readonly Point[], context: Context): Promise<Distances>;
};
/** The extension point for it; the last one counts. */
export const travelTimes = 'routes.travel-times';

/** Kilometres and minutes between places, and the name of who says so. */
export const distancesBetween = async (
  context: Context,
  points: readonly Point[],
): Promise<{ readonly distances: Distances; readonly method: string }> => {
  const [first] = points;
  if (first && points.some((point) => 'x' in point !== 'x' in first))
    throw new DomainError('BAD_INPUT', 'Places are all on earth or all in the plane.', ['input', 'points']);
  if (first && 'x' in first) return { distances: estimatedDistances(points), method: 'plane' };
  const service = (context.registry.contributions(travelTimes) as readonly TravelTimes[]).at(-1);
  if (service) return { distances: await service.between(points, context), method: service.name };
  return { distances: estimatedDistances(points, await travellingOf(context)), method: 'estimate' };
};

const travellingOf = async ({ trusted, actor }: Context): Promise<Travelling> =>
  (await trusted(TravellingTenant).find(actor.tenant))?.travelling ?? usualTravelling;

import { module } from '#kernel';
import { planRoute } from './plan-route.operations.ts';
import { tenantTravelling } from './travelling.operations.ts';

export { travelTimes, type TravelTimes } from './travelling.operations.ts';

/** Routes: which customers are due for a visit, on which day and in which order. */
export const routes = module('engagement/routes', {
  extensions: [{ of: 'Tenant', fields: tenantTravelling }],
  operations: [planRoute],
});

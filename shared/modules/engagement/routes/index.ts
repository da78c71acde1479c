import { module } from '#kernel';
import { visitsDue } from './due.operations.ts';
import { planRoute } from './plan-route.operations.ts';
import { planVisits } from './plan-visits.operations.ts';
import { activityFields, personFields } from './planning.operations.ts';
import { Route } from './route.entity.ts';
import { cancelRoute, confirmRoute, lockStop, removeStop, replanRoute } from './route.operations.ts';
import { followVisits, noteVisits } from './route.reactions.ts';
import { tenantTravelling } from './travelling.operations.ts';
import { VisitFrequency } from './visit-frequency.entity.ts';
import { VisitProfile } from './visit-profile.entity.ts';
import { createVisitFrequency, setVisitProfile, updateVisitFrequency } from './visit-settings.operations.ts';

export { visitReasons, type VisitReason } from './due.operations.ts';
export { Route } from './route.entity.ts';
export { travelTimes, type TravelTimes } from './travelling.operations.ts';
export { profileId, VisitProfile } from './visit-profile.entity.ts';

/** Routes: which customers are due for a visit, on which day and in which order. */
export const routes = module('engagement/routes', {
  entities: [VisitFrequency, VisitProfile, Route],
  extensions: [
    { of: 'Tenant', fields: tenantTravelling },
    { of: 'User', fields: personFields },
    { of: 'Activity', fields: activityFields },
  ],
  operations: [
    planRoute,
    visitsDue,
    createVisitFrequency,
    updateVisitFrequency,
    setVisitProfile,
    planVisits,
    confirmRoute,
    replanRoute,
    lockStop,
    removeStop,
    cancelRoute,
  ],
  reactions: [followVisits, noteVisits],
});

import { reaction, type Context, type DomainEvent } from '#kernel';
import { dayOf, replan } from './replan.operations.ts';
import { Visit, type VisitRow } from './planning.operations.ts';
import { Route, type RouteRow, type RouteStop } from './route.entity.ts';
import { profileId, VisitProfile } from './visit-profile.entity.ts';

/** A visit that was dropped, given away or moved leaves its route, whose other visits close up. */
export const followVisits = reaction('followVisits', {
  describes: 'Plans a route anew when one of its visits falls out or is put to another time.',
  on: [
    'activity.dropped',
    'activity.archived',
    'activity.postponed',
    'activity.updated',
    'activity.reassigned',
    'activity.delegated',
  ],
  run: async (event, context) => {
    const visit = await context.trusted(Visit).find(event.record.id);
    const route = visit?.route === undefined ? undefined : await context.trusted(Route).find(visit.route);
    if (!visit || route?.status !== 'CONFIRMED') return;
    const stops = await remaining(context, route, visit);
    if (stops) await replan(context, route, { stops, fill: false });
  },
});

/** The stops that the route has now; undefined when it need not change. */
const remaining = async (
  context: Context,
  route: RouteRow,
  visit: VisitRow,
): Promise<readonly RouteStop[] | undefined> => {
  const stop = route.stops.find(({ activity }) => activity === visit.id);
  if (!stop) return undefined;
  const others = route.stops.filter((each) => each !== stop);
  const { startsAt } = visit;
  const isIn = visit.status !== 'DROPPED' && visit.archivedAt === undefined && visit.owner === route.owner;
  if (!isIn || startsAt === undefined || (await dayOf(context, startsAt)) !== route.date) return others;
  if (startsAt === stop.startsAt) return undefined;
  return [...others, { ...stop, startsAt, locked: true }];
};

/** Done visits say when an account was visited last. */
export const noteVisits = reaction('noteVisits', {
  describes: 'Notes on an account’s profile when it was visited last.',
  on: ['activity.completed'],
  run: async (event: DomainEvent, context: Context) => {
    const visit = await context.trusted(Visit).find(event.record.id);
    if (visit?.kind !== 'VISIT' || visit.account === undefined || visit.completedAt === undefined) return;
    const profiles = context.trusted(VisitProfile);
    const profile = await profiles.find(profileId(visit.account));
    if (profile?.lastVisitAt !== undefined && profile.lastVisitAt >= visit.completedAt) return;
    const last = { lastVisitAt: visit.completedAt, ...(visit.owner !== undefined && { lastVisitBy: visit.owner }) };
    if (profile) profiles.update(profile, last);
    else profiles.create({ account: visit.account, ...last }, { id: profileId(visit.account) });
  },
});

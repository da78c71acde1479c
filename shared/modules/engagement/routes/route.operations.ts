import {
  boolean,
  defaulted,
  DomainError,
  forbidden,
  mayTouch,
  mutation,
  optional,
  ref,
  versionInput,
  type Context,
} from '#kernel';
import { Activity, ActivityType, createActivity, dropActivity } from '#modules/engagement/activities';
import { Account } from '#modules/parties/accounts';
import { Visit } from './planning.operations.ts';
import { replan } from './replan.operations.ts';
import { Route, type RouteRow, type RouteStop } from './route.entity.ts';

const which = {
  id: ref('Route', { describes: 'Which one.' }),
  version: optional(versionInput),
};
const account = ref('Account', { describes: 'Whose visit.' });

export const confirmRoute = mutation('confirmRoute', {
  describes: 'Puts the visits of a draft into the agenda: each becomes a planned activity at its time.',
  needs: 'route.plan',
  input: which,
  returns: Route,
  fails: ['VISIT_TYPE_MISSING'],
  run: async ({ id }, context) => {
    const route = await context.data(Route).get(id);
    const stops = await withActivities(context, route);
    return context.data(Route).move(route, 'CONFIRMED', { stops });
  },
});

/** Stops that have no activity yet are given one; all of them say which route they belong to. */
const withActivities = async (context: Context, route: RouteRow): Promise<readonly RouteStop[]> => {
  const type = await visitType(context);
  const accounts = await context.trusted(Account).getMany(route.stops.map((stop) => stop.account));
  const standing = await context.trusted(Visit).getMany(route.stops.flatMap(({ activity }) => activity ?? []));
  const stops: RouteStop[] = [];
  for (const stop of route.stops) {
    const activity =
      standing.get(stop.activity ?? '') ??
      (await plan(context, route, stop, { type, name: accounts.get(stop.account)?.name ?? '' }));
    context.trusted(Visit).update(activity, { route: route.id });
    stops.push({ ...stop, activity: activity.id });
  }
  return stops;
};

const subjects = { es: 'Visita', en: 'Visit' } as const;

const plan = async (
  context: Context,
  { owner }: RouteRow,
  { account: id, startsAt, minutes }: RouteStop,
  { type, name }: { readonly type: string; readonly name: string },
) => {
  const subject = `${subjects[context.actor.locale]}: ${name}`.slice(0, 200);
  return context.run(createActivity, { values: { subject, type, account: id, owner, startsAt, minutes } });
};

/** The type VISIT, else any that is one. @throws VISIT_TYPE_MISSING */
const visitType = async ({ trusted }: Context): Promise<string> => {
  const named = await trusted(ActivityType).findUnique('key', 'VISIT');
  if (named && named.archivedAt === undefined) return named.id;
  const { rows } = await trusted(ActivityType).page('all', { first: 100 });
  const other = rows.find(({ kind, active }) => kind === 'VISIT' && active);
  if (!other) throw new DomainError('VISIT_TYPE_MISSING', 'There is no type of activity for visits.');
  return other.id;
};

/** A route that the actor may change. @throws FORBIDDEN, INVALID_STATE when it was cancelled */
const openRoute = async ({ data, actor }: Context, id: string): Promise<RouteRow> => {
  const route = await data(Route).get(id);
  if (!mayTouch(actor, Route, route, 'update')) throw forbidden('You may not change this route.');
  if (route.status === 'CANCELLED') throw new DomainError('INVALID_STATE', 'The route was cancelled.', ['id']);
  return route;
};

const stopOf = ({ stops }: RouteRow, id: string): RouteStop => {
  const stop = stops.find((each) => each.account === id);
  if (!stop) throw new DomainError('STOP_NOT_FOUND', 'This account is not in the route.', ['account']);
  return stop;
};

export const replanRoute = mutation('replanRoute', {
  describes:
    'Plans what lies ahead of a route anew, from where the person is by then: begun and locked visits stay, the others are put into the best order. Activities follow.',
  needs: 'route.plan',
  input: {
    ...which,
    fill: defaulted(boolean({ describes: 'Fills free time with others who are due.' }), false),
  },
  returns: Route,
  fails: ['VISIT_TYPE_MISSING'],
  run: async ({ id, fill }, context) => {
    const route = await openRoute(context, id);
    const planned = await replan(context, route, { stops: route.stops, fill });
    if (planned.status !== 'CONFIRMED') return planned;
    return context.trusted(Route).update(planned, { stops: await withActivities(context, planned) });
  },
});

export const lockStop = mutation('lockStop', {
  describes: 'Fixes the time of a visit, or lets it move again when the route is planned anew.',
  needs: 'route.plan',
  input: { ...which, account, locked: defaulted(boolean({ describes: 'Whether it keeps its time.' }), true) },
  returns: Route,
  fails: ['STOP_NOT_FOUND'],
  run: async ({ id, account: whose, locked }, context) => {
    const route = await openRoute(context, id);
    const stop = stopOf(route, whose);
    const stops = route.stops.map((each) => (each === stop ? { ...each, locked } : each));
    return context.data(Route).update(route, { stops });
  },
});

export const removeStop = mutation('removeStop', {
  describes: 'Takes a visit out of a route, drops its activity, and plans the rest anew.',
  needs: 'route.plan',
  input: {
    ...which,
    account,
    fill: defaulted(boolean({ describes: 'Fills the free time with others who are due.' }), false),
  },
  returns: Route,
  fails: ['STOP_NOT_FOUND', 'VISIT_TYPE_MISSING'],
  run: async ({ id, account: whose, fill }, context) => {
    const route = await openRoute(context, id);
    const stop = stopOf(route, whose);
    await drop(context, [stop]);
    const planned = await replan(context, route, { stops: route.stops.filter((each) => each !== stop), fill });
    if (!fill || planned.status !== 'CONFIRMED') return planned;
    return context.trusted(Route).update(planned, { stops: await withActivities(context, planned) });
  },
});

export const cancelRoute = mutation('cancelRoute', {
  describes: 'Gives up a route; visits of it that are still planned are dropped.',
  needs: 'route.plan',
  input: which,
  returns: Route,
  run: async ({ id }, context) => {
    const route = await context.data(Route).get(id);
    const cancelled = context.data(Route).move(route, 'CANCELLED');
    if (route.status === 'CONFIRMED') await drop(context, route.stops);
    return cancelled;
  },
});

/** Drops the activities of stops that are still planned. */
const drop = async (context: Context, stops: readonly RouteStop[]): Promise<void> => {
  const rows = await context.trusted(Activity).getMany(stops.flatMap(({ activity }) => activity ?? []));
  for (const row of rows.values()) if (row.status === 'PLANNED') await context.run(dropActivity, { id: row.id });
};

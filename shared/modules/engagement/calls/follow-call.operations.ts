import { given, type Context } from '#kernel';
import { Activity, ActivityType } from '#modules/engagement/activities';
import { callerIn } from './callers.operations.ts';
import { minutesOf } from './call-news.rules.ts';
import { callOutcomes, type CallOutcome } from './extension-points.rules.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';
import { routeFor } from './phone-line.rules.ts';
import type { PhoneLineRow } from './phone-line.entity.ts';
import { words } from './call-words.rules.ts';

/** The call among the activities of whoever has taken it; a planned one where the call does that. */
export const openActivity = async (context: Context, call: PhoneCallRow): Promise<string | undefined> => {
  if (call.activity !== undefined || call.user === undefined) return call.activity;
  if (call.task !== undefined) return call.task;
  const type = await context.trusted(ActivityType).findUnique('key', 'CALL');
  if (!type) return undefined;
  const { in: from, out: to, withheld } = words[context.actor.locale];
  const { account, contact, user: owner, startedAt } = call;
  const who = await callerIn(context, call, withheld);
  const subject = `${call.direction === 'INBOUND' ? from : to} ${who}`;
  const fixed = { type: type.id, kind: type.kind, timeZone: context.actor.timeZone, postponed: 0 };
  const activity = { subject, owner, account, contact, startsAt: startedAt };
  return context.trusted(Activity).create(given({ ...fixed, ...activity })).id;
};

/** A call that is put through takes its activity along, unless somebody gave that away meanwhile. */
export const handOnActivity = async (
  context: Context,
  { activity, user: owner }: PhoneCallRow,
  before: string | undefined,
): Promise<void> => {
  if (activity === undefined || owner === undefined || owner === before) return;
  const row = await context.trusted(Activity).find(activity);
  if (row?.owner !== undefined && row.owner === before) context.trusted(Activity).update(row, { owner });
};

/** The activity ends as the call does, with the time that it took. */
export const closeActivity = async (
  context: Context,
  { activity, seconds = 0, endedAt }: PhoneCallRow,
): Promise<void> => {
  if (activity === undefined || endedAt === undefined) return;
  const row = await context.trusted(Activity).find(activity);
  if (row?.status !== 'PLANNED') return;
  const done = { completedAt: endedAt, spentMinutes: minutesOf(seconds) };
  context.trusted(Activity).move(row, 'DONE', done, { event: 'activity.completed' });
};

/** Opens what the number called or the choice in the menu says, once. Answers the call as it is then. */
export const openByRoute = async (context: Context, call: PhoneCallRow, line: PhoneLineRow): Promise<PhoneCallRow> => {
  if (call.direction === 'OUTBOUND' || call.opened !== undefined) return call;
  const route = routeFor(line.routes, call);
  const outcomes = context.registry.contributions(callOutcomes) as readonly CallOutcome[];
  const made = route && (await outcomes.find(({ key }) => key === route.outcome)?.open(context, call, route));
  if (!made) return call;
  return context.trusted(PhoneCall).update(call, given({ opened: made.id, account: call.account ?? made.account }));
};

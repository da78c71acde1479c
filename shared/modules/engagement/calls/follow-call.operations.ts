import { given, type Context } from '#kernel';
import { Activity, ActivityType, planTask } from '#modules/engagement/activities';
import { minutesOf } from './call-news.rules.ts';
import { callOutcomes, type CallOutcome } from './extension-points.rules.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';
import { routeFor } from './phone-line.rules.ts';
import type { PhoneLineRow } from './phone-line.entity.ts';

const words = {
  es: { in: 'Llamada de', out: 'Llamada a', back: 'Devolver la llamada de', withheld: 'número oculto' },
  en: { in: 'Call from', out: 'Call to', back: 'Call back', withheld: 'withheld number' },
} as const;

/** The call among the activities of whoever has taken it; a planned one where the call does that. */
export const openActivity = async (context: Context, call: PhoneCallRow): Promise<string | undefined> => {
  if (call.activity !== undefined || call.user === undefined) return call.activity;
  if (call.task !== undefined) return call.task;
  const type = await context.trusted(ActivityType).findUnique('key', 'CALL');
  if (!type) return undefined;
  const { es, en } = words;
  const { in: from, out: to, withheld } = context.actor.locale === 'en' ? en : es;
  const { account, contact, user: owner, startedAt, number = withheld } = call;
  const subject = `${call.direction === 'INBOUND' ? from : to} ${number}`;
  const fixed = { type: type.id, kind: type.kind, timeZone: context.actor.timeZone, postponed: 0 };
  const activity = { subject, owner, account, contact, startsAt: startedAt };
  return context.trusted(Activity).create(given({ ...fixed, ...activity })).id;
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

/** Who was not answered is called back today: by whoever looks after them, else by whose telephone rang, else by the team. */
export const planCallBack = async (
  context: Context,
  call: PhoneCallRow,
  line: PhoneLineRow,
  owner: string | undefined,
): Promise<string | undefined> => {
  if (call.direction === 'OUTBOUND' || call.number === undefined) return undefined;
  const { account, contact, number, ringing = [], team = line.team } = call;
  const caller = owner ?? (ringing.length === 1 ? ringing[0] : undefined);
  const task = await planTask(context, {
    subject: `${words[context.actor.locale].back} ${number}`,
    dueOn: context.clock.today(),
    priority: 'HIGH',
    ...given({ account, contact, owner: caller, ...(caller === undefined && { team }) }),
  });
  return task?.id;
};

/** It was answered after all: there is nobody to call back. */
export const dropCallBack = async (context: Context, callBack: string | undefined): Promise<void> => {
  const task = callBack === undefined ? undefined : await context.trusted(Activity).find(callBack);
  if (task?.status === 'PLANNED') context.trusted(Activity).move(task, 'DROPPED');
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

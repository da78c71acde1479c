import { given, type Context } from '#kernel';
import { Activity, planTask } from '#modules/engagement/activities';
import { callsWith, callerIn } from './callers.operations.ts';
import { words } from './call-words.rules.ts';
import type { PhoneCallRow } from './phone-call.entity.ts';
import type { PhoneLineRow } from './phone-line.entity.ts';

/**
 * Who was not answered is called back today: by whoever looks after them, else by whose telephone rang, else by the team. Who
 * tries several times is called back once.
 */
export const planCallBack = async (
  context: Context,
  call: PhoneCallRow,
  line: PhoneLineRow,
  owner: string | undefined,
): Promise<string | undefined> => {
  if (call.direction === 'OUTBOUND' || call.number === undefined) return undefined;
  const [waiting] = await openCallBacks(context, call);
  if (waiting !== undefined) return waiting;
  const { account, contact, about, ringing = [], team = line.team } = call;
  const caller = owner ?? (ringing.length === 1 ? ringing[0] : undefined);
  const task = await planTask(context, {
    type: 'CALL',
    subject: `${words[context.actor.locale].back} ${await callerIn(context, call)}`,
    dueOn: context.clock.today(),
    priority: 'HIGH',
    ...given({ account, contact, about, owner: caller, ...(caller === undefined && { team }) }),
  });
  return task?.id;
};

/** Calls of before whose tasks may still be open. */
const mostBefore = 10;

/** The tasks to call this number back that nobody has done. */
const openCallBacks = async (context: Context, { callBack, number }: PhoneCallRow): Promise<readonly string[]> => {
  const before = number === undefined ? [] : await callsWith(context, number, { first: mostBefore, trusted: true });
  const planned = new Set([callBack, ...before.map((call) => call.callBack)].filter((id) => id !== undefined));
  const tasks = await context.trusted(Activity).getMany([...planned]);
  return [...tasks.values()].filter(({ status }) => status === 'PLANNED').map(({ id }) => id);
};

/** People have spoken: there is nobody to call back. */
export const dropCallBacks = async (context: Context, call: PhoneCallRow): Promise<void> => {
  for (const id of await openCallBacks(context, call)) {
    const task = await context.trusted(Activity).get(id);
    if (task.status === 'PLANNED') context.trusted(Activity).move(task, 'DROPPED');
  }
};

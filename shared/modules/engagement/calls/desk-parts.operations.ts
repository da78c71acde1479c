import { DomainError, readOn, type AnsweredBy, type Context, type PageAsked, type Row } from '#kernel';
import { account360 } from '#modules/parties/accounts';
import { Activity } from '#modules/engagement/activities';
import { actionsOf, asSeen } from './call-actions.operations.ts';
import { callsWith, holdersOf, type Holders } from './callers.operations.ts';
import { CallScript, type CallScriptRow } from './call-script.entity.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';

type ActivityRow = Row<typeof Activity>;

/** Planned work that is looked at for calls. */
const mostPlanned = 50;
/** Calls of before that the desk shows. */
const historyShown = 10;

/** Calls that are going on in a tenant, of which the own one is sought. */
const mostGoingOn = 200;

/** The call at hand: the one that is spoken, else the last one that rings at one's own telephone. */
export const callGoingOn = async ({ trusted, actor }: Context): Promise<PhoneCallRow | undefined> => {
  const { userId } = actor;
  if (userId === undefined) return undefined;
  const read = (asked: PageAsked) => trusted(PhoneCall).page('all', { open: true, descending: true, ...asked });
  const { rows } = await readOn(read, mostGoingOn);
  const spoken = rows.find(({ status, user }) => status === 'ANSWERED' && user === userId);
  return spoken ?? rows.find(({ status, ringing }) => status === 'RINGING' && ringing?.includes(userId) === true);
};

/** One's own planned calls, the next first. */
export const plannedCalls = async ({ data, actor }: Context): Promise<readonly ActivityRow[]> => {
  if (actor.userId === undefined) return [];
  const { rows } = await data(Activity).page('byOwner', { of: actor.userId, open: true, first: mostPlanned });
  return rows.filter(({ kind }) => kind === 'CALL');
};

/** The planned call that is asked for, or that the call at hand does, or the next one. */
export const activityFor = async (
  { data }: Context,
  asked: string | undefined,
  call: PhoneCallRow | undefined,
  planned: readonly ActivityRow[],
): Promise<ActivityRow | undefined> => {
  const wanted = asked ?? call?.task ?? call?.activity;
  if (wanted === undefined) return call ? undefined : planned[0];
  return planned.find(({ id }) => id === wanted) ?? data(Activity).find(wanted);
};

/** The overview of an account that one may see. */
export const overviewOf = async (
  context: Context,
  account: string | undefined,
): Promise<AnsweredBy<typeof account360> | undefined> => {
  if (account === undefined) return undefined;
  try {
    return await context.run(account360, { id: account });
  } catch (error) {
    if (error instanceof DomainError && ['NOT_FOUND', 'FORBIDDEN'].includes(error.code)) return undefined;
    throw error;
  }
};

/** The calls before the one at hand: with the account, else with the number. */
export const historyOf = async (
  context: Context,
  account: string | undefined,
  call: PhoneCallRow | undefined,
): Promise<readonly PhoneCallRow[]> => {
  const calls = account === undefined ? await callsOfNumber(context, call?.number) : await callsOf(context, account);
  return calls.filter(({ id }) => id !== call?.id).slice(0, historyShown);
};

const callsOf = async ({ data }: Context, of: string): Promise<readonly PhoneCallRow[]> =>
  (await data(PhoneCall).page('byAccount', { of, descending: true, first: historyShown + 1, open: false })).rows;

const callsOfNumber = (context: Context, number: string | undefined): Promise<readonly PhoneCallRow[]> =>
  number === undefined ? Promise.resolve([]) : callsWith(context, number, { first: historyShown + 1, trusted: false });

/** Who else it may be, where the number is not of one person alone; only whom one may see. */
export const candidatesFor = (context: Context, call: PhoneCallRow | undefined): Promise<Holders> =>
  holdersOf(context, call?.contact === undefined ? call?.number : undefined, { trusted: false });

/** The first script for calls of this kind, in the language of whoever speaks. */
export const scriptFor = async (
  { trusted, actor }: Context,
  call: PhoneCallRow | undefined,
): Promise<CallScriptRow | undefined> => {
  const { rows } = await trusted(CallScript).page('byName', { first: 100 });
  const direction = call?.direction ?? 'OUTBOUND';
  const fitting = rows.filter(
    (script) =>
      script.active &&
      (script.direction ?? direction) === direction &&
      (script.line === undefined || script.line === call?.line),
  );
  return fitting.find(({ locale }) => locale === actor.locale) ?? fitting[0];
};

/** What can be done from the call, with what the call says of it already. */
export const actionsFor = async (context: Context, call: PhoneCallRow) => {
  const seen = await asSeen(context, call);
  return Promise.all(
    actionsOf(context, call, seen)
      .filter(({ fits }) => fits?.(call) ?? true)
      .map(async ({ key, label, describes, operation, fill }) => ({
        ...{ key, describes, operation, label: label[context.actor.locale] },
        values: await fill(seen, context),
      })),
  );
};

import {
  DomainError,
  anyRecord,
  commonCodes,
  json,
  mayDo,
  mutation,
  problemsError,
  record,
  ref,
  text,
  type AnyRow,
  type Context,
  type Problem,
} from '#kernel';
import { runNamed } from '#kernel/named-operation';
import { callActions, type CallAction } from './extension-points.rules.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';

/** What may be done from a call by whoever asks, who sees so much of it. */
export const actionsOf = (
  { registry, actor }: Context,
  call: PhoneCallRow,
  seen: PhoneCallRow,
): readonly CallAction[] =>
  (registry.contributions(callActions) as readonly CallAction[]).filter(({ operation, ofAccount }) => {
    const needs = registry.operations.get(operation)?.needs;
    if (ofAccount === true && call.account !== seen.account) return false;
    return needs !== undefined && mayDo(actor, needs);
  });

/** A call without the records that whoever asks may not see. */
export const asSeen = async (context: Context, call: PhoneCallRow): Promise<PhoneCallRow> => {
  const { account, contact, about, activity, ...rest } = call;
  const asked = { account, contact, about, activity };
  const seen = await context.records(Object.values(asked).filter((id) => id !== undefined));
  const shown = Object.entries(asked).filter(([, id]) => id !== undefined && seen.has(id));
  return { ...rest, ...Object.fromEntries(shown) };
};

/** A call that is one's own to see, or that rings at one's own telephone. @throws NOT_FOUND */
export const callAtHand = async (context: Context, id: string): Promise<PhoneCallRow> => {
  const { userId } = context.actor;
  const call = await context.trusted(PhoneCall).find(id);
  const rings = userId !== undefined && call?.ringing?.includes(userId) === true;
  return rings ? call : context.data(PhoneCall).get(id);
};

export const doFromCall = mutation('doFromCall', {
  describes:
    'Does something from a call in one step: makes an appointment, an offer, an order, sends a contract to be signed, notes who calls. `callDesk` lists what there is, with the mutation whose input `values` is.',
  needs: 'phoneCall.act',
  input: {
    call: ref('PhoneCall', { describes: 'From which call.' }),
    action: text({ max: 40, describes: 'What: the key of an action of `callDesk`.' }),
    values: json<Readonly<Record<string, unknown>>>({
      describes: 'The input of its mutation; account and contact are those of the call unless given.',
    }),
  },
  returns: {
    phoneCall: record(PhoneCall, 'The call, with what was made from it.'),
    record: anyRecord('What was made or changed.'),
  },
  fails: ['ACTION_REFUSED'],
  run: async ({ call: id, action: key, values }, context) => {
    const call = await callAtHand(context, id);
    const seen = await asSeen(context, call);
    const action = actionsOf(context, call, seen).find((each) => each.key === key);
    if (!action) throw new DomainError('BAD_INPUT', `There is no ${key} for you to do from a call.`, ['action']);
    const made = await run(context, action, { ...(await action.fill(seen, context)), ...values });
    const all = [...new Set([...(call.made ?? []), made.id])];
    const who = action.names !== undefined && call[action.names] === undefined ? { [action.names]: made.id } : {};
    return { phoneCall: context.trusted(PhoneCall).update(call, { made: all, ...who }), record: made };
  },
});

/** What the mutation refuses is said where it is in `values`: by its code, where that is one of all mutations. */
const refusal = ({ code, message, path = [] }: Problem): Problem => {
  const isCommon = (commonCodes as readonly string[]).includes(code);
  const said = isCommon ? { code, message } : { code: 'ACTION_REFUSED', message: `${code}: ${message}` };
  return { ...said, path: ['values', ...path] };
};

const run = async (
  context: Context,
  { operation }: CallAction,
  values: Readonly<Record<string, unknown>>,
): Promise<AnyRow> => {
  try {
    return recordIn(await runNamed(context, operation, values));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw problemsError(error.problems.map(refusal));
  }
};

const recordIn = (answer: unknown): AnyRow => {
  const candidates = [answer, ...Object.values(answer as Readonly<Record<string, unknown>>)];
  const found = candidates.find((each) => typeof (each as Partial<AnyRow> | undefined)?.id === 'string');
  if (found === undefined) throw new Error('The mutation of an action of calls answers no record.');
  return found as AnyRow;
};

import { DomainError, json, mayDo, mutation, record, ref, text, anyRecord, type AnyRow, type Context } from '#kernel';
import { runNamed } from '#kernel/named-operation';
import { callActions, type CallAction } from './extension-points.rules.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';

/** What may be done from a call by whoever asks. */
export const actionsOf = ({ registry, actor }: Context): readonly CallAction[] =>
  (registry.contributions(callActions) as readonly CallAction[]).filter(({ operation }) => {
    const needs = registry.operations.get(operation)?.needs;
    return needs !== undefined && mayDo(actor, needs);
  });

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
    const action = actionsOf(context).find((each) => each.key === key);
    if (!action) throw new DomainError('BAD_INPUT', `There is no ${key} for you to do from a call.`, ['action']);
    const made = await run(context, action, { ...(await action.fill(call, context)), ...values });
    const all = [...new Set([...(call.made ?? []), made.id])];
    const who = action.names !== undefined && call[action.names] === undefined ? { [action.names]: made.id } : {};
    return { phoneCall: context.trusted(PhoneCall).update(call, { made: all, ...who }), record: made };
  },
});

/** What the mutation refuses is said with its own code and where in `values` it is. */
const run = async (
  context: Context,
  { operation }: CallAction,
  values: Readonly<Record<string, unknown>>,
): Promise<AnyRow> => {
  try {
    return recordIn(await runNamed(context, operation, values));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new DomainError('ACTION_REFUSED', `${error.code}: ${error.message}`, ['values', ...error.path]);
  }
};

const recordIn = (answer: unknown): AnyRow => {
  const candidates = [answer, ...Object.values(answer as Readonly<Record<string, unknown>>)];
  const found = candidates.find((each) => typeof (each as Partial<AnyRow> | undefined)?.id === 'string');
  if (found === undefined) throw new Error('The mutation of an action of calls answers no record.');
  return found as AnyRow;
};

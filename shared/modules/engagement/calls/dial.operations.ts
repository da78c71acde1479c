import { DomainError, given, mutation, optional, phone, record, ref, type Context } from '#kernel';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { Activity } from '#modules/engagement/activities';
import { callAtHand } from './call-actions.operations.ts';
import { secretsOf } from './line-secrets.operations.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';
import { PhoneLine, type PhoneLineRow } from './phone-line.entity.ts';

/** Whom to call. */
export type Dialled = {
  readonly line?: string;
  readonly to?: string;
  readonly contact?: string;
  readonly account?: string;
  readonly activity?: string;
  readonly back?: string;
};

type With = { readonly account?: string; readonly contact?: string };
const withWhom = ({ account, contact }: With = {}): With => given({ account, contact });

/** The call to call back, and the planned call that this one does. */
const occasionOf = async (context: Context, { activity, back }: Dialled) => {
  const missed = back === undefined ? undefined : await callAtHand(context, back);
  if (activity !== undefined) return { missed, task: await context.data(Activity).get(activity) };
  return { missed, task: await context.data(Activity).find(missed?.callBack ?? '') };
};

/** Whom one names, who called, or with whom the planned call is. */
const customerOf = async (context: Context, asked: Dialled) => {
  const { missed, task } = await occasionOf(context, asked);
  const { account, contact: id } = { ...withWhom(task), ...withWhom(missed), ...withWhom(asked) };
  const contact = id === undefined ? undefined : await context.data(Contact).get(id);
  const { number, about } = missed ?? {};
  return { task, contact, account: account ?? contact?.account, number, about };
};

/** The call with everything that is known of whom is called. @throws NO_NUMBER */
const whomToCall = async (context: Context, asked: Dialled) => {
  const { task, contact, account: id, number: heard, about } = await customerOf(context, asked);
  const account = id === undefined ? undefined : await context.data(Account).find(id);
  const numbers = [asked.to, heard, contact?.phone, account?.phone, account?.mainContactPhone];
  const number = numbers.find((each) => each !== undefined);
  if (number === undefined) throw new DomainError('NO_NUMBER', 'There is no number to call.', ['to']);
  return given({ number, contact: contact?.id, account: account?.id, about, task: task?.id });
};

/** The line at which one has a telephone that dials. @throws NO_LINE */
const lineOf = async ({ trusted, actor }: Context, wanted: string | undefined) => {
  const { rows } = await trusted(PhoneLine).list({ first: 100 });
  for (const line of rows.filter(({ id, dialUrl }) => dialUrl !== undefined && (wanted ?? id) === id)) {
    const own = line.extensions.find(({ user }) => user === actor.userId);
    if (own) return { line, extension: own.extension };
  }
  throw new DomainError('NO_LINE', 'You have no telephone at a line that dials.', ['line']);
};

export const startCall = mutation('startCall', {
  describes:
    'Calls somebody: one’s own telephone rings, and then that of whom one calls. The call is among the activities as soon as it is answered.',
  needs: 'phoneCall.dial',
  input: {
    to: optional(phone({ describes: 'The number; that of the contact or account when absent.' })),
    contact: optional(ref('Contact', { describes: 'Whom to call.' })),
    account: optional(ref('Account', { describes: 'Which account to call.' })),
    activity: optional(ref('Activity', { describes: 'The planned call that this one does.' })),
    back: optional(
      ref('PhoneCall', { describes: 'A missed call: who called is called back, and the task for that is done.' }),
    ),
    line: optional(ref('PhoneLine', { describes: 'By which exchange; the first at which one has a telephone.' })),
  },
  returns: { phoneCall: record(PhoneCall, 'The call; the exchange tells how it goes on.') },
  fails: ['NO_NUMBER', 'NO_LINE', 'DIALLING_REFUSED'],
  run: async (input, context) => {
    const whom = await whomToCall(context, input);
    const { line, extension } = await lineOf(context, input.line);
    const { correlationId: request } = context;
    const id = await once(context, 'dial', (inner) => {
      const own = given({ user: context.actor.userId });
      const fixed = { line: line.id, direction: 'OUTBOUND', request, startedAt: inner.clock.instant() } as const;
      return inner.trusted(PhoneCall).create({ ...fixed, ...whom, ...own });
    });
    const call = await context.trusted(PhoneCall).get(id);
    // Under a key that was used before the call is that of then, and whoever made it had it dialled.
    if (call.request === request) await dial(context, { line, extension, call: id, to: whom.number });
    return { phoneCall: call };
  },
});

/** Writes at once, before anything rings: what the exchange tells of a call must find it. */
const once = async (
  context: Context,
  key: string,
  run: (inner: Context) => PhoneCallRow | Promise<PhoneCallRow>,
): Promise<string> => {
  const [outcome] = await context.together([{ key, run: async (inner) => run(inner) }]);
  if (outcome?.error instanceof Error) throw outcome.error;
  if (outcome?.record === undefined) throw new Error('A call was not written.');
  return outcome.record;
};

type Dialling = {
  readonly line: PhoneLineRow;
  readonly extension: string;
  readonly call: string;
  readonly to: string;
};

/** Asks the exchange, once. @throws DIALLING_REFUSED, with the call marked so */
const dial = async (context: Context, { line, extension, call, to }: Dialling): Promise<void> => {
  const problem = await askExchange(context, line, given({ call, to, extension, shown: line.number }));
  if (problem === undefined) return;
  await once(context, 'refused', async (inner) => {
    const row = await inner.trusted(PhoneCall).get(call);
    const failed = { endedAt: inner.clock.instant(), problem };
    return row.status === 'RINGING' ? inner.trusted(PhoneCall).move(row, 'FAILED', failed) : row;
  });
  throw new DomainError('DIALLING_REFUSED', problem);
};

const askExchange = async (context: Context, line: PhoneLineRow, asked: object): Promise<string | undefined> => {
  const { ACCESS } = await secretsOf(context, line.id);
  const headers = {
    'content-type': 'application/json',
    ...(ACCESS !== undefined && { authorization: `Bearer ${ACCESS}` }),
  };
  try {
    const request = { method: 'POST', headers, body: JSON.stringify(asked) };
    const answer = await context.ports.web.fetch(line.dialUrl ?? '', request);
    await answer.text();
    return answer.ok ? undefined : `The exchange answered ${String(answer.status)}.`;
  } catch (error) {
    return `The exchange does not answer: ${String(error).slice(0, 300)}`;
  }
};

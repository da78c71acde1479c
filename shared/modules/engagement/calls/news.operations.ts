import { derivedId, given, isId, type Context } from '#kernel';
import { readVersions } from '#kernel/feed';
import { afterNews, type News } from './call-news.rules.ts';
import { dropCallBacks, planCallBack } from './call-backs.operations.ts';
import { callerWith } from './callers.operations.ts';
import { DialledCall, dialledId } from './dialled-call.entity.ts';
import { closeActivity, handOnActivity, openActivity, openByRoute } from './follow-call.operations.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';
import type { PhoneLineRow } from './phone-line.entity.ts';
import { usersAt } from './phone-line.rules.ts';

type Told = { readonly line: PhoneLineRow; readonly news: News; readonly at: string };

/**
 * Takes what an exchange tells of a call: twice does nothing more, late is put where it belongs. Answers the call; nothing of one
 * that went with the person who was forgotten: it does not come back.
 */
export const takeNews = async (context: Context, line: PhoneLineRow, news: News): Promise<PhoneCallRow | undefined> => {
  const told: Told = { line, news, at: news.at ?? context.clock.instant() };
  const known = (await knownCall(context, told)) ?? (await newCall(context, told));
  if (!known) return undefined;
  const call = movedOn(context, known, told);
  await handOnActivity(context, call, known.user);
  return followed(context, await openByRoute(context, call, line), told);
};

const keyOf = ({ line, news }: Told): string => `${line.id}/${news.call}`;

/** The call that we asked for, by our own id; else the one that the exchange has told of before. */
const knownCall = async (context: Context, told: Told): Promise<PhoneCallRow | undefined> => {
  const calls = context.trusted(PhoneCall);
  const reference = referenceIn(told);
  const asked = reference === undefined ? undefined : await calls.find(reference);
  return asked?.line === told.line.id ? asked : calls.findUnique('exchangeKey', keyOf(told));
};

/** Our own id of a call that we asked for. */
const referenceIn = ({ news: { reference } }: Told): string | undefined =>
  reference !== undefined && isId(reference, PhoneCall.idPrefix) ? reference : undefined;

/** The log keeps the bare fact that there was such a call, when all that it said is gone. */
const isForgotten = async ({ ports, actor, trusted }: Context, id: string): Promise<boolean> => {
  const versions = await readVersions(ports.table, actor.tenant, id, { from: 1, to: 1 });
  return versions.length > 0 && (await trusted(PhoneCall).find(id)) === undefined;
};

const newCall = async (context: Context, told: Told): Promise<PhoneCallRow | undefined> => {
  const { line, news, at } = told;
  const { direction = 'INBOUND', number, called: lineNumber, choice, extensions = [] } = news;
  const exchangeKey = keyOf(told);
  // Two first news at once make one call: whoever comes second reads again.
  const id = derivedId(PhoneCall.idPrefix, 'phone-call', [exchangeKey]);
  for (const each of [id, referenceIn(told) ?? id]) if (await isForgotten(context, each)) return undefined;
  if (await context.trusted(DialledCall).find(dialledId(exchangeKey))) return undefined;
  const atPhone = usersAt(line, extensions);
  const { account, contact, about } = await callerWith(context, number, atPhone);
  const values = { number, lineNumber, choice, account, contact, about, team: line.team, startedAt: at };
  // One telephone alone: whose it is has the call, so that the screen that opens may show it.
  const user = atPhone.length === 1 ? atPhone[0] : undefined;
  return context
    .trusted(PhoneCall)
    .create(given({ line: line.id, direction, exchangeKey, ringing: atPhone, user, ...values }), { id });
};

/** The call as the news leave it. */
const movedOn = (context: Context, call: PhoneCallRow, told: Told): PhoneCallRow => {
  const { line, news, at } = told;
  const calls = context.trusted(PhoneCall);
  const { status, ...times } = afterNews(news, at, call);
  if (call.exchangeKey === undefined) keepName(context, told);
  const phones = usersAt(line, news.extensions ?? []);
  const changes = given({
    ...times,
    choice: call.choice ?? news.choice,
    exchangeKey: call.exchangeKey ?? keyOf(told),
    ...(news.event === 'ringing' && { ringing: [...new Set([...(call.ringing ?? []), ...phones])] }),
    ...(news.event === 'answered' && takenOver(call, phones[0], at)),
  });
  if (status !== call.status) return calls.move(call, status, changes);
  return differs(call, changes) ? calls.update(call, changes) : call;
};

/** A call that we asked for has no id that follows from its name at the exchange. */
const keepName = ({ trusted }: Context, told: Told): void => {
  trusted(DialledCall).create({ line: told.line.id }, { id: dialledId(keyOf(told)) });
};

/** Those who had a call that are kept, the last ones. */
const mostTakers = 50;

/** Who answers last has the call: it was put through. What is told late or twice takes it back from nobody. */
const takenOver = ({ takenBy = [], takenAt = '' }: PhoneCallRow, user: string | undefined, at: string) => {
  if (user === undefined || Date.parse(at) < Date.parse(takenAt)) return {};
  if (takenBy.at(-1) === user) return { user };
  return { user, takenAt: at, takenBy: [...takenBy, user].slice(-mostTakers) };
};

const differs = (call: PhoneCallRow, changes: Readonly<Record<string, unknown>>): boolean =>
  Object.entries(changes).some(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(call[name as keyof PhoneCallRow]),
  );

/** What follows: the activity, the task to call back, the recording. */
const followed = async (context: Context, call: PhoneCallRow, told: Told): Promise<PhoneCallRow> => {
  const activity = call.answeredAt === undefined ? call.activity : await openActivity(context, call);
  const callBack = await callBackOf(context, call, told);
  if (call.status === 'ENDED') {
    await closeActivity(context, { ...call, ...given({ activity }) });
    await dropCallBacks(context, { ...call, ...given({ callBack }) });
  }
  const changes = given({ activity, callBack, ...recordingIn(context, call, told) });
  return differs(call, changes) ? context.trusted(PhoneCall).update(call, changes) : call;
};

/** The task to call back, planned once where nobody answered. */
const callBackOf = async (context: Context, call: PhoneCallRow, { line }: Told): Promise<string | undefined> => {
  if (call.status !== 'MISSED' || call.callBack !== undefined) return call.callBack;
  return planCallBack(context, call, line, (await callerWith(context, call.number, call.ringing ?? [])).owner);
};

/** The first recording that the exchange tells of is fetched at once, by the timer of the call. */
const recordingIn = ({ clock }: Context, { recordingUrl, recording }: PhoneCallRow, { news }: Told) =>
  news.recording === undefined || (recordingUrl ?? recording) !== undefined
    ? {}
    : { recordingUrl: news.recording, recordingAt: clock.instant(), recordingTries: 0 };

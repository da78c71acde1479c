import { choice, dateTime, given, integer, list, optional, phone, text, url, type Values } from '#kernel';

/** What an exchange tells of a call. */
export const newsFields = {
  event: choice(['ringing', 'answered', 'ended', 'recording'], { named: 'PhoneNews', describes: 'What happened.' }),
  call: text({ max: 120, describes: 'The id that the exchange gave the call; the same in all that it tells of it.' }),
  reference: optional(text({ max: 60, describes: 'The `call` that we asked the exchange to make.' })),
  at: optional(dateTime({ describes: 'When; now when absent.' })),
  direction: optional(choice(['INBOUND', 'OUTBOUND'], { named: 'CallDirection', describes: 'INBOUND when absent.' })),
  number: optional(phone({ describes: 'The number of the other side.' })),
  called: optional(phone({ describes: 'The number of ours that was called.' })),
  extensions: optional(list(text({ max: 20 }), { max: 50, describes: 'Where it rings, or who answered.' })),
  choice: optional(text({ max: 40, describes: 'What was chosen in the menu.' })),
  seconds: optional(integer({ min: 0, max: 86_400, describes: 'How long people spoke, at the end.' })),
  recording: optional(url({ describes: 'Where the recording is.' })),
};

/** News of a call. */
export type News = Values<typeof newsFields>;

type Times = { readonly answeredAt?: string; readonly endedAt?: string; readonly seconds?: number };
type Known = Times & { readonly status: 'RINGING' | 'ANSWERED' | 'MISSED' | 'ENDED' | 'FAILED' };

/** What news make of a call. News come twice and in any order: the call is what all of them together say. */
export const afterNews = (news: Pick<News, 'event' | 'seconds'>, at: string, call: Known): Known => {
  const { status, answeredAt, endedAt, seconds } = call;
  if (status === 'FAILED' || news.event === 'ringing' || news.event === 'recording')
    return { status, ...given({ answeredAt, endedAt, seconds }) };
  const times = given({
    answeredAt: answeredAt ?? answerIn(news, at),
    endedAt: endedAt ?? (news.event === 'ended' ? at : undefined),
  });
  return { status: statusAt(times), ...times, ...given({ seconds: seconds ?? spoken(times, news.seconds) }) };
};

const statusAt = ({ answeredAt, endedAt }: Times): Known['status'] => {
  if (endedAt === undefined) return 'ANSWERED';
  return answeredAt === undefined ? 'MISSED' : 'ENDED';
};

/** An end that says how long people spoke says when it was answered. */
const answerIn = ({ event, seconds = 0 }: Pick<News, 'event' | 'seconds'>, at: string): string | undefined => {
  if (event === 'answered') return at;
  return seconds > 0 ? new Date(Date.parse(at) - seconds * 1000).toISOString() : undefined;
};

const spoken = ({ answeredAt, endedAt }: Times, said: number | undefined): number | undefined =>
  answeredAt === undefined || endedAt === undefined
    ? undefined
    : (said ?? Math.max(0, Math.round((Date.parse(endedAt) - Date.parse(answeredAt)) / 1000)));

const hourMilliseconds = 3_600_000;

/** When a call of which the exchange says nothing more counts as ended: a telephone rings no hour, and nobody speaks for a day. */
export const lapseOf = ({ status, startedAt, answeredAt }: Lasting): string | undefined => {
  if (status === 'RINGING') return after(startedAt, 1);
  return status === 'ANSWERED' ? after(answeredAt ?? startedAt, 24) : undefined;
};

type Lasting = Pick<Known, 'status' | 'answeredAt'> & { readonly startedAt: string };

const after = (moment: string, hours: number): string =>
  new Date(Date.parse(moment) + hours * hourMilliseconds).toISOString();

/** When something is to be done with a call by itself: what comes first of its end and of its recording. */
export const dueOf = (call: Lasting & { readonly recordingAt?: string }): string | undefined =>
  [lapseOf(call), call.recordingAt]
    .filter((moment) => moment !== undefined)
    .toSorted((one, other) => Date.parse(one) - Date.parse(other))[0];

/** Minutes of work that a call was: those that began. */
export const minutesOf = (seconds: number): number => Math.ceil(seconds / 60);

/** The fields for those who set an exchange up. */
export const describedNews = Object.entries(newsFields)
  .map(([name, { describes }]) => `${name}: ${describes}`)
  .join('\n');

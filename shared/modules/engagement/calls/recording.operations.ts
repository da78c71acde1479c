import { dateTime, DomainError, job, mayTouch, query, ref, text, url, type Context } from '#kernel';
import { startJob } from '#modules/platform/jobs';
import { secretsOf } from './line-secrets.operations.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';
import { PhoneLine } from './phone-line.entity.ts';

const mostTries = 6;
const dayMilliseconds = 86_400_000;
const listenSeconds = 5 * 60;
/** Hours of talk, within the lease of a job. */
const fetchLimits = { mostBytes: 100 * 1024 * 1024, totalMs: 60_000 } as const;

/** Beside the files, so that who sees a call or a contact does not hear it; under the call's id, so that it goes with the call. */
const recordingKey = ({ actor }: Context, { id }: PhoneCallRow): string => `${actor.tenant}/recordings/${id}`;

type Fetched = { readonly body: Uint8Array; readonly contentType: string } | { readonly problem: string };

/** What is due with a recording: its fetching, by a job, since timers of others wait for this one; once kept, its end. */
export const tendRecording = async (context: Context, call: PhoneCallRow): Promise<void> => {
  if (call.recording === undefined) askForRecording(context, call);
  else await deleteRecording(context, call);
};

/** A try, and when the next one begins should it fail or be lost: in 2, 4, 8 ... minutes. */
const askForRecording = (context: Context, call: PhoneCallRow): void => {
  const recordingTries = (call.recordingTries ?? 0) + 1;
  const next = new Date(context.clock.now().getTime() + 2 ** recordingTries * 60_000).toISOString();
  const recordingAt = recordingTries < mostTries ? next : null;
  context.trusted(PhoneCall).update(call, { recordingTries, recordingAt }, { aside: true });
  startJob(context, fetchCallRecording, { call: call.id }, { subject: call.id });
};

export const fetchCallRecording = job<{ readonly call: string }>('fetchCallRecording', {
  describes: 'Fetches the recording of a call from its exchange.',
  needs: 'phoneCall.listen',
  chunk: async ({ call: id }, _cursor, context) => {
    const call = await context.trusted(PhoneCall).find(id);
    if (call?.recordingUrl === undefined) return { results: [] };
    const fetched = await fetchRecording(context, call);
    // A piece reads the call anew: news may have come while the exchange spoke.
    const [kept] = await context.together([{ key: 'keep', run: (unit) => keepFetched(unit, id, fetched) }]);
    if ('problem' in fetched || kept === undefined)
      return {
        results: [{ row: 1, status: 'failed', record: id, ...('problem' in fetched && { message: fetched.problem }) }],
      };
    return { results: [{ row: 1, status: kept.status, record: id }] };
  },
});

const fetchRecording = async (context: Context, { line, recordingUrl = '' }: PhoneCallRow): Promise<Fetched> => {
  try {
    const { ACCESS } = await secretsOf(context, line);
    const headers = ACCESS === undefined ? {} : { authorization: `Bearer ${ACCESS}` };
    const answer = await context.ports.web.fetch(recordingUrl, { headers, limits: fetchLimits });
    const [contentType = ''] = (answer.headers.get('content-type') ?? '').split(';');
    if (!answer.ok) return { problem: `The exchange answered ${String(answer.status)}.` };
    if (!/^audio\/[\w.+-]+$/.test(contentType)) return { problem: `It is no sound but ${contentType}.` };
    return { body: new Uint8Array(await answer.arrayBuffer()), contentType };
  } catch (error) {
    return { problem: String(error).slice(0, 300) };
  }
};

const keepFetched = async (context: Context, id: string, fetched: Fetched): Promise<PhoneCallRow | undefined> => {
  const call = await context.trusted(PhoneCall).find(id);
  if (call?.recordingUrl === undefined) return call;
  if ('problem' in fetched) return context.trusted(PhoneCall).update(call, fetched, { aside: true });
  const { body, contentType: recording } = fetched;
  const { recordingDays } = await context.trusted(PhoneLine).get(call.line);
  await context.ports.files.put(recordingKey(context, call), body, recording);
  const recordingAt = new Date(context.clock.now().getTime() + recordingDays * dayMilliseconds).toISOString();
  const kept = { recording, recordingAt, recordingUrl: null, problem: null };
  return context.trusted(PhoneCall).update(call, kept, { event: 'phoneCall.recorded' });
};

const deleteRecording = async (context: Context, call: PhoneCallRow): Promise<void> => {
  await context.ports.files.delete(recordingKey(context, call));
  context.trusted(PhoneCall).update(call, { recording: null, recordingAt: null });
};

export const callRecording = query('callRecording', {
  describes:
    'A URL at which one hears what was recorded of a call, for five minutes: of one’s own calls, and of those of people whose calls one may change.',
  needs: 'phoneCall.listen',
  input: { id: ref('PhoneCall', { describes: 'Which call.' }) },
  returns: {
    url: url({ describes: 'Where to GET the sound.' }),
    contentType: text({ describes: 'Its media type.' }),
    validUntil: dateTime({ describes: 'Until when the URL works.' }),
  },
  fails: ['NOT_RECORDED'],
  run: async ({ id }, context) => {
    const call = await context.data(PhoneCall).get(id);
    if (!mayTouch(context.actor, PhoneCall, call, 'update'))
      throw new DomainError('FORBIDDEN', 'You may not hear what others have spoken.', ['id']);
    if (call.recording === undefined) throw new DomainError('NOT_RECORDED', 'There is no recording of it.', ['id']);
    const fileName = `${call.startedAt.slice(0, 16).replace(/[:T]/g, '-')}.${call.recording.replace(/^audio\/(x-)?/, '')}`;
    const key = recordingKey(context, call);
    const signed = await context.ports.files.downloadUrl(key, { fileName, seconds: listenSeconds });
    const validUntil = new Date(context.clock.now().getTime() + listenSeconds * 1000).toISOString();
    return { url: signed, contentType: call.recording, validUntil };
  },
});

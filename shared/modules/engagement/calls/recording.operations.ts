import {
  dateTime,
  DomainError,
  job,
  mayTouch,
  mutation,
  query,
  record,
  recordInput,
  ref,
  text,
  url,
  type Context,
} from '#kernel';
import { startJob } from '#modules/platform/jobs';
import { standingOf } from '#modules/platform/privacy';
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
  if (call.recording !== undefined) await deleteRecording(context, call);
  else if (await refusesRecording(context, call)) context.trusted(PhoneCall).update(call, refused);
  else askForRecording(context, call);
};

const refused = { recordingUrl: null, recordingAt: null, problem: 'With whom it was does not want to be recorded.' };

/** The purpose of a consent that people give or refuse to be recorded. */
const recordingPurpose = 'CALL_RECORDING';

/** Whether the contact said so: no answer is none, since people are told before they are recorded. */
const refusesRecording = async (context: Context, { contact: subject }: PhoneCallRow): Promise<boolean> => {
  if (subject === undefined) return false;
  const { allowed, proof } = await standingOf(context, { subject, purpose: recordingPurpose, channel: 'PHONE' });
  return !allowed && proof?.purpose === recordingPurpose && proof.status !== 'PENDING';
};

/** A try, and when the next one begins should it fail or be lost: in 2, 4, 8 ... minutes. */
const askForRecording = (context: Context, call: PhoneCallRow): void => {
  const recordingTries = (call.recordingTries ?? 0) + 1;
  const next = new Date(context.clock.now().getTime() + 2 ** recordingTries * 60_000).toISOString();
  const recordingAt = recordingTries < mostTries ? next : null;
  context.trusted(PhoneCall).update(call, { recordingTries, recordingAt }, { aside: true });
  // Who looks at jobs need not know of whose call.
  startJob(context, fetchCallRecording, { call: call.id });
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
    const status = 'problem' in fetched || kept === undefined ? 'failed' : kept.status;
    return { results: [{ row: 1, status }] };
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
  const { recordingDays, recordingNotice = null } = await context.trusted(PhoneLine).get(call.line);
  await context.ports.files.put(recordingKey(context, call), body, recording);
  const recordingAt = new Date(context.clock.now().getTime() + recordingDays * dayMilliseconds).toISOString();
  const kept = { recording, recordingNotice, recordingAt, recordingUrl: null, problem: null };
  return context.trusted(PhoneCall).update(call, kept, { event: 'phoneCall.recorded' });
};

const deleteRecording = async (context: Context, call: PhoneCallRow): Promise<PhoneCallRow> => {
  await context.ports.files.delete(recordingKey(context, call));
  return context.trusted(PhoneCall).update(call, { recording: null, recordingNotice: null, recordingAt: null });
};

export const deleteCallRecording = mutation('deleteCallRecording', {
  describes: 'Deletes what was recorded of a call before its days are over, as when somebody asks for that.',
  needs: 'phoneCall.unrecord',
  input: recordInput('PhoneCall'),
  returns: { phoneCall: record(PhoneCall, 'The call, without its recording.') },
  fails: ['NOT_RECORDED'],
  run: async ({ id }, context) => ({
    phoneCall: await deleteRecording(context, recorded(await context.data(PhoneCall).get(id))),
  }),
});

/** @throws NOT_RECORDED */
const recorded = (call: PhoneCallRow): PhoneCallRow & { readonly recording: string } => {
  const { recording } = call;
  if (recording === undefined) throw new DomainError('NOT_RECORDED', 'There is no recording of it.', ['id']);
  return { ...call, recording };
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
    const found = await context.data(PhoneCall).get(id);
    if (!mayTouch(context.actor, PhoneCall, found, 'update'))
      throw new DomainError('FORBIDDEN', 'You may not hear what others have spoken.', ['id']);
    const call = recorded(found);
    const fileName = `${call.startedAt.slice(0, 16).replace(/[:T]/g, '-')}.${call.recording.replace(/^audio\/(x-)?/, '')}`;
    const key = recordingKey(context, call);
    const signed = await context.ports.files.downloadUrl(key, { fileName, seconds: listenSeconds });
    const validUntil = new Date(context.clock.now().getTime() + listenSeconds * 1000).toISOString();
    return { url: signed, contentType: call.recording, validUntil };
  },
});

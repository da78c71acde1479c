import { dateTime, DomainError, mayTouch, query, ref, text, timer, url, type Context } from '#kernel';
import { secretsOf } from './line-secrets.operations.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';
import { PhoneLine } from './phone-line.entity.ts';

const mostTries = 6;
const dayMilliseconds = 86_400_000;
const listenSeconds = 5 * 60;

/** Beside the files, so that who sees a call or a contact does not hear it; under the call's id, so that it goes with the call. */
const recordingKey = ({ actor }: Context, { id }: PhoneCallRow): string => `${actor.tenant}/recordings/${id}`;

type Fetched = { readonly body: Uint8Array; readonly contentType: string };

/** Fetches what an exchange has recorded, and deletes it when its days are over. */
export const keepRecording = timer(PhoneCall, {
  describes: 'Fetches the recording of a call, again where the exchange does not answer; deletes it after its days.',
  run: async (call, context) => {
    if (call.recording !== undefined) return deleteRecording(context, call);
    const fetched = await fetchRecording(context, call);
    if ('problem' in fetched) tryAgain(context, call, fetched.problem);
    else await storeRecording(context, call, fetched);
  },
});

const fetchRecording = async (
  context: Context,
  { line, recordingUrl = '' }: PhoneCallRow,
): Promise<Fetched | { readonly problem: string }> => {
  try {
    const { ACCESS } = await secretsOf(context, line);
    const headers = ACCESS === undefined ? {} : { authorization: `Bearer ${ACCESS}` };
    const answer = await context.ports.web.fetch(recordingUrl, { headers });
    const [contentType = ''] = (answer.headers.get('content-type') ?? '').split(';');
    if (!answer.ok) return { problem: `The exchange answered ${String(answer.status)}.` };
    if (!/^audio\/[\w.+-]+$/.test(contentType)) return { problem: `It is no sound but ${contentType}.` };
    return { body: new Uint8Array(await answer.arrayBuffer()), contentType };
  } catch (error) {
    return { problem: String(error).slice(0, 300) };
  }
};

/** One try more, each later than the one before: in 2, 4, 8 ... minutes. */
const tryAgain = (context: Context, call: PhoneCallRow, problem: string): void => {
  const tries = (call.recordingTries ?? 0) + 1;
  const next = new Date(context.clock.now().getTime() + 2 ** tries * 60_000).toISOString();
  const recordingAt = tries < mostTries ? next : null;
  context.trusted(PhoneCall).update(call, { recordingTries: tries, recordingAt, problem }, { aside: true });
};

const storeRecording = async (context: Context, call: PhoneCallRow, { body, contentType }: Fetched): Promise<void> => {
  const { recordingDays } = await context.trusted(PhoneLine).get(call.line);
  await context.ports.files.put(recordingKey(context, call), body, contentType);
  const recordingAt = new Date(context.clock.now().getTime() + recordingDays * dayMilliseconds).toISOString();
  const kept = { recording: contentType, recordingAt, recordingUrl: null, problem: null };
  context.trusted(PhoneCall).update(call, kept, { event: 'phoneCall.recorded' });
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

import { dateTime, DomainError, mayTouch, query, ref, text, timer, url, type Context } from '#kernel';
import { assertStorable, File, fileKey, storeFile } from '#modules/platform/files';
import { secretsOf } from './line-secrets.operations.ts';
import { PhoneCall, type PhoneCallRow } from './phone-call.entity.ts';
import { PhoneLine } from './phone-line.entity.ts';

const mostTries = 6;
const dayMilliseconds = 86_400_000;
const listenSeconds = 5 * 60;

type Fetched = { readonly body: Uint8Array; readonly contentType: string };

/** Fetches what an exchange has recorded, and deletes it when its days are over. */
export const keepRecording = timer(PhoneCall, {
  describes: 'Fetches the recording of a call, again where the exchange does not answer; deletes it after its days.',
  run: async (call, context) => {
    if (call.recording !== undefined) return deleteRecording(context, call, call.recording);
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
  const name = `${call.startedAt.slice(0, 16).replace(/[:T]/g, '-')}.${contentType.replace(/^audio\/(x-)?/, '')}`;
  assertStorable(name, contentType, body.length);
  // A second try after a crash writes the same file again.
  const id = call.id.replace(PhoneCall.idPrefix, File.idPrefix);
  const file = await storeFile(context, { name, contentType, body, id });
  const recordingAt = new Date(context.clock.now().getTime() + recordingDays * dayMilliseconds).toISOString();
  const kept = { recording: file.id, recordingAt, recordingUrl: null, problem: null };
  context.trusted(PhoneCall).update(call, kept, { event: 'phoneCall.recorded' });
};

const deleteRecording = async (context: Context, call: PhoneCallRow, recording: string): Promise<void> => {
  const file = await context.trusted(File).find(recording);
  if (file && file.archivedAt === undefined) context.trusted(File).archive(file);
  context.trusted(PhoneCall).update(call, { recording: null, recordingAt: null });
  context.afterCommit(() => context.ports.files.delete(fileKey(context.actor.tenant, recording)));
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
    const { name, contentType } = await context.trusted(File).get(call.recording);
    const key = fileKey(context.actor.tenant, call.recording);
    const signed = await context.ports.files.downloadUrl(key, { fileName: name, seconds: listenSeconds });
    const validUntil = new Date(context.clock.now().getTime() + listenSeconds * 1000).toISOString();
    return { url: signed, contentType, validUntil };
  },
});

import { derivedId, DomainError, job, type Context, type RowResult } from '#kernel';
import { storeForeignFile } from '#modules/platform/files';
import { startJob } from '#modules/platform/jobs';
import { later } from '#modules/platform/mail-out';
import { ChannelAccount, fetchMedia, type FetchedMedia, type InboundMessage } from '#modules/engagement/channels';
import { Conversation } from './conversation.entity.ts';
import { Message, type MessageRow } from './message.entity.ts';

type Media = MessageRow['media'][number];

/** Things of one message that are kept. */
const mostKept = 20;
/** Tries are 2, 4, 8 ... minutes apart: the last one is half a day after the first. */
const mostTries = 9;

/** How a message begins whose media are fetched from its provider. */
export const mediaToCome = (media: InboundMessage['media'], now: string) =>
  media.length === 0
    ? { media: [] }
    : {
        media: media.slice(0, mostKept).map((each): Media => ({ ...each, status: 'FETCHING' })),
        ...(media.length > mostKept && {
          problem: `Of ${String(media.length)} things that came along ${String(mostKept)} are kept.`,
        }),
        mediaTries: 1,
        mediaAt: later(now, 2),
      };

/** Fetching goes on by itself, so that whoever hands in need not wait. */
export const askForMedia = (context: Context, { id, media }: MessageRow): void => {
  if (media.length > 0) startJob(context, fetchMessageMedia, { message: id }, { subject: id });
};

/** What has not come is asked for once more; after the last time it will not come. */
export const askForMediaAgain = (context: Context, message: MessageRow): void => {
  const tries = message.mediaTries ?? 0;
  if (tries >= mostTries) {
    const media = message.media.map((each) =>
      each.status === 'FETCHING' ? { ...each, status: 'GONE' as const } : each,
    );
    context.trusted(Message).update(message, { media, mediaAt: null }, { event: 'message.mediaFetched' });
    return;
  }
  const mediaAt = later(context.clock.instant(), 2 ** (tries + 1));
  askForMedia(context, context.trusted(Message).update(message, { mediaTries: tries + 1, mediaAt }, { aside: true }));
};

export const fetchMessageMedia = job<{ readonly message: string }>('fetchMessageMedia', {
  describes: 'Fetches what came along with a message from its provider, one thing after the other.',
  needs: 'message.read',
  chunk: async ({ message: id }, cursor = '0', context) => {
    const message = await context.trusted(Message).find(id);
    const from = Number(cursor);
    const index = message?.media.findIndex(({ status }, at) => at >= from && status === 'FETCHING') ?? -1;
    if (!message || index < 0) return { results: [] };
    return { results: [await fetchAndKeep(context, message, index)], next: String(index + 1) };
  },
});

const fetchAndKeep = async (context: Context, message: MessageRow, index: number): Promise<RowResult> => {
  const fetched = await fetchOne(context, message, index);
  // A piece reads the message anew: another try may have been faster.
  const keep = (unit: Context) => keepOne(unit, message.id, index, fetched);
  const [kept] = await context.together([{ key: `keep ${String(index)}`, run: keep }]);
  const row = { row: index + 1, record: message.id };
  if ('problem' in fetched) return { ...row, status: 'failed', message: fetched.problem };
  return { ...row, status: kept?.status === 'failed' ? 'failed' : 'done' };
};

const fileId = (message: string, index: number): string => derivedId('fil', 'message-media', [message, String(index)]);

const fetchOne = async (
  context: Context,
  { id, conversation, media }: MessageRow,
  index: number,
): Promise<FetchedMedia> => {
  const { line } = await context.trusted(Conversation).get(conversation);
  const account = line === undefined ? undefined : await context.trusted(ChannelAccount).find(line);
  if (!account) return { problem: 'The account is gone.', isFinal: true };
  return fetchMedia(context, { account, source: media[index]?.source ?? '', key: fileId(id, index) });
};

const keepOne = async (
  context: Context,
  id: string,
  index: number,
  fetched: FetchedMedia,
): Promise<MessageRow | undefined> => {
  const messages = context.trusted(Message);
  const message = await messages.find(id);
  const item = message?.media[index];
  if (!message || item?.status !== 'FETCHING') return message;
  const media = message.media.with(index, { ...item, ...(await outcomeOf(context, message, index, fetched)) });
  if (media.some(({ status }) => status === 'FETCHING')) return messages.update(message, { media }, { aside: true });
  return messages.update(message, { media, mediaAt: null }, { event: 'message.mediaFetched' });
};

const outcomeOf = async (
  context: Context,
  { id: record, media }: MessageRow,
  index: number,
  fetched: FetchedMedia,
): Promise<Partial<Media>> => {
  if ('problem' in fetched) return { problem: fetched.problem, ...(fetched.isFinal && { status: 'GONE' }) };
  const name = media[index]?.name ?? `${media[index]?.kind ?? 'file'}-${String(index + 1)}`;
  try {
    const { id: file } = await storeForeignFile(context, { id: fileId(record, index), name, record, ...fetched });
    return { file, status: 'KEPT' };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { problem: error.message.slice(0, 300), status: 'REFUSED' };
  }
};

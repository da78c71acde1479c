import { DomainError, MessageRefused, type Context } from '#kernel';
import type { ChannelAccountRow } from './channel-account.entity.ts';
import { secretsOf, type ChannelSecrets } from './secrets.operations.ts';

/** Bytes that came along with a message, with what the provider says that they are; or why they are not had, now or for ever. */
export type FetchedMedia =
  { readonly body: Uint8Array; readonly contentType: string } | { readonly problem: string; readonly isFinal: boolean };

/** What is fetched, for which message. */
export type MediaAsked = { readonly account: ChannelAccountRow; readonly source: string; readonly key: string };

type Asking = MediaAsked & { readonly context: Context; readonly secrets: ChannelSecrets };

/** What providers let people send is smaller, documents of WhatsApp apart. */
const mostBytes = 25 * 1024 * 1024;
const limits = { mostBytes, totalMs: 60_000 } as const;
const graph = 'https://graph.facebook.com/v23.0';
const telegram = 'https://api.telegram.org';

/** Fetches what came along with a message from its provider, which keeps it for some time. Never throws. */
export const fetchMedia = async (context: Context, asked: MediaAsked): Promise<FetchedMedia> => {
  try {
    const { kind, id } = asked.account;
    return await (ways[kind] ?? byAddress)({ context, secrets: await secretsOf(context, id), ...asked });
  } catch (error) {
    const isFinal =
      error instanceof DomainError ||
      (error instanceof MessageRefused && !error.isHaste) ||
      (error instanceof Error && error.name === 'WebRefused');
    return { problem: String(error).slice(0, 300), isFinal };
  }
};

const tooLarge = { problem: `It is larger than ${String(mostBytes / 1024 / 1024)} MiB.`, isFinal: true } as const;

/** Providers forget what was not fetched for days, and then know nothing of it. */
const isGone = (status: number): boolean => status === 400 || status === 404 || status === 410;

const refusalOf = ({ status }: Response): FetchedMedia => ({
  problem: isGone(status) ? 'The provider no longer has it.' : `The provider answered ${String(status)}.`,
  isFinal: isGone(status),
});

const get = async ({ context }: Asking, url: string, headers: Readonly<Record<string, string>> = {}) =>
  context.ports.web.fetch(url, { headers, limits });

const unknownType = 'application/octet-stream';

const bytesOf = async (answer: Response, said = ''): Promise<FetchedMedia> => {
  if (!answer.ok) return refusalOf(answer);
  const told = answer.headers.get('content-type') ?? '';
  const [contentType = unknownType] = [said, told]
    .map((type) => type.split(';')[0] ?? '')
    .filter((type) => type !== '');
  return { body: new Uint8Array(await answer.arrayBuffer()), contentType };
};

/** Messenger, Instagram and programs of one's own name an address that whoever has it may read. */
const byAddress = async (asking: Asking): Promise<FetchedMedia> =>
  URL.canParse(asking.source)
    ? bytesOf(await get(asking, asking.source))
    : { problem: 'The provider named no address of it.', isFinal: true };

type Described = { readonly url?: string; readonly mime_type?: string; readonly file_size?: number };

/** Of a number that Meta hosts for us: first where it is, then it. */
const byMeta = async (asking: Asking, token: string): Promise<FetchedMedia> => {
  const headers = { authorization: `Bearer ${token}` };
  const described = await get(asking, `${graph}/${encodeURIComponent(asking.source)}`, headers);
  if (!described.ok) return refusalOf(described);
  const { url, mime_type: type = '', file_size: size = 0 } = (await described.json()) as Described;
  if (size > mostBytes) return tooLarge;
  if (url === undefined) return { problem: 'The provider does not say where it is.', isFinal: false };
  return bytesOf(await get(asking, url, headers), type);
};

/** Of a number that is linked with End User Messaging, which puts it where we say. */
const byEndUserMessaging = async ({ context, account, source, key }: Asking): Promise<FetchedMedia> => {
  const { messages, files } = context.ports;
  const asked = { from: account.address ?? '', mediaId: source };
  const { contentType, size } = await messages.fetchMedia(asked);
  if (size > mostBytes) return tooLarge;
  const place = `${context.actor.tenant}/incoming/${key}`;
  try {
    const url = await files.uploadUrl(place, { contentType, seconds: 300 });
    await messages.fetchMedia({ ...asked, to: { url, contentType } });
    const body = await files.get(place);
    return body ? { body, contentType } : { problem: 'It has not arrived.', isFinal: false };
  } finally {
    // Nothing else knows of it: what stays there would outlive the person.
    await files.delete(place);
  }
};

const byWhatsApp = (asking: Asking): Promise<FetchedMedia> => {
  const { ACCESS } = asking.secrets;
  return ACCESS === undefined ? byEndUserMessaging(asking) : byMeta(asking, ACCESS);
};

type TelegramFile = { readonly result?: { readonly file_path?: string; readonly file_size?: number } };

/** A bot gets files of up to 20 MB. */
const byTelegram = async (asking: Asking): Promise<FetchedMedia> => {
  const { source, secrets } = asking;
  if (secrets.ACCESS === undefined)
    return { problem: 'The account has no ACCESS secret to fetch with.', isFinal: false };
  const described = await get(asking, `${telegram}/bot${secrets.ACCESS}/getFile?file_id=${encodeURIComponent(source)}`);
  if (!described.ok) return refusalOf(described);
  const { result } = (await described.json()) as TelegramFile;
  if (result?.file_path === undefined) return { problem: 'The provider does not say where it is.', isFinal: false };
  const path = result.file_path.split('/').map(encodeURIComponent).join('/');
  return bytesOf(await get(asking, `${telegram}/file/bot${secrets.ACCESS}/${path}`));
};

const ways: Readonly<Partial<Record<ChannelAccountRow['kind'], (asking: Asking) => Promise<FetchedMedia>>>> = {
  WHATSAPP: byWhatsApp,
  TELEGRAM: byTelegram,
};

import { shownAs } from './carrying.rules.ts';
import type { ChannelKind } from './channel-account.entity.ts';
import { ownSignature, signatureOf } from './signature.rules.ts';

/** A form that WhatsApp has approved, with what stands in its gaps. */
export type MessageTemplate = { readonly name: string; readonly language: string; readonly values: readonly string[] };

/** A message that is to leave. */
export type Outgoing = {
  /** Our id of it. */
  readonly id: string;
  readonly kind: 'TRANSACTIONAL' | 'MARKETING';
  readonly to: string;
  readonly text: string;
  /** A file, under a link by which the provider fetches it. */
  readonly media?: { readonly name: string; readonly type: string; readonly url: string };
  readonly template?: MessageTemplate;
};

/** A request to a provider. */
export type ProviderRequest = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const graph = 'https://graph.facebook.com/v23.0';
const telegram = 'https://api.telegram.org';

/** The same message in the words of the WhatsApp Business Cloud API, which End User Messaging takes as well. */
export const whatsAppMessage = ({ id, to, text, media, template }: Outgoing): Readonly<Record<string, unknown>> => ({
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to: to.replace(/^\+/, ''),
  biz_opaque_callback_data: id,
  ...(template ? templateOf(template) : media ? mediaOf(media, text) : { type: 'text', text: { body: text } }),
});

const templateOf = ({ name, language, values }: MessageTemplate) => ({
  type: 'template',
  template: {
    name,
    language: { code: language },
    components:
      values.length === 0 ? [] : [{ type: 'body', parameters: values.map((each) => ({ type: 'text', text: each })) }],
  },
});

const mediaOf = ({ name, type, url }: NonNullable<Outgoing['media']>, caption: string) => {
  const shown = shownAs('WHATSAPP', type) ?? 'document';
  const said = { link: url, ...(caption !== '' && { caption }), ...(shown === 'document' && { filename: name }) };
  return { type: shown, [shown]: said };
};

const postJson = (url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): ProviderRequest => ({
  url,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

export const whatsAppRequest = (address: string, token: string, message: Outgoing): ProviderRequest =>
  postJson(`${graph}/${encodeURIComponent(address)}/messages`, whatsAppMessage(message), bearer(token));

/** Messenger and Instagram, for a page. */
export const messengerRequest = (
  kind: ChannelKind,
  address: string,
  token: string,
  { to, text, media }: Outgoing,
): ProviderRequest => {
  const shown = media && shownAs(kind, media.type);
  const attachment = media && { type: shown === 'document' ? 'file' : shown, payload: { url: media.url } };
  const message = attachment ? { attachment } : { text };
  const body = { recipient: { id: to }, messaging_type: 'RESPONSE', message };
  return postJson(`${graph}/${encodeURIComponent(address)}/messages`, body, bearer(token));
};

const telegramWays = {
  image: ['sendPhoto', 'photo'],
  video: ['sendVideo', 'video'],
  audio: ['sendAudio', 'audio'],
  document: ['sendDocument', 'document'],
} as const;

export const telegramRequest = (token: string, { to, text, media }: Outgoing): ProviderRequest => {
  if (!media) return postJson(`${telegram}/bot${token}/sendMessage`, { chat_id: to, text });
  const [method, field] = telegramWays[shownAs('TELEGRAM', media.type) ?? 'document'];
  return postJson(`${telegram}/bot${token}/${method}`, { chat_id: to, [field]: media.url, caption: text });
};

/** A program of one's own gets it signed as it signs what it hands in. */
export const ownRequest = (url: string, secret: string, message: Outgoing): ProviderRequest => {
  const body = JSON.stringify(message);
  return { url, headers: { 'content-type': 'application/json', [ownSignature]: signatureOf(body, secret) }, body };
};

/** The id that a provider gave, wherever its answer has it. */
export const idInAnswer = (answer: unknown, to: string): string | undefined => {
  const { messages, message_id: own, result, id } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  const [first] = (messages ?? []) as readonly { readonly id?: string }[];
  const number = (result as { readonly message_id?: number } | undefined)?.message_id;
  const found = first?.id ?? own ?? id;
  if (typeof found === 'string' && found !== '') return found;
  return number === undefined ? undefined : `${to}:${String(number)}`;
};

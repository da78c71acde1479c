import type { ChannelKind } from './channel-account.entity.ts';

/** Something that came along with a message; the provider keeps it. */
export type InboundMedia = { readonly kind: string; readonly source: string; readonly name?: string };

/** A message that somebody wrote to us. */
export type InboundMessage = {
  /** Its id at the provider: the same message twice has the same one. */
  readonly id: string;
  /** Who wrote, as the provider knows them: a number, a scoped id. */
  readonly from: string;
  readonly name?: string;
  readonly text: string;
  readonly media: readonly InboundMedia[];
};

/** What became of a message of ours. */
export type DeliveryNews = {
  readonly id: string;
  /** Our own id of it, where the provider hands it back. */
  readonly reference?: string;
  readonly status: 'SENT' | 'DELIVERED' | 'READ' | 'FAILED';
  readonly detail?: string;
};

/** What a request of a provider says. */
export type Inbound = { readonly messages: readonly InboundMessage[]; readonly news: readonly DeliveryNews[] };

type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const within = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((at, name) => (isObject(at) ? at[name] : undefined), value);
const itemsOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const wordOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const named = (name: string) => (name === '' ? {} : { name: name.slice(0, 200) });

/** Reads what a provider handed in. What is none of it is left out: providers tell of more than messages. */
export const readInbound = (kind: ChannelKind, body: unknown): Inbound => {
  const { messages, news } = (readers[kind] ?? readOwn)(body);
  return {
    messages: messages.filter(({ id, from }) => id !== '' && from !== ''),
    news: news.filter(({ id }) => id !== ''),
  };
};

const entriesOf = (body: unknown): readonly Json[] => itemsOf(within(body, 'entry'));

/** WhatsApp Business Cloud API: `entry[].changes[].value`. */
const readWhatsApp = (body: unknown): Inbound => {
  const values = entriesOf(body).flatMap(({ changes }) => itemsOf(changes).map(({ value }) => value));
  return {
    messages: values.flatMap((value) =>
      itemsOf(within(value, 'messages')).map((message) => whatsAppMessage(message, nameIn(value, message['from']))),
    ),
    news: values.flatMap((value) => itemsOf(within(value, 'statuses')).flatMap(newsIn)),
  };
};

const nameIn = (value: unknown, from: unknown): string => {
  const contact = itemsOf(within(value, 'contacts')).find((each) => each['wa_id'] === from);
  return wordOf(within(contact, 'profile', 'name'));
};

/** Where a message says something in words: typed, or chosen among buttons. */
const whatsAppTexts: readonly (readonly string[])[] = [
  ['text', 'body'],
  ['button', 'text'],
  ['interactive', 'button_reply', 'title'],
  ['interactive', 'list_reply', 'title'],
];

const whatsAppMessage = (message: Json, name: string): InboundMessage => {
  const kind = wordOf(message['type']);
  const said = message[kind];
  const [typed = ''] = whatsAppTexts.map((path) => wordOf(within(message, ...path))).filter((each) => each !== '');
  const source = wordOf(within(said, 'id'));
  const media = source === '' ? [] : [{ kind, source, ...named(wordOf(within(said, 'filename'))) }];
  const text = typed || wordOf(within(said, 'caption'));
  return { id: wordOf(message['id']), from: e164(wordOf(message['from'])), ...named(name), text, media };
};

const newsIn = (status: Json): readonly DeliveryNews[] => {
  const known = statusWords[wordOf(status['status']).toLowerCase()];
  if (!known) return [];
  const detail = wordOf(itemsOf(status['errors'])[0]?.['title']) || wordOf(status['detail']);
  const reference = wordOf(status['biz_opaque_callback_data']) || wordOf(status['reference']);
  return [
    {
      id: wordOf(status['id']),
      status: known,
      ...(reference !== '' && { reference }),
      ...(detail !== '' && { detail: detail.slice(0, 500) }),
    },
  ];
};

const statusWords: Readonly<Record<string, DeliveryNews['status']>> = {
  sent: 'SENT',
  delivered: 'DELIVERED',
  read: 'READ',
  failed: 'FAILED',
  undelivered: 'FAILED',
};

/** WhatsApp leaves the plus out. */
const e164 = (number: string): string => (/^\d{6,15}$/.test(number) ? `+${number}` : number);

/** Messenger and Instagram: `entry[].messaging[]`. What a page itself wrote comes back as an echo. */
const readMessenger = (body: unknown): Inbound => {
  const events = entriesOf(body).flatMap(({ messaging }) => itemsOf(messaging));
  return {
    messages: events
      .filter(({ message }) => isObject(message) && message['is_echo'] !== true)
      .map(({ sender, message }) => ({
        id: wordOf(within(message, 'mid')),
        from: wordOf(within(sender, 'id')),
        text: wordOf(within(message, 'text')),
        media: itemsOf(within(message, 'attachments')).map((each) => ({
          kind: wordOf(each['type']),
          source: wordOf(within(each, 'payload', 'url')),
        })),
      })),
    news: events.flatMap(({ delivery }) => {
      const ids = within(delivery, 'mids');
      return Array.isArray(ids) ? ids.map((id: unknown) => ({ id: wordOf(id), status: 'DELIVERED' as const })) : [];
    }),
  };
};

const telegramMedia = ['photo', 'document', 'voice', 'video', 'audio'] as const;

/** Telegram Bot API: one update each. */
const readTelegram = (body: unknown): Inbound => {
  const message = within(body, 'message');
  if (!isObject(message)) return { messages: [], news: [] };
  const chat = wordOf(within(message, 'chat', 'id'));
  const names = [within(message, 'from', 'first_name'), within(message, 'from', 'last_name')].map(wordOf);
  const media = telegramMedia.flatMap((kind) => {
    const said = message[kind];
    const largest = Array.isArray(said) ? (said.at(-1) as unknown) : said;
    const source = wordOf(within(largest, 'file_id'));
    return source === '' ? [] : [{ kind, source, ...named(wordOf(within(largest, 'file_name'))) }];
  });
  const text = wordOf(message['text']) || wordOf(message['caption']);
  const id = `${chat}:${wordOf(message['message_id'])}`;
  return { messages: [{ id, from: chat, ...named(names.join(' ').trim()), text, media }], news: [] };
};

/** Programs of one's own, and gateways of SMS: `{messages: [{id, from, name?, text}], statuses: [{id, status}]}`. */
const readOwn = (body: unknown): Inbound => ({
  messages: itemsOf(within(body, 'messages')).map((message) => ({
    id: wordOf(message['id']),
    from: wordOf(message['from']),
    ...named(wordOf(message['name'])),
    text: wordOf(message['text']),
    media: itemsOf(message['media']).map((each) => ({
      kind: wordOf(each['kind']),
      source: wordOf(each['source']),
      ...named(wordOf(each['name'])),
    })),
  })),
  news: itemsOf(within(body, 'statuses')).flatMap(newsIn),
});

const readers: Readonly<Partial<Record<ChannelKind, (body: unknown) => Inbound>>> = {
  WHATSAPP: readWhatsApp,
  MESSENGER: readMessenger,
  INSTAGRAM: readMessenger,
  TELEGRAM: readTelegram,
};

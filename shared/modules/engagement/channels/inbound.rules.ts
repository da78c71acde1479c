import type { ChannelKind } from './channel-account.entity.ts';

/** Something that came along with a message; the provider keeps it for some time. */
export type InboundMedia = {
  readonly kind: string;
  readonly source: string;
  readonly name?: string;
  /** Its media type, as the provider has it. */
  readonly type?: string;
};

/** A message that somebody wrote to us. */
export type InboundMessage = {
  /** Its id at the provider: the same message twice has the same one. */
  readonly id: string;
  /** Who wrote, as the provider knows them: a number, a scoped id. */
  readonly from: string;
  readonly name?: string;
  readonly text: string;
  readonly media: readonly InboundMedia[];
  /** When they wrote, as the provider tells. */
  readonly at?: string;
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
const typed = (type: string) => (type === '' ? {} : { type: (type.split(';')[0] ?? '').trim().slice(0, 100) });

/** A moment that a provider tells, in `unit` milliseconds since 1970 or in ISO 8601. */
const momentOf = (told: unknown, unit = 1) => {
  const at = /^\d+$/.test(wordOf(told)) ? Number(told) * unit : Date.parse(wordOf(told));
  return Number.isFinite(at) && Math.abs(at) < 8e15 ? { at: new Date(at).toISOString() } : {};
};

/** A place or a card that somebody sends, in words. */
const placeIn = (value: unknown): string => {
  const [latitude, longitude] = ['latitude', 'longitude'].map((name) => wordOf(within(value, name)));
  if (!latitude || !longitude) return '';
  const words = ['name', 'title', 'address'].map((name) => wordOf(within(value, name)));
  return [...words, `https://maps.google.com/?q=${latitude},${longitude}`].filter((each) => each !== '').join('\n');
};

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
  ['reaction', 'emoji'],
];

const whatsAppMessage = (message: Json, name: string): InboundMessage => {
  const kind = wordOf(message['type']);
  const said = message[kind];
  const [words = ''] = whatsAppTexts.map((path) => wordOf(within(message, ...path))).filter((each) => each !== '');
  const source = wordOf(within(said, 'id'));
  const about = { ...named(wordOf(within(said, 'filename'))), ...typed(wordOf(within(said, 'mime_type'))) };
  const media = source === '' ? [] : [{ kind, source, ...about }];
  const text = words || wordOf(within(said, 'caption')) || placeIn(message['location']) || cardsIn(message['contacts']);
  const from = e164(wordOf(message['from']));
  return { id: wordOf(message['id']), from, ...named(name), text, media, ...momentOf(message['timestamp'], 1000) };
};

const cardsIn = (contacts: unknown): string =>
  itemsOf(contacts)
    .map((card) => {
      const phones = itemsOf(card['phones']).map(({ phone }) => wordOf(phone));
      return [wordOf(within(card, 'name', 'formatted_name')), ...phones].filter((each) => each !== '').join(' ');
    })
    .join('\n');

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
      .filter(({ message, postback }) => isObject(message ?? postback) && within(message, 'is_echo') !== true)
      .map(messengerMessage),
    news: events.flatMap(({ delivery, read }) => {
      const ids = within(delivery, 'mids');
      const delivered = Array.isArray(ids) ? ids.map((id: unknown) => newsOf(id, 'DELIVERED')) : [];
      return [...delivered, newsOf(within(read, 'mid'), 'READ')];
    }),
  };
};

const newsOf = (id: unknown, status: 'DELIVERED' | 'READ'): DeliveryNews => ({ id: wordOf(id), status });

/** What was typed, or the button that was pressed. */
const messengerMessage = ({ sender, message, postback, timestamp }: Json): InboundMessage => {
  const attachments = itemsOf(within(message, 'attachments')).map((each) => ({
    kind: wordOf(each['type']),
    source: wordOf(within(each, 'payload', 'url')),
  }));
  return {
    id: wordOf(within(message, 'mid')) || wordOf(within(postback, 'mid')),
    from: wordOf(within(sender, 'id')),
    text: wordOf(within(message, 'text')) || wordOf(within(postback, 'title')),
    media: attachments.filter(({ source }) => source !== ''),
    ...momentOf(timestamp),
  };
};

const telegramMedia = ['photo', 'document', 'voice', 'video', 'video_note', 'audio', 'sticker'] as const;

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
    const about = { ...named(wordOf(within(largest, 'file_name'))), ...typed(wordOf(within(largest, 'mime_type'))) };
    return source === '' ? [] : [{ kind, source, ...about }];
  });
  const name = names.join(' ').trim();
  const id = `${chat}:${wordOf(message['message_id'])}`;
  const at = momentOf(message['date'], 1000);
  return { messages: [{ id, from: chat, ...named(name), text: telegramText(message), media, ...at }], news: [] };
};

const telegramText = ({ text, caption, contact, venue, location }: Json): string => {
  const card = ['first_name', 'last_name', 'phone_number'].map((field) => wordOf(within(contact, field)));
  const place = placeIn(isObject(venue) ? { ...venue, ...(isObject(location) && location) } : location);
  return wordOf(text) || wordOf(caption) || place || card.filter((each) => each !== '').join(' ');
};

/** Programs of one's own, and gateways of SMS: `{messages: [{id, from, name?, text, at?, media?}], statuses: [{id, status}]}`. */
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
      ...typed(wordOf(each['type'])),
    })),
    ...momentOf(message['at']),
  })),
  news: itemsOf(within(body, 'statuses')).flatMap(newsIn),
});

const readers: Readonly<Partial<Record<ChannelKind, (body: unknown) => Inbound>>> = {
  WHATSAPP: readWhatsApp,
  MESSENGER: readMessenger,
  INSTAGRAM: readMessenger,
  TELEGRAM: readTelegram,
};

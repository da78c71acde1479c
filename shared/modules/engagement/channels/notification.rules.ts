// What AWS tells by SNS: replies to SMS, what became of them, and WhatsApp messages of numbers that are linked there.
import type { ChannelKind } from './channel-account.entity.ts';
import { readInbound, type DeliveryNews, type Inbound } from './inbound.rules.ts';

/** A message of SNS as it comes to a hook. */
export type SnsMessage = {
  readonly Type: string;
  readonly Message: string;
  readonly TopicArn: string;
  readonly SubscribeURL?: string;
  readonly SigningCertURL: string;
  readonly Signature: string;
  readonly SignatureVersion: string;
} & Readonly<Record<string, unknown>>;

const signedOf: Readonly<Record<string, readonly string[]>> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

const needed = ['Type', 'Message', 'TopicArn', 'SigningCertURL', 'Signature', 'SignatureVersion'];

/** The message that a body is; undefined when it is none. */
export const snsMessageIn = (body: unknown): SnsMessage | undefined => {
  const found = (body ?? {}) as Readonly<Record<string, unknown>>;
  return needed.every((name) => typeof found[name] === 'string') && String(found['Type']) in signedOf
    ? (found as SnsMessage)
    : undefined;
};

/** What SNS signs of a message: its names and values, each on a line. */
export const signedText = (message: SnsMessage): string =>
  (signedOf[message.Type] ?? [])
    .filter((name) => typeof message[name] === 'string')
    .map((name) => `${name}\n${String(message[name])}\n`)
    .join('');

/** Addresses of SNS itself: whoever could name another would sign as they like. */
export const isOfSns = (url: string): boolean => /^https:\/\/sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\//.test(url);

type Event = {
  readonly eventType?: string;
  readonly messageId?: string;
  readonly messageStatusDescription?: string;
  readonly context?: { readonly message?: string };
  readonly inboundMessageId?: string;
  readonly originationNumber?: string;
  readonly messageBody?: string;
  readonly whatsAppWebhookEntry?: string;
};

/** What a notification says of messages. */
export const readNotification = (kind: ChannelKind, message: unknown): Inbound => {
  const event = (message ?? {}) as Event;
  if (typeof event.whatsAppWebhookEntry === 'string')
    return readInbound(kind, { entry: [JSON.parse(event.whatsAppWebhookEntry)] });
  const { inboundMessageId: id, originationNumber: from, messageBody: text } = event;
  const messages = id === undefined ? [] : [{ id, from, text }];
  return { ...readInbound(kind, { messages }), news: newsIn(event) };
};

const reached: Readonly<Record<string, DeliveryNews['status'] | undefined>> = {
  TEXT_SENT: 'SENT',
  TEXT_SUCCESSFUL: 'SENT',
  TEXT_DELIVERED: 'DELIVERED',
};
/** Nothing has become of it yet. */
const pending: ReadonlySet<string> = new Set(['TEXT_PENDING', 'TEXT_QUEUED', 'TEXT_UNKNOWN']);

const newsIn = ({ eventType, messageId, messageStatusDescription, context }: Event): readonly DeliveryNews[] => {
  if (eventType?.startsWith('TEXT_') !== true || messageId === undefined || pending.has(eventType)) return [];
  const status = reached[eventType] ?? 'FAILED';
  return [
    {
      id: messageId,
      status,
      ...(context?.message !== undefined && { reference: context.message }),
      ...(status === 'FAILED' && { detail: (messageStatusDescription ?? eventType).slice(0, 500) }),
    },
  ];
};

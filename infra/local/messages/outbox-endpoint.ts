// The doors of those who carry messages: End User Messaging as the SDK speaks it, and the web services of Meta and Telegram.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answerJson, readBody, urlOf, type Answer } from '../listen.ts';
import { mediaAt, putMedia, type MediaAnswer } from './kept-media.ts';
import type { Outbox, Script, SentMessage } from './outbox.ts';

const bodyLimit = 1024 * 1024;

type Asked = { readonly path: string; readonly body: Readonly<Record<string, unknown>> };
type Door = {
  readonly path: RegExp;
  read(asked: Asked): SentMessage;
  answer(id: string): unknown;
};

const wordAt = (value: unknown, ...path: readonly string[]): string => {
  const found = path.reduce<unknown>(
    (at, name) => (typeof at === 'object' && at !== null ? (at as Readonly<Record<string, unknown>>)[name] : undefined),
    value,
  );
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
};

const doors: readonly Door[] = [
  {
    path: /^\/sms/,
    read: ({ body }) => ({
      channel: 'SMS',
      from: wordAt(body, 'OriginationIdentity'),
      to: wordAt(body, 'DestinationPhoneNumber'),
      text: wordAt(body, 'MessageBody'),
      request: body,
    }),
    answer: (MessageId) => ({ MessageId }),
  },
  {
    path: /^\/social\/v1\/whatsapp\/send$/,
    read: ({ body }) => {
      const message = JSON.parse(Buffer.from(wordAt(body, 'message'), 'base64').toString()) as Asked['body'];
      return { ...whatsApp(message), from: wordAt(body, 'originationPhoneNumberId') };
    },
    answer: (messageId) => ({ messageId }),
  },
  {
    path: /^\/graph\/v[\d.]+\/[^/]+\/messages$/,
    read: ({ path, body }) => {
      const from = decodeURIComponent(path.split('/')[3] ?? '');
      if (body['messaging_product'] === 'whatsapp') return { ...whatsApp(body), from };
      const [to, text] = [wordAt(body, 'recipient', 'id'), wordAt(body, 'message', 'text')];
      return { channel: 'MESSENGER', from, to, text, request: body };
    },
    answer: (id) => ({ messages: [{ id }], message_id: id }),
  },
  {
    path: /^\/telegram\/bot[^/]+\/send(Message|Photo|Video|Audio|Document)$/,
    read: ({ body }) => ({
      channel: 'TELEGRAM',
      from: 'bot',
      to: wordAt(body, 'chat_id'),
      text: wordAt(body, 'text') || wordAt(body, 'caption'),
      request: body,
    }),
    answer: (id) => ({ ok: true, result: { message_id: Number(id.replace(/\D/g, '')) } }),
  },
  {
    path: /^\/own\//,
    read: ({ body }) => ({
      channel: 'GENERIC',
      from: '',
      to: wordAt(body, 'to'),
      text: wordAt(body, 'text'),
      request: body,
    }),
    answer: (id) => ({ id }),
  },
];

const whatsApp = (message: Asked['body']): SentMessage => ({
  channel: 'WHATSAPP',
  from: '',
  to: wordAt(message, 'to'),
  text: wordAt(message, 'text', 'body') || wordAt(message, 'template', 'name'),
  request: message,
});

/** Serves them under `base`. */
export function outboxEndpoint(outbox: Outbox, base: string): Answer {
  return async (request, response) => {
    const { pathname, search } = urlOf(request);
    const path = pathname.slice(base.length);
    if (request.method === 'GET') return answerMedia(response, mediaAt(path + search));
    const door = doors.find((each) => each.path.test(path));
    const body = parsed((await readBody(request, bodyLimit)).toString());
    if (path === '/social/v1/whatsapp/media/get' && body) return answerJson(response, 200, await putMedia(body));
    if (!door || !body || request.method !== 'POST')
      return answerJson(response, 404, { error: 'There is no such service.' });
    const taken = outbox.take(door.read({ path, body }));
    if ('id' in taken) answerJson(response, 200, door.answer(taken.id), typeOf(request));
    else fail(request, response, taken.script);
  };
}

const answerMedia = (response: ServerResponse, media: MediaAnswer): void => {
  if (!media) return answerJson(response, 404, { error: 'There is no such thing.' });
  if ('json' in media) return answerJson(response, 200, media.json);
  response.writeHead(200, { 'content-type': media.type });
  response.end(media.bytes);
};

const typeOf = ({ headers }: IncomingMessage): string =>
  headers['x-amz-target'] === undefined ? 'application/json' : 'application/x-amz-json-1.0';

const fail = (request: IncomingMessage, response: ServerResponse, script: Script): void => {
  if (script === 'HANG_UP') return void response.destroy();
  if (script === 'DOWN') return answerJson(response, 500, { message: 'Nobody is here.' }, typeOf(request));
  const name = script === 'THROTTLED' ? 'ThrottlingException' : 'ValidationException';
  response.setHeader('x-amzn-errortype', name);
  answerJson(response, script === 'THROTTLED' ? 429 : 400, { __type: name, message: script }, typeOf(request));
};

const parsed = (text: string): Asked['body'] | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Asked['body']) : undefined;
  } catch {
    return undefined;
  }
};

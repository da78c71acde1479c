// SES as client-ses speaks it: the query protocol (a form in, XML out) with SendRawEmail.
import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Email } from 'postal-mime';
import type { Bus } from '../bus/bus.ts';
import type { LocalClock } from '../clock.ts';
import { readBody, type Answer } from '../listen.ts';
import { toXml, type XmlFields } from '../xml.ts';
import type { Mailbox } from './mailbox.ts';
import type { Inbound } from './inbound.ts';
import { eventsOf } from './ses-events.ts';
import { bareAddresses, describeMail, headOf, parseHeaders, type Envelope } from './ses-mail.ts';

/** What sending needs. */
export type SesParts = {
  readonly mailbox: Mailbox;
  readonly bus: Bus;
  readonly clock: LocalClock;
  /** Mail to the domains of the product comes in again, as the MX record has it. */
  readonly domain: string;
  readonly takeIn: Inbound;
};

const namespace = 'http://ses.amazonaws.com/doc/2010-12-01/';
const formLimit = 64 * 1024 * 1024;
const messageLimit = 10 * 1024 * 1024;
const recipientLimit = 50;

/** Something that SES would refuse. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Serves SendRawEmail: the mail is kept and its events are in their queues before the answer. */
export function sesEndpoint(parts: SesParts): Answer {
  return async (request, response) => {
    const form = new URLSearchParams((await readBody(request, formLimit)).toString());
    try {
      if (form.get('Action') !== 'SendRawEmail')
        throw new Refused('InvalidAction', 'The local cloud sends by SendRawEmail only.');
      answerXml(response, 200, 'SendRawEmailResponse', {
        SendRawEmailResult: { MessageId: await send(form, parts) },
        ResponseMetadata: { RequestId: randomUUID() },
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      answerXml(response, 400, 'ErrorResponse', {
        Error: { Type: 'Sender', Code: error.code, Message: error.message },
        RequestId: randomUUID(),
      });
    }
  };
}

const send = async (form: URLSearchParams, parts: SesParts): Promise<string> => {
  const { mailbox, bus, clock } = parts;
  const messageId = randomUUID();
  const raw = asDelivered(messageIn(form), messageId);
  const head = await parseHeaders(raw);
  const { from, to } = envelopeOf(form, head);
  const at = new Date(clock.now());
  const tags = tagsIn(form);
  const mail = describeMail({ messageId, at, from, to }, head);
  const events = eventsOf({ mail, tags, configurationSet: form.get('ConfigurationSetName') ?? '' }, at);
  const kept = {
    id: messageId,
    direction: 'sent' as const,
    at: at.toISOString(),
    from,
    to,
    subject: head.subject ?? '',
    tags,
  };
  mailbox.keep(kept, raw, () => {
    bus.publish('default', events);
  });
  await bringBack(raw, { at, from, to }, parts);
  return messageId;
};

/** What is for the product itself goes out and comes in by its own MX record. */
const bringBack = async (
  raw: Uint8Array,
  { at, from, to }: Omit<Envelope, 'messageId'>,
  { domain, takeIn }: SesParts,
): Promise<void> => {
  const here = to.filter((address) => [domain, `in.${domain}`].includes(address.split('@')[1]?.toLowerCase() ?? ''));
  if (here.length > 0) await takeIn(raw, { messageId: randomUUID(), at, from, to: here });
};

const messageIn = (form: URLSearchParams): Buffer => {
  const message = Buffer.from(form.get('RawMessage.Data') ?? '', 'base64');
  if (message.length <= messageLimit) return message;
  throw new Refused('InvalidParameterValue', `Message length is more than ${messageLimit} bytes long.`);
};

/** What the call says, else what the headers say. */
const envelopeOf = (form: URLSearchParams, head: Email): { readonly from: string; readonly to: readonly string[] } => {
  const from = form.get('Source') ?? bareAddresses(head.from && [head.from])[0];
  const said = members(form, 'Destinations.member', '');
  const to = said.length > 0 ? said : bareAddresses([head.to, head.cc, head.bcc].flatMap((list) => list ?? []));
  if (!from) throw new Refused('InvalidParameterValue', "Missing required header 'From'.");
  if (to.length === 0) throw new Refused('InvalidParameterValue', 'Missing final recipient.');
  if (to.length > recipientLimit) throw new Refused('MessageRejected', 'Recipient count exceeds 50.');
  return { from, to };
};

/** SES writes its own Message-ID, to which answers refer, and drops Bcc. */
const asDelivered = (raw: Buffer, messageId: string): Buffer => {
  const head = headOf(raw);
  const kept = head
    .toString('latin1')
    .split(/\r?\n(?![ \t])/)
    .filter((line) => line !== '' && !/^(message-id|bcc):/i.test(line));
  return Buffer.concat([
    Buffer.from([`Message-ID: <${messageId}@email.amazonses.com>`, ...kept, '', ''].join('\r\n'), 'latin1'),
    raw.subarray(head.length),
  ]);
};

const members = (form: URLSearchParams, list: string, field: string): readonly string[] => {
  const found: string[] = [];
  for (let index = 1; form.has(`${list}.${index}${field}`); index += 1)
    found.push(form.get(`${list}.${index}${field}`) ?? '');
  return found;
};

const tagsIn = (form: URLSearchParams): Readonly<Record<string, string>> => {
  const values = members(form, 'Tags.member', '.Value');
  return Object.fromEntries(members(form, 'Tags.member', '.Name').map((name, index) => [name, values[index] ?? '']));
};

const answerXml = (response: ServerResponse, status: number, root: string, fields: XmlFields): void => {
  response.writeHead(status, { 'content-type': 'text/xml' }).end(toXml(root, fields, namespace));
};

import { DomainError, MessageRefused, type Context, type Messages } from '#kernel';
import { carriable } from './carrying.rules.ts';
import type { ChannelAccountRow } from './channel-account.entity.ts';
import {
  idInAnswer,
  messengerRequest,
  ownRequest,
  telegramRequest,
  whatsAppMessage,
  whatsAppRequest,
  type Outgoing,
  type ProviderRequest,
} from './outbound.rules.ts';
import { secretsOf, type ChannelSecrets } from './secrets.operations.ts';

/** What handing a message over came to. `unknown`: nobody can tell whether it went out. `isHaste`: later it may. */
export type Handed =
  | { readonly providerId?: string }
  | { readonly refused: string; readonly isHaste: boolean }
  | { readonly unknown: string };

type Sending = {
  readonly context: Context;
  readonly account: ChannelAccountRow;
  readonly secrets: ChannelSecrets;
  readonly message: Outgoing;
};

/** Hands a message to the provider of its account, once. Never throws. */
export const handOver = async (context: Context, account: ChannelAccountRow, message: Outgoing): Promise<Handed> => {
  try {
    const sending = {
      context,
      account,
      message: carriable(account.kind, message),
      secrets: await secretsOf(context, account.id),
    };
    return await (transports[account.kind] ?? byOwnProgram)(sending);
  } catch (error) {
    if (error instanceof MessageRefused) return { refused: error.message.slice(0, 500), isHaste: error.isHaste };
    if (error instanceof DomainError) return { refused: error.message.slice(0, 500), isHaste: false };
    return unsent(error) ?? { unknown: String(error).slice(0, 500) };
  }
};

/** Failures before there was a connection. */
const neverOpened: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** An address that must not be called will not do later either; one that did not open may. */
const unsent = (error: unknown): Handed | undefined => {
  if (!(error instanceof Error)) return undefined;
  const refused = String(error).slice(0, 500);
  if (error.name === 'WebRefused') return { refused, isHaste: false };
  return 'code' in error && neverOpened.has(error.code) ? { refused, isHaste: true } : undefined;
};

const needed = (secrets: ChannelSecrets, name: 'ACCESS' | 'SIGNING', { address = '' }: ChannelAccountRow) => {
  const secret = secrets[name];
  if (secret === undefined) throw new DomainError('SECRET_MISSING', `The account has no ${name} secret to send with.`);
  return { secret, address };
};

const byEndUserMessaging = async ({ ports }: Context, message: Parameters<Messages['send']>[0]): Promise<Handed> => ({
  providerId: (await ports.messages.send(message)).messageId,
});

const bySms = ({ context, account, message: { id, kind, to, text } }: Sending): Promise<Handed> => {
  const tags = { tenant: context.actor.tenant, message: id };
  return byEndUserMessaging(context, { channel: 'SMS', kind, from: account.address ?? '', to, text, tags });
};

/** A number that Meta hosts for us has a token of its own; others are linked with End User Messaging. */
const byWhatsApp = (sending: Sending): Promise<Handed> => {
  const { context, account, secrets, message } = sending;
  const { address = '' } = account;
  if (secrets.ACCESS !== undefined) return byWeb(sending, whatsAppRequest(address, secrets.ACCESS, message));
  return byEndUserMessaging(context, {
    channel: 'WHATSAPP',
    from: address,
    message: whatsAppMessage(message),
  });
};

const byMessenger = (sending: Sending): Promise<Handed> => {
  const { secret, address } = needed(sending.secrets, 'ACCESS', sending.account);
  return byWeb(sending, messengerRequest(sending.account.kind, address, secret, sending.message));
};

const byTelegram = (sending: Sending): Promise<Handed> =>
  byWeb(sending, telegramRequest(needed(sending.secrets, 'ACCESS', sending.account).secret, sending.message));

const byOwnProgram = (sending: Sending): Promise<Handed> => {
  const { sendUrl } = sending.account;
  if (sendUrl === undefined) throw new DomainError('SEND_URL_MISSING', 'The account has no address to send to.');
  return byWeb(
    sending,
    ownRequest(sendUrl, needed(sending.secrets, 'SIGNING', sending.account).secret, sending.message),
  );
};

/** The visitor fetches it from the page. */
const byPage = ({ message: { id } }: Sending): Promise<Handed> => Promise.resolve({ providerId: id });

const byWeb = async ({ context, message }: Sending, { url, headers, body }: ProviderRequest): Promise<Handed> => {
  const answer = await context.ports.web.fetch(url, { method: 'POST', headers, body });
  const said = await answer.text();
  if (answer.ok) {
    const providerId = idInAnswer(parsed(said), message.to);
    return providerId === undefined ? {} : { providerId };
  }
  const detail = `${String(answer.status)} ${said}`.slice(0, 500);
  // Behind any other 5xx it may have gone out all the same.
  if (answer.status >= 500 && answer.status !== 503) return { unknown: detail };
  return { refused: detail, isHaste: answer.status === 429 || answer.status === 503 };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

const transports: Readonly<Partial<Record<ChannelAccountRow['kind'], (sending: Sending) => Promise<Handed>>>> = {
  SMS: bySms,
  WHATSAPP: byWhatsApp,
  MESSENGER: byMessenger,
  INSTAGRAM: byMessenger,
  TELEGRAM: byTelegram,
  WEB_CHAT: byPage,
};

import type { InboundMailRow } from './inbound-mail.entity.ts';
import type { Origin } from './origin.operations.ts';
import { headerOf, type ParsedMail } from './parsed-mail.rules.ts';
import type { MailReceipt } from './receipt.rules.ts';

/** Why a mail opens nothing, and what it was seen by. */
export type Ignored = { readonly reason: NonNullable<InboundMailRow['ignoredFor']>; readonly detail: string };

type Guard = (mail: ParsedMail, receipt: MailReceipt, origin: Origin) => Ignored | undefined;

const because = (reason: Ignored['reason'], detail: string): Ignored => ({ reason, detail });

const harmful: Guard = (_mail, { verdicts }) => {
  if (verdicts.virus === 'FAIL') return because('VIRUS', 'The mail service found a virus.');
  return verdicts.spam === 'FAIL' ? because('SPAM', 'The mail service found that it is spam.') : undefined;
};

const machines = /^(?:mailer-daemon|postmaster)@/i;

const bounced: Guard = (mail, { sender }) => {
  const type = headerOf(mail, 'content-type').join(' ').toLowerCase();
  if (/multipart\/report\b/.test(type) && /report-type="?(?:delivery|disposition)/.test(type))
    return because('BOUNCE', 'It is a report about a mail that was sent (Content-Type).');
  if (headerOf(mail, 'x-failed-recipients').length > 0)
    return because('BOUNCE', 'It names addresses that failed (X-Failed-Recipients).');
  return machines.test(mail.from.address) || machines.test(sender)
    ? because('BOUNCE', 'A mail server wrote it.')
    : undefined;
};

/** A mail that passed more servers than that goes in a circle (RFC 5321, section 6.3). */
const mostServers = 50;

const looping: Guard = (mail, _receipt, origin) => {
  if (headerOf(mail, 'x-loop').length > 0) return because('LOOP', 'It says that it has been here before (X-Loop).');
  if (headerOf(mail, 'received').length > mostServers)
    return because('LOOP', `It passed more than ${String(mostServers)} servers (Received).`);
  if (origin === 'HERE') return because('LOOP', 'It went out from here, and stands in the ledger already.');
  return origin === 'NOBODY' ? because('LOOP', 'It bears a name of this product, which did not send it.') : undefined;
};

const answering: Guard = (mail) => {
  const submitted = headerOf(mail, 'auto-submitted').find((value) => !/^\s*no\b/i.test(value));
  if (submitted !== undefined) return because('AUTO_REPLY', `A machine answered (Auto-Submitted: ${submitted}).`);
  const named = ['x-autoreply', 'x-autorespond', 'x-autoresponder'].find((name) => headerOf(mail, name).length > 0);
  if (named !== undefined) return because('AUTO_REPLY', `A machine answered (${named}).`);
  return /auto[_-]?reply/i.test(headerOf(mail, 'precedence').join())
    ? because('AUTO_REPLY', 'A machine answered (Precedence).')
    : undefined;
};

const inBulk: Guard = (mail) => {
  if (/\b(?:bulk|junk|list)\b/i.test(headerOf(mail, 'precedence').join()))
    return because('BULK', 'It was sent to many (Precedence).');
  return headerOf(mail, 'list-id').length + headerOf(mail, 'list-unsubscribe').length > 0
    ? because('BULK', 'It was sent to a list (List-Id, List-Unsubscribe).')
    : undefined;
};

const guards: readonly Guard[] = [harmful, bounced, looping, answering, inBulk];

/** Why a mail is not worked on, if it is not: the first guard that says so. */
export const ignoredBy: (...given: Parameters<Guard>) => Ignored | undefined = (...given) => {
  for (const guard of guards) {
    const ignored = guard(...given);
    if (ignored) return { ...ignored, detail: ignored.detail.slice(0, 300) };
  }
  return undefined;
};

/** What is told of a mail that is ignored. */
export const ignoredEvent = 'inboundMail.ignored';

/** Whether an event is meant for whoever waits for `on`: only who names ignored mails hears of them, `inboundMail.*` is of the others. */
export const isMeantFor = (on: string | undefined, { type }: { readonly type: string }): boolean =>
  type !== ignoredEvent || on === ignoredEvent;

/** More mails of one conversation within an hour are of machines that answer each other. */
export const mostInAnHour = 20;

/** Whether a conversation runs by itself: so many mails came within an hour. */
export const isRunaway = (recent: readonly string[], now: string): boolean => {
  const anHourAgo = Date.parse(now) - 3_600_000;
  return recent.filter((at) => Date.parse(at) > anHourAgo).length >= mostInAnHour;
};

import { given, type Context } from '#kernel';
import type { MailToTake } from './arrival.rules.ts';
import { findSender } from './correspondent.operations.ts';
import type { MailToRoute } from './extension-points.rules.ts';
import { InboundMail, type InboundMailRow } from './inbound-mail.entity.ts';
import { MailAddress, type MailAddressRow } from './mail-address.entity.ts';
import { MailThread, type MailThreadRow } from './mail-thread.entity.ts';
import { openByRules, type Attempts } from './routing.operations.ts';
import { holderIn } from './thread.operations.ts';
import { openTrace } from './trace.rules.ts';

/** Whether rules may still make something of a mail: nothing was opened of it, and no machine wrote it. */
export const isUndecided = ({ outcome, record, direction }: InboundMailRow): boolean =>
  record === undefined && direction === 'INBOUND' && (outcome === 'KEPT' || outcome === 'REPLY');

/** A mail as routes see it. */
const routedAgain = (mail: InboundMailRow): MailToRoute => {
  const { id, subject, receivedAt, excerpt, contact, account, correspondent: from = mail.from } = mail;
  const fromName = from === mail.from ? mail.fromName : undefined;
  const text = mail.body.find(({ kind }) => kind === 'SHOWN')?.content ?? '';
  return { ...{ id, from, subject, receivedAt, excerpt, text }, ...given({ fromName, contact, account }) };
};

/**
 * Makes of a mail what rules say now, once: a conversation that another of its mails has opened something for is joined, and a
 * mail that has a record stays with it.
 */
export const reroute = async (
  context: Context,
  id: string,
  address: MailAddressRow,
  attempts: Attempts,
): Promise<InboundMailRow> => {
  const mail = await context.trusted(InboundMail).get(id);
  const thread = mail.thread === undefined ? undefined : await context.trusted(MailThread).get(mail.thread);
  if (!isUndecided(mail) || !thread) return mail;
  if (thread.record === undefined) return openAgain(context, { mail, thread, address, attempts });
  const joined = { record: thread.record, isReply: true, outcome: 'REPLY' as const };
  return context.trusted(InboundMail).update(mail, joined, { event: rerouted });
};

type Again = {
  readonly mail: InboundMailRow;
  readonly thread: MailThreadRow;
  readonly address: MailAddressRow;
  readonly attempts: Attempts;
};

const openAgain = async (context: Context, { mail, thread, address, attempts }: Again): Promise<InboundMailRow> => {
  const trace = openTrace(mail.decisions);
  const { correspondent: from = mail.from } = mail;
  const known = await findSender(context, from);
  const correspondent = { other: { address: from, name: from === mail.from ? (mail.fromName ?? '') : '' }, known };
  const opened = await openByRules(context, address, correspondent, routedAgain(mail), attempts, trace);
  if (!opened) return mail;
  const { record, route, known: whom } = opened;
  const row = await context.trusted(route.of).find(record);
  const place = given({ record, contact: whom.contact, account: whom.account, ...holderIn(row) });
  context.trusted(MailThread).update(thread, place);
  const { id: at, rulesVersion } = address;
  const changes = { ...place, outcome: 'OPENED' as const, address: at, rulesVersion };
  return context.trusted(InboundMail).update(mail, { ...changes, decisions: trace.decisions }, { event: rerouted });
};

/** A mail that came before comes in once more, at another address: what the first one only kept or filed, this one may open. */
export const takeAgain = async (
  context: Context,
  { id }: InboundMailRow,
  { targets, isPaused, attempts }: Pick<MailToTake, 'targets' | 'isPaused' | 'attempts'>,
): Promise<void> => {
  const mail = await context.trusted(InboundMail).get(id);
  const isOpen = mail.direction === 'INBOUND' && (mail.outcome === 'KEPT' || mail.outcome === 'FILED');
  if (isPaused || !isOpen || mail.thread === undefined) return;
  const addresses = await context
    .trusted(MailAddress)
    .getMany(targets.filter((each) => each.startsWith(`${MailAddress.idPrefix}_`) && each !== mail.address));
  const address = [...addresses.values()].find(
    ({ kind, active, archivedAt }) => kind !== 'PERSONAL' && active && archivedAt === undefined,
  );
  const thread = await context.trusted(MailThread).get(mail.thread);
  if (address) await openAgain(context, { mail, thread, address, attempts });
};

const rerouted = 'inboundMail.rerouted';

import { given, type Context } from '#kernel';
import { findSender } from './correspondent.operations.ts';
import type { MailToRoute } from './extension-points.rules.ts';
import { InboundMail, type InboundMailRow } from './inbound-mail.entity.ts';
import type { MailAddressRow } from './mail-address.entity.ts';
import { MailThread } from './mail-thread.entity.ts';
import { openByRules, type Attempts } from './routing.operations.ts';
import { holderIn } from './thread.operations.ts';
import { openTrace } from './trace.rules.ts';

/** Whether rules may still make something of a mail: nothing was opened of it, and no machine wrote it. */
export const isUndecided = ({ outcome, record, direction }: InboundMailRow): boolean =>
  record === undefined && direction === 'INBOUND' && (outcome === 'KEPT' || outcome === 'REPLY');

/** A mail as routes see it. */
const routedAgain = (mail: InboundMailRow): MailToRoute => {
  const { id, from, fromName, subject, receivedAt, excerpt, contact, account } = mail;
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
  const mails = context.trusted(InboundMail);
  if (thread.record !== undefined)
    return mails.update(mail, { record: thread.record, isReply: true, outcome: 'REPLY' }, { event: rerouted });
  const trace = openTrace(mail.decisions);
  const known = await findSender(context, mail.from);
  const correspondent = { other: { address: mail.from, name: mail.fromName ?? '' }, known };
  const opened = await openByRules(context, address, correspondent, routedAgain(mail), attempts, trace);
  if (!opened) return mail;
  const { record, route, known: whom } = opened;
  const row = await context.trusted(route.of).find(record);
  const place = given({ record, contact: whom.contact, account: whom.account, ...holderIn(row) });
  context.trusted(MailThread).update(thread, place);
  const changes = { ...place, outcome: 'OPENED' as const, rulesVersion: address.rulesVersion };
  return mails.update(mail, { ...changes, decisions: trace.decisions }, { event: rerouted });
};

const rerouted = 'inboundMail.rerouted';

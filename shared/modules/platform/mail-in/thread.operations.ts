import { given, type AnyRow, type Context } from '#kernel';
import type { Holder } from './assignment.operations.ts';
import type { Correspondent } from './correspondent.operations.ts';
import type { KnownSender } from './extension-points.rules.ts';
import type { MailAddressRow } from './mail-address.entity.ts';
import { MailThread, type MailThreadRow } from './mail-thread.entity.ts';
import { bareSubject, topicOf, type ParsedMail } from './parsed-mail.rules.ts';
import { keepReferences, messageKey, type ReferenceKey } from './references.operations.ts';

/** A mail on its way into its conversation. */
export type Arriving = {
  readonly mail: ParsedMail;
  readonly receivedAt: string;
  readonly correspondent: Correspondent;
  readonly known: KnownSender;
  readonly address: MailAddressRow | undefined;
  /** What the conversation is about, where that is known. */
  readonly record: string | undefined;
  /** The mail of ours that it answers, whose other answers belong to the same conversation. */
  readonly answers?: string;
  readonly holder: Holder;
};

const mostParticipants = 50;
/** Participants by whose address a conversation is found again. */
const mostFound = 5;
const mostRecent = 20;

/** Puts a mail into its conversation, which it begins where it continues none. */
export const threadWith = async (
  context: Context,
  before: MailThreadRow | undefined,
  arriving: Arriving,
): Promise<MailThreadRow> => {
  const threads = context.trusted(MailThread);
  const thread = before
    ? threads.update(before, continued(before, arriving), { event: 'mailThread.continued' })
    : threads.create(begun(arriving));
  await keepReferences(context, keysOf(thread, arriving), thread.id, arriving.receivedAt);
  return thread;
};

const standingAfter = ({ correspondent, receivedAt }: Arriving, waitingSince: string | undefined) =>
  correspondent.direction === 'OUTBOUND' || (correspondent.isFiled === true && waitingSince === undefined)
    ? { standing: 'ANSWERED' as const, waitingSince: null }
    : { standing: 'WAITING' as const, waitingSince: waitingSince ?? receivedAt };

const begun = (arriving: Arriving) => {
  const { mail, receivedAt, correspondent, known, address, record, holder } = arriving;
  const isOutbound = correspondent.direction === 'OUTBOUND';
  const { waitingSince, standing } = standingAfter(arriving, undefined);
  return {
    subject: bareSubject(mail.subject),
    participants: correspondent.participants.slice(0, mostParticipants),
    standing,
    ...(waitingSince !== null && { waitingSince }),
    firstMailAt: receivedAt,
    lastMailAt: receivedAt,
    received: isOutbound ? 0 : 1,
    sent: isOutbound ? 1 : 0,
    recent: isOutbound ? [] : [receivedAt],
    ...given({ lastMessageId: mail.messageId, record, contact: known.contact, account: known.account }),
    ...given({ address: address?.id, ...holder }),
  };
};

const continued = (before: MailThreadRow, arriving: Arriving) => {
  const { mail, receivedAt, correspondent, known, record } = arriving;
  const isOutbound = correspondent.direction === 'OUTBOUND';
  const participants = [...new Set([...before.participants, ...correspondent.participants])];
  return {
    ...standingAfter(arriving, before.waitingSince),
    participants: participants.slice(0, mostParticipants),
    lastMailAt: receivedAt > before.lastMailAt ? receivedAt : before.lastMailAt,
    received: before.received + (isOutbound ? 0 : 1),
    sent: before.sent + (isOutbound ? 1 : 0),
    recent: isOutbound ? before.recent : [...before.recent, receivedAt].slice(-mostRecent),
    ...given({ lastMessageId: mail.messageId, record: before.record ?? record }),
    ...given({ contact: before.contact ?? known.contact, account: before.account ?? known.account }),
  };
};

/** By what the next mail of the conversation will be known. */
const keysOf = ({ record }: MailThreadRow, { mail, correspondent, answers }: Arriving): readonly ReferenceKey[] => {
  const topic = topicOf(mail.subject);
  return [
    ...(mail.messageId === undefined ? [] : [messageKey(mail.messageId)]),
    ...(answers === undefined ? [] : [['mail', answers] as const]),
    ...correspondent.participants
      .slice(0, mostFound)
      .flatMap((address): readonly ReferenceKey[] => [
        ...(topic === '' ? [] : [['topic', topic, address] as const]),
        ...(record === undefined ? [] : [['about', record, address] as const]),
      ]),
  ];
};

/** Whose a row is, as far as the unit knows it yet. */
export const holderIn = (row: AnyRow | undefined): Holder => {
  const [owner, team] = [row?.ownerId ?? row?.['owner'], row?.teamId ?? row?.['team']];
  return { ...(typeof owner === 'string' && { owner }), ...(typeof team === 'string' && { team }) };
};

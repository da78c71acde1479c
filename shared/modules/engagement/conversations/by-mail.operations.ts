import { DomainError, given, type Context } from '#kernel';
import { InboundMail, replyToMail, type InboundMailRow } from '#modules/platform/mail-in';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { afterAnswer, peerKey, previewOf } from './conversation.rules.ts';
import { Message, type MessageRow } from './message.entity.ts';
import { writeMessage } from './receive.operations.ts';
import { beginsToWait } from './waiting.operations.ts';

/** The conversation that a thread of mails is; it has no account of ours. */
export const conversationOfThread = (
  { trusted }: Pick<Context, 'trusted'>,
  thread: string,
): Promise<ConversationRow | undefined> => trusted(Conversation).findUnique('peer', peerKey(thread, {}));

/** Under what a mail stands among messages. */
export const mailKey = (id: string): string => `mail:${id}`;

const isOf = (id: string | undefined, prefix: string): string | undefined =>
  id?.startsWith(`${prefix}_`) === true ? id : undefined;

/** With whom a mail is, as routing has it. */
const partyOf = ({ contact, account }: InboundMailRow) =>
  given({ contact: isOf(contact, Contact.idPrefix), account: isOf(account, Account.idPrefix) });

/** What a mail is about and who answers, as routing has it; and with whom it is, unless the conversation is with somebody. */
const placeOf = (mail: InboundMailRow, known?: ConversationRow) => {
  const { record: about, owner, team } = mail;
  return { ...(known?.contact === undefined && partyOf(mail)), ...given({ about, owner, team }) };
};

/** Others may write in the same thread: their words are not those of whom it is with. */
const ofNobody = ({ contact: _contact, account: _account, ...row }: ConversationRow): ConversationRow => row;

/** Puts a mail into its conversation; one that is there already shows what became of it since. */
export const takeMail = async (context: Context, mail: InboundMailRow, thread: string): Promise<void> => {
  const conversations = context.trusted(Conversation);
  const found = await conversationOfThread(context, thread);
  const known = await context.trusted(Message).findUnique('providerId', mailKey(mail.id));
  if (known && found) {
    conversations.update(found, placeOf(mail, found));
    context.trusted(Message).update(known, partyOf(mail), { aside: true });
    return;
  }
  const row = found ?? begun(context, mail, thread);
  const isTheirs = mail.direction === 'INBOUND';
  const shown = mail.body.find(({ kind }) => kind === 'SHOWN')?.content ?? mail.excerpt;
  writeMessage(context, isTheirs ? ofNobody(row) : row, {
    direction: mail.direction,
    sentBy: isTheirs ? 'CUSTOMER' : 'PERSON',
    status: isTheirs ? 'RECEIVED' : 'SENT',
    text: shown.slice(0, 4096),
    providerId: mailKey(mail.id),
    ...partyOf(mail),
  });
  await noteMail(context, row, mail);
};

const begun = ({ trusted }: Context, mail: InboundMailRow, peer: string): ConversationRow =>
  trusted(Conversation).create({
    channel: 'EMAIL',
    peer,
    peerName: (mail.fromName ?? mail.from).slice(0, 200),
    handler: 'PEOPLE',
    answers: 0,
    waitedMinutes: 0,
    longestWaitMinutes: 0,
    lastMessageAt: mail.receivedAt,
    ...placeOf(mail),
    ...(mail.subject !== '' && { subject: mail.subject.slice(0, 300) }),
  });

const noteMail = async (context: Context, row: ConversationRow, mail: InboundMailRow): Promise<void> => {
  const now = context.clock.instant();
  const said = { lastMessageAt: now, preview: previewOf(mail.excerpt), ...placeOf(mail, row) };
  const conversations = context.trusted(Conversation);
  if (mail.direction === 'OUTBOUND') {
    conversations.update(row, { ...said, ...afterAnswer(row, now) });
    return;
  }
  const waits = row.waitingSince === undefined ? await beginsToWait(context, undefined) : {};
  const changes = { ...said, ...waits, lastInboundAt: now };
  if (row.status === 'OPEN') conversations.update(row, changes);
  else conversations.move(row, 'OPEN', changes);
};

/** The mails of a conversation that are looked through for the last one of theirs. */
const mostRead = 50;

/** Answers a conversation of mails by mail, within its thread. */
export const answerByMail = async (
  context: Context,
  { id }: ConversationRow,
  { text, file }: { readonly text: string; readonly file?: string },
): Promise<string> => {
  const asked = { of: id, first: mostRead, descending: true };
  const { rows } = await context.trusted(Message).page('byConversation', asked);
  const last = rows.find(({ direction }: MessageRow) => direction === 'INBOUND')?.providerId?.replace('mail:', '');
  if (last === undefined || !(await context.data(InboundMail).find(last)))
    throw new DomainError('NO_ADDRESS', 'There is no mail to answer.', ['conversation']);
  const mail = await context.run(replyToMail, { mail: last, text, ...(file !== undefined && { attachments: [file] }) });
  return mailKey(mail.id);
};

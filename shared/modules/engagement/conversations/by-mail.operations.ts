import { DomainError, given, type Context } from '#kernel';
import { answerMail, InboundMail, MailAddress, type InboundMailRow } from '#modules/platform/mail-in';
import { Account } from '#modules/parties/accounts';
import { Contact } from '#modules/parties/contacts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { afterAnswer, latest, peerKey, previewOf, waitedFor } from './conversation.rules.ts';
import { Message, type MessageRow } from './message.entity.ts';
import { mailKey, mailOf } from './message.rules.ts';
import { writeMessage } from './receive.operations.ts';
import { beginsToWait, promiseOf } from './waiting.operations.ts';

/** The conversation that a thread of mails is; it has no account of ours. */
export const conversationOfThread = (
  { trusted }: Pick<Context, 'trusted'>,
  thread: string,
): Promise<ConversationRow | undefined> => trusted(Conversation).findUnique('peer', peerKey(thread, {}));

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

/** The same of a further mail: whoever was given the conversation meanwhile keeps it. */
const placeStill = (mail: InboundMailRow, row: ConversationRow) => {
  const { owner, team, ...place } = placeOf(mail, row);
  return row.owner === undefined && row.team === undefined ? { ...place, ...given({ owner, team }) } : place;
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
  await addMail(context, found ?? (await begun(context, mail, thread)), mail);
};

const addMail = async (context: Context, row: ConversationRow, mail: InboundMailRow): Promise<void> => {
  const isTheirs = mail.direction === 'INBOUND';
  const shown = mail.body.find(({ kind }) => kind === 'SHOWN')?.content ?? mail.excerpt;
  const answered = isTheirs ? undefined : afterAnswer(row, mail.receivedAt);
  writeMessage(context, isTheirs ? ofNobody(row) : row, {
    direction: mail.direction,
    sentBy: isTheirs ? 'CUSTOMER' : 'PERSON',
    status: isTheirs ? 'RECEIVED' : 'SENT',
    text: shown.slice(0, 4096),
    providerId: mailKey(mail.id),
    ...partyOf(mail),
    ...given({ waitedMinutes: answered && waitedFor(row, mail.receivedAt) }),
  });
  await noteMail(context, row, mail, answered);
};

/** What whom it is with is called: as the mail says, unless a colleague wrote it. */
const nameIn = async ({ trusted }: Context, mail: InboundMailRow): Promise<string> => {
  if (mail.correspondent === undefined) return mail.fromName ?? mail.from;
  const { contact, account } = partyOf(mail);
  const known = contact === undefined ? undefined : await trusted(Contact).find(contact);
  const of = known ?? (account === undefined ? undefined : await trusted(Account).find(account));
  return of?.name ?? mail.correspondent;
};

/** A colleague filed it at their private address and answers from their own mailbox: nobody waits for us. */
const isFiled = async ({ trusted }: Context, { correspondent, address }: InboundMailRow): Promise<boolean> =>
  correspondent !== undefined &&
  address !== undefined &&
  (await trusted(MailAddress).find(address))?.kind === 'PERSONAL';

const begun = async (context: Context, mail: InboundMailRow, peer: string): Promise<ConversationRow> =>
  context.trusted(Conversation).create({
    channel: 'EMAIL',
    peer,
    peerName: (await nameIn(context, mail)).slice(0, 200),
    handler: 'PEOPLE',
    answers: 0,
    waitedMinutes: 0,
    longestWaitMinutes: 0,
    lastMessageAt: mail.receivedAt,
    ...placeOf(mail),
    ...(mail.subject !== '' && { subject: mail.subject.slice(0, 300) }),
  });

const noteMail = async (
  context: Context,
  row: ConversationRow,
  mail: InboundMailRow,
  answered: ReturnType<typeof afterAnswer>,
): Promise<void> => {
  const { receivedAt: at, direction, excerpt } = mail;
  const lastMessageAt = latest(row.lastMessageAt, at);
  const said = { lastMessageAt, preview: previewOf(excerpt), ...placeStill(mail, row), ...answered };
  const conversations = context.trusted(Conversation);
  if (direction === 'OUTBOUND' || (await isFiled(context, mail))) {
    conversations.update(row, said, answered ? { event: 'conversation.answered' } : {});
    return;
  }
  const waits = row.waitingSince === undefined ? await beginsToWait(context, await promiseOf(context, row), at) : {};
  const unread = (row.unread ?? 0) + 1;
  const changes = { ...said, ...waits, unread, snoozedUntil: null, lastInboundAt: latest(row.lastInboundAt ?? at, at) };
  if (row.status === 'OPEN') conversations.update(row, changes);
  else conversations.move(row, 'OPEN', { ...changes, firstAnswerMinutes: null });
};

/** The mails of a conversation that are looked through for the last one of theirs. */
const mostRead = 50;

/** Answers a conversation of mails by mail, within its thread: whoever it was given to, whosever the mails were. */
export const answerByMail = async (
  context: Context,
  { id }: ConversationRow,
  { text, file, sendAt }: { readonly text: string; readonly file?: string; readonly sendAt?: string },
): Promise<string> => {
  const asked = { of: id, first: mostRead, descending: true };
  const { rows } = await context.trusted(Message).page('byConversation', asked);
  const theirs = rows.find(({ direction }: MessageRow) => direction === 'INBOUND');
  const last = theirs && mailOf(theirs);
  const found = last === undefined ? undefined : await context.trusted(InboundMail).find(last);
  if (!found) throw new DomainError('NO_ADDRESS', 'There is no mail to answer.', ['conversation']);
  const attachments = file === undefined ? undefined : [file];
  return mailKey((await answerMail(context, found, { text, ...given({ attachments, sendAt }) })).id);
};

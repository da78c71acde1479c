import {
  DomainError,
  given,
  dateTime,
  integer,
  list,
  longText,
  mutation,
  optional,
  query,
  readOn,
  record,
  recordInput,
  records,
  ref,
  type Context,
  type PageAsked,
} from '#kernel';
import { readersAmong } from '#modules/platform/identity';
import { notify } from '#modules/platform/notifications';
import { User } from '#modules/platform/users';
import { assignedKind } from './assigning.operations.ts';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { nobodyWaits } from './conversation.rules.ts';
import { Message, type MessageRow } from './message.entity.ts';
import { writeMessage } from './receive.operations.ts';

/** The kind of notification of those who are named in a note. */
export const mentionedKind = 'conversation.mentioned';

const which = recordInput('Conversation');
const noteInput = optional(longText({ max: 4096, describes: 'What whoever gets it should know.' }));

export const transferConversation = mutation('transferConversation', {
  describes:
    'Hands a conversation to a colleague, who is told by whom and with which note, or to a team whose people take it from there. Whoever answers it sees it from then on, and who sees their work: whoever handed it on may see it no more, and then gets it back from them.',
  needs: 'conversation.transfer',
  input: {
    ...which,
    to: optional(ref('User', { describes: 'Who answers from now on.' })),
    team: optional(ref('Team', { describes: 'Which team answers from now on.' })),
    note: noteInput,
  },
  returns: { conversation: record(Conversation, 'The conversation as it is now.') },
  run: async ({ id, to, team, note }, context) => {
    if (to === undefined && team === undefined)
      throw new DomainError('BAD_INPUT', 'It is handed to a person or to a team.', ['to']);
    const row = await context.data(Conversation).get(id);
    if (to !== undefined && (await context.trusted(User).get(to)).status !== 'ACTIVE')
      throw new DomainError('NOT_ACTIVE', 'That colleague does not work here any more: nobody would answer.', ['to']);
    if (note !== undefined) leaveNote(context, row, note, to === undefined ? [] : [to]);
    const place = { owner: to ?? null, ...(team !== undefined && { team }), handler: 'PEOPLE' as const };
    // Who hands it on may not see it any more: the right to it was checked above.
    const handed = context.trusted(Conversation).update(row, place, { event: 'conversation.transferred' });
    if (to !== undefined && to !== context.actor.userId) await tellHandOver(context, handed, to, note);
    return { conversation: handed };
  },
  fails: ['NOT_ACTIVE'],
});

/** Says who handed over what, and why: what was said last may be our own. */
const tellHandOver = async (context: Context, row: ConversationRow, to: string, note: string | undefined) => {
  const [author, who] = [await authorName(context), row.peerName ?? row.peer];
  const title = {
    es: `${author} le pasa la conversación con ${who}`,
    en: `${author} hands you the conversation with ${who}`,
  };
  const body = note === undefined ? undefined : { es: note, en: note };
  await notify(context, { to: [to], kind: assignedKind, title, about: row.id, ...given({ body }) });
};

export const addConversationNote = mutation('addConversationNote', {
  describes:
    'Leaves a note within a conversation that only colleagues see; who is mentioned and sees the conversation is told.',
  needs: 'conversation.note',
  input: {
    id: which.id,
    text: longText({ max: 4096, describes: 'What it says.' }),
    mentions: optional(list(ref('User'), { max: 20, describes: 'Whom it is for.' })),
  },
  returns: { message: record(Message, 'The note.') },
  run: async ({ id, text, mentions = [] }, context) => {
    const row = await context.data(Conversation).get(id);
    const message = leaveNote(context, row, text, mentions);
    const author = await authorName(context);
    const title = { es: `${author} le menciona en una conversación`, en: `${author} mentions you in a conversation` };
    const body = { es: text, en: text };
    const to = await readersAmong(context, row, mentions);
    if (to.length > 0) await notify(context, { to, kind: mentionedKind, title, body, about: id });
    return { message };
  },
});

const authorName = async ({ trusted, actor }: Context): Promise<string> =>
  actor.userId === undefined ? 'Lazo' : ((await trusted(User).find(actor.userId))?.name ?? 'Lazo');

/** Writes a note into a conversation; of nobody where the product itself leaves it. */
export const leaveNote = (
  context: Context,
  row: ConversationRow,
  text: string,
  mentions: readonly string[] = [],
): MessageRow => {
  const { userId: author } = context.actor;
  const sentBy = author === undefined ? 'SYSTEM' : 'PERSON';
  return writeMessage(context, row, {
    direction: 'NOTE',
    status: 'NOTED',
    sentBy,
    text,
    mentions,
    ...given({ author }),
  });
};

export const closeConversation = mutation('closeConversation', {
  describes: 'Ends a conversation. It is opened anew by itself when they write again.',
  needs: 'conversation.close',
  input: which,
  returns: { conversation: record(Conversation, 'The conversation as it is now.') },
  run: async ({ id }, { data }) => {
    const row = await data(Conversation).get(id);
    const ends = { ...nobodyWaits, lateAt: null, snoozedUntil: null };
    return { conversation: data(Conversation).move(row, 'CLOSED', ends) };
  },
});

export const reopenConversation = mutation('reopenConversation', {
  describes: 'Opens a conversation anew that was closed.',
  needs: 'conversation.close',
  input: which,
  returns: { conversation: record(Conversation, 'The conversation as it is now.') },
  run: async ({ id }, { data }) => {
    const row = await data(Conversation).get(id);
    return { conversation: data(Conversation).move(row, 'OPEN') };
  },
});

/** Most of those who wait that one answer looks at. */
const mostWaiting = 500;

export const waitingConversations = query('waitingConversations', {
  describes:
    'Who waits for an answer, longest first, of those whom the caller may see; and how it stands with waiting.',
  needs: 'conversation.read',
  input: {
    team: optional(ref('Team', { describes: 'Only those of this team.' })),
    owner: optional(ref('User', { describes: 'Only those whom this person answers.' })),
    first: optional(integer({ min: 1, max: 100, describes: 'How many are listed; 50 when not said.' })),
  },
  returns: {
    conversations: records(Conversation, 'Those who wait, longest first.'),
    waiting: integer({ describes: 'How many wait; at most 500 are looked at.' }),
    late: integer({ describes: 'How many of them were not answered in time.' }),
    unassigned: integer({ describes: 'How many of them nobody answers.' }),
    longestSince: optional(dateTime({ describes: 'Since when the first of them waits.' })),
  },
  run: async ({ team, owner, first = 50 }, context) => {
    const read = (asked: PageAsked) => context.data(Conversation).page('byDesk', { of: 'WAITING', ...asked });
    const { rows } = await readOn(read, mostWaiting);
    const waiting = rows.filter(
      (row) =>
        row.snoozedUntil === undefined &&
        (team === undefined || row.team === team) &&
        (owner === undefined || row.owner === owner),
    );
    const longestSince = waiting[0]?.waitingSince;
    return {
      conversations: waiting.slice(0, first),
      waiting: waiting.length,
      late: waiting.filter(({ lateAt }) => lateAt !== undefined).length,
      unassigned: waiting.filter((row) => row.owner === undefined).length,
      ...(longestSince !== undefined && { longestSince }),
    };
  },
});

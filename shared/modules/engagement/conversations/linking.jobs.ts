import { job, type Context, type Piece } from '#kernel';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { Message } from './message.entity.ts';

/** Messages that learn at once whose they are. */
const perChunk = 100;

/** Gives some messages of a conversation to whom it is with; answers where the next ones begin. */
export const linkSome = async (
  context: Context,
  row: ConversationRow,
  after: string | undefined,
): Promise<string | undefined> => {
  const asked = { of: row.id, first: perChunk, ...(after !== undefined && { after }) };
  const { rows, hasNextPage, endCursor } = await context.trusted(Message).page('byConversation', asked);
  const outcomes = await context.together(rows.map(({ id }) => linking(row, id)));
  const failed = outcomes.find(({ status }) => status === 'failed');
  if (failed) throw new Error(`The messages of ${row.id} are not all linked.`, { cause: failed.error });
  return hasNextPage ? endCursor : undefined;
};

/** In a thread of mails several people write, each known by the own address: there only what is nobody's is given away. */
const linking = (row: ConversationRow, id: string): Piece => ({
  key: `link ${row.id} ${String(row.version)} ${id}`,
  run: async ({ trusted }) => {
    const message = await trusted(Message).get(id);
    const { contact = null, account = null } = row;
    const isTaken = row.channel === 'EMAIL' && message.contact !== undefined;
    if (isTaken || (message.contact === row.contact && message.account === row.account)) return message;
    return trusted(Message).update(message, { contact, account }, { aside: true });
  },
});

export const linkAllMessages = job<{ readonly conversation: string; readonly next: string }>('linkMessages', {
  describes:
    'Gives the further messages of a long conversation to the contact and account that it turned out to be with.',
  needs: 'conversation.update',
  chunk: async ({ conversation, next: begin }, cursor, context) => {
    const row = await context.trusted(Conversation).find(conversation);
    const next = row && (await linkSome(context, row, cursor ?? begin));
    return { results: [], ...(next !== undefined && { next }) };
  },
});

import { dateTime, DomainError, mutation, optional, record, recordInput, ref } from '#kernel';
import { Conversation } from './conversation.entity.ts';

export const snoozeConversation = mutation('snoozeConversation', {
  describes:
    'Puts a conversation off: it is not among those who wait until then, when whoever answers is told, or until they write again. What was promised still counts. Without `until` it is back at once.',
  needs: 'conversation.snooze',
  input: {
    ...recordInput('Conversation'),
    until: optional(dateTime({ describes: 'When it comes back.' })),
  },
  returns: { conversation: record(Conversation, 'The conversation as it is now.') },
  run: async ({ id, until }, { data, clock }) => {
    if (until !== undefined && until <= clock.instant())
      throw new DomainError('BAD_INPUT', 'It comes back at a moment that is still to come.', ['until']);
    const row = await data(Conversation).get(id);
    if (row.status !== 'OPEN')
      throw new DomainError('INVALID_STATE', 'A closed conversation waits for nobody: open it first.', ['id']);
    const event = until === undefined ? 'conversation.woken' : 'conversation.snoozed';
    return { conversation: data(Conversation).update(row, { snoozedUntil: until ?? null }, { event }) };
  },
});

export const markConversationRead = mutation('markConversationRead', {
  describes: 'Says that somebody of us has seen what they wrote: nothing in it is unread any more.',
  needs: 'conversation.read',
  input: { id: ref('Conversation', { describes: 'Which conversation.' }) },
  returns: { conversation: record(Conversation, 'The conversation as it is now.') },
  run: async ({ id }, { data, trusted }) => {
    const row = await data(Conversation).get(id);
    const isSeen = (row.unread ?? 0) === 0;
    return { conversation: isSeen ? row : trusted(Conversation).update(row, { unread: 0 }, { aside: true }) };
  },
});

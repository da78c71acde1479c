import { choice, dateTime, DomainError, json, longText, mutation, optional, ref, text, versionInput } from '#kernel';
import { retryMail } from '#modules/platform/mail-out';
import { channelKinds } from '#modules/engagement/channels';
import { Message, messageTemplate } from './message.entity.ts';
import { mailOf } from './message.rules.ts';
import { hint, queueMessage, sayAgain, sendFails } from './queue-message.operations.ts';

/** What is said, however it is sent. */
export const wordsInput = {
  text: optional(longText({ max: 4096, describes: 'What it says.' })),
  canned: optional(text({ max: 60, describes: 'The key of a canned answer, in place of a text.' })),
  values: optional(json<Readonly<Record<string, string>>>({ describes: 'What fills its gaps, by their names.' })),
  template: optional(messageTemplate),
  file: optional(ref('File', { describes: 'A file that goes with it, as a link that works for a day.' })),
};

/** Where it goes. */
export const placeInput = {
  conversation: optional(ref('Conversation', { describes: 'The conversation that it answers in.' })),
  line: optional(ref('ChannelAccount', { describes: 'To begin one: the account of ours that it leaves by.' })),
  channel: optional(
    choice(channelKinds, {
      named: 'ChannelKind',
      describes: 'To begin one: the channel, of which the first account by name is taken; SMS when not said.',
    }),
  ),
  to: optional(text({ max: 200, describes: 'To begin one: the number; that of the contact when not said.' })),
  contact: optional(ref('Contact', { describes: 'To begin one: with whom.' })),
};

export const sendMessage = mutation('sendMessage', {
  describes:
    'Sends a message by SMS, WhatsApp or any other channel: an answer in a conversation, or the first word of one. It goes out once and never without being noted.',
  needs: 'message.send',
  input: {
    ...placeInput,
    ...wordsInput,
    kind: optional(
      choice(['TRANSACTIONAL', 'MARKETING'], {
        named: 'MessageKind',
        describes: 'MARKETING goes only to those who have allowed it for the channel.',
      }),
    ),
    about: optional(ref('*', { describes: 'The record that it is about, on whose timeline it stands.' })),
    sendAt: optional(dateTime({ describes: 'Not before this moment.' })),
  },
  returns: Message,
  fails: sendFails,
  run: async ({ values, ...order }, context) => {
    if (order.about !== undefined && !(await context.records([order.about])).has(order.about))
      throw new DomainError('REFERENCE_NOT_FOUND', 'There is no such record.', ['about']);
    return queueMessage(context, { ...order, ...(values && { values: wordsOnly(values) }) });
  },
});

/** Whatever JSON holds, gaps take words and numbers. */
export const wordsOnly = (values: unknown): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries((values ?? {}) as Readonly<Record<string, unknown>>).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value).slice(0, 1000)]] : [],
    ),
  );

export const retryMessage = mutation('retryMessage', {
  describes: 'Sends a message that failed once more.',
  needs: 'message.send',
  input: { id: ref('Message', { describes: 'Which one.' }), version: versionInput },
  returns: Message,
  fails: ['NOT_FAILED'],
  run: async ({ id }, context) => {
    const messages = context.data(Message);
    const message = await messages.get(id);
    if (message.status !== 'FAILED') throw new DomainError('NOT_FAILED', 'Only what failed is sent once more.', ['id']);
    const mail = mailOf(message);
    if (mail !== undefined) {
      await context.run(retryMail, { id: mail });
      const queued = { status: 'QUEUED' as const, problem: null, ...(await sayAgain(context, message)) };
      return messages.update(message, queued, { event: 'message.retried' });
    }
    const now = context.clock.instant();
    const queuedNow = { status: 'QUEUED' as const, triedAt: now, sendAt: now, attempts: 0 };
    const changes = { ...queuedNow, ...(await sayAgain(context, message)) };
    const queued = messages.update(message, changes, { event: 'message.retried' });
    context.afterCommit(() => hint(context, queued));
    return queued;
  },
});

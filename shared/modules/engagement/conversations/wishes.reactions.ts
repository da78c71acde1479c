import { reaction, type Context } from '#kernel';
import { suppress } from '#modules/platform/mail-out';
import { generalPurpose, noteConsent } from '#modules/platform/privacy';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { consentChannel } from './conversation.rules.ts';
import { hint } from './queue-message.operations.ts';
import { writeMessage } from './receive.operations.ts';

/** Who writes STOP or BAJA gets no marketing by that channel from anybody here, and what they had allowed is taken back. */
export const proveStops = reaction('proveStopsOfConversations', {
  describes: 'Keeps who asked to be written to no more by a channel, and notes it with the contact.',
  on: ['conversation.stopped'],
  run: async ({ record }, context) => {
    const row = await context.trusted(Conversation).find(record.id);
    if (row?.stoppedAt === undefined) return;
    const { channel, peer: address, preview: note = 'STOP' } = row;
    const isNumber = address.startsWith('+');
    if (isNumber || !consentChannel[channel])
      await suppress(context, { channel, address, reason: 'UNSUBSCRIBED', note });
    await withdraw(context, row, note);
  },
});

const withdraw = async (context: Context, row: ConversationRow, wording: string): Promise<void> => {
  const channel = consentChannel[row.channel];
  if (row.contact === undefined || !channel) return;
  await noteConsent(context, { subject: row.contact, purpose: generalPurpose, channel }, false, {
    wording,
    wordingVersion: 'message',
    source: { how: 'OTHER', where: row.id },
  });
};

const words = {
  'conversation.stopped': {
    es: 'No le escribiremos más por este medio. Si cambia de idea, escriba ALTA.',
    en: 'We will not write to you here any more. If you change your mind, write START.',
  },
  'conversation.resumed': {
    es: 'Volveremos a escribirle por este medio. Para dejar de recibir mensajes, escriba BAJA.',
    en: 'We will write to you here again. To stop, write STOP.',
  },
} as const;

/** Carriers and people expect one word that it was understood; nothing else goes out after a STOP. */
export const confirmWishes = reaction('confirmWishesOfConversations', {
  describes: 'Tells those who asked to be written to no more, or again, that it will be so.',
  on: Object.keys(words),
  run: async ({ record, type }, context) => {
    const row = await context.trusted(Conversation).find(record.id);
    const said = words[type as keyof typeof words];
    if (!row || (type === 'conversation.stopped') !== (row.stoppedAt !== undefined)) return;
    const message = writeMessage(context, row, {
      direction: 'OUTBOUND',
      sentBy: 'SYSTEM',
      status: 'QUEUED',
      text: said[row.locale ?? context.actor.locale],
      isConfirmation: true,
    });
    context.afterCommit(() => hint(context, message));
  },
});

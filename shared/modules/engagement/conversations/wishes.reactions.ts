import { reaction } from '#kernel';
import { suppress, unsuppress } from '#modules/platform/mail-out';
import { generalPurpose, noteConsent, unsayConsent } from '#modules/platform/privacy';
import { Conversation, type ConversationRow } from './conversation.entity.ts';
import { consentChannel } from './conversation.rules.ts';
import { hint } from './queue-message.operations.ts';
import { writeMessage } from './receive.operations.ts';

/** STOP may be the first word that somebody says. */
const stops = ['conversation.stopped', 'conversation.created'];

/** Who writes STOP or BAJA gets no marketing by that channel from anybody here, and what they had allowed is taken back. */
export const proveStops = reaction('proveStopsOfConversations', {
  describes: 'Keeps who asked to be written to no more by a channel, and notes it with the contact.',
  on: stops,
  run: async ({ record, changed }, context) => {
    if (!('stoppedAt' in changed)) return;
    const row = await context.trusted(Conversation).find(record.id);
    if (row?.stoppedAt === undefined) return;
    const { id: conversation, channel, peer: address, preview: note = 'STOP' } = row;
    const isNumber = address.startsWith('+');
    if (isNumber || !consentChannel[channel])
      await suppress(context, { channel, address, reason: 'UNSUBSCRIBED', conversation, note });
    const asked = consentOf(row);
    if (asked) await noteConsent(context, asked, false, saidIn(row, note));
  },
});

/** Who says ALTA takes back what their STOP did, and no more: a bounce, a complaint and what a person wrote stand. */
export const undoStops = reaction('undoStopsOfConversations', {
  describes: 'Takes back what was kept because of a STOP, once they ask to be written to again.',
  on: ['conversation.resumed'],
  run: async ({ record }, context) => {
    const row = await context.trusted(Conversation).find(record.id);
    if (!row || row.stoppedAt !== undefined) return;
    const { id: conversation, channel, peer: address } = row;
    await unsuppress(context, { channel, address, conversation });
    const asked = consentOf(row);
    if (asked) await unsayConsent(context, asked, saidIn(row, row.preview ?? 'START'));
  },
});

/** The consent that they speak of, where the channel asks for one and it is known who they are. */
const consentOf = ({ contact: subject, channel: by }: ConversationRow) => {
  const channel = consentChannel[by];
  return subject === undefined || !channel ? undefined : { subject, purpose: generalPurpose, channel };
};

const saidIn = ({ id: where }: ConversationRow, wording: string) => ({
  wording,
  wordingVersion: 'message',
  source: { how: 'OTHER' as const, where },
});

const words = {
  STOP: {
    es: 'No le escribiremos más por este medio. Si cambia de idea, escriba ALTA.',
    en: 'We will not write to you here any more. If you change your mind, write START.',
  },
  START: {
    es: 'Volveremos a escribirle por este medio. Para dejar de recibir mensajes, escriba BAJA.',
    en: 'We will write to you here again. To stop, write STOP.',
  },
} as const;

/** Carriers and people expect one word that it was understood; nothing else goes out after a STOP. */
export const confirmWishes = reaction('confirmWishesOfConversations', {
  describes: 'Tells those who asked to be written to no more, or again, that it will be so.',
  on: [...stops, 'conversation.resumed'],
  run: async ({ record, type, changed }, context) => {
    if (!('stoppedAt' in changed)) return;
    const row = await context.trusted(Conversation).find(record.id);
    const wish = type === 'conversation.resumed' ? 'START' : 'STOP';
    if (!row || (wish === 'STOP') !== (row.stoppedAt !== undefined)) return;
    const message = writeMessage(context, row, {
      direction: 'OUTBOUND',
      sentBy: 'SYSTEM',
      status: 'QUEUED',
      text: words[wish][row.locale ?? context.actor.locale],
      isConfirmation: true,
    });
    context.afterCommit(() => hint(context, message));
  },
});

import { extended, object, optional, type Context } from '#kernel';
import { rememberFor } from '#kernel/remember';
import { paceFields, tighter, turnIn, type Pace } from '#modules/platform/quotas';
import { Tenant } from '#modules/platform/settings';
import type { ConversationRow } from './conversation.entity.ts';
import type { MessageRow } from './message.entity.ts';

type Channel = ConversationRow['channel'];

/** What messages add to the tenant. */
export const tenantOfMessages = {
  messagePace: optional(
    object('MessagePace', paceFields, {
      describes:
        'How fast messages go out, counted apart for each channel. What is too fast waits for its turn; nothing is dropped.',
    }),
  ),
};

const Paced = extended(Tenant, tenantOfMessages);

/** At most a minute old. */
const paceOf = (context: Context): Promise<Pace | undefined> =>
  rememberFor(context, `message pace ${context.actor.tenant}`, async () => {
    const { messagePace, messagesPerDay } = (await context.trusted(Paced).find(context.actor.tenant)) ?? {};
    return tighter(messagePace, messagesPerDay);
  });

/** Our own page sends as fast as visitors read; a mail has its place in the line of mails. */
const unpaced: ReadonlySet<string> = new Set<Channel>(['WEB_CHAT', 'EMAIL']);

/** When a message's turn is: one that was given one keeps it; without a pace there is no line. */
export const turnOfMessage = async (
  context: Context,
  channel: Channel,
  { slotAt }: MessageRow,
  now: string,
): Promise<string> => {
  const pace = slotAt === undefined && !unpaced.has(channel) ? await paceOf(context) : undefined;
  return pace ? turnIn(context, channel, pace, now) : (slotAt ?? now);
};

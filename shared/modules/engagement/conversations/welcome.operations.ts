import type { Context } from '#kernel';
import { isSuppressed } from '#modules/platform/mail-out';
import { generalPurpose, standingOf } from '#modules/platform/privacy';
import type { ConversationRow } from './conversation.entity.ts';
import { consentChannel } from './conversation.rules.ts';
import type { MessageRow } from './message.entity.ts';

/** Why somebody is not written to. */
export type Refusal = { readonly code: 'SUPPRESSED' | 'NO_CONSENT'; readonly words: string };

/**
 * Why somebody is not written to, if so: they asked for it, here or wherever the tenant keeps who does not want to, or have not
 * allowed marketing. Asked when a message is written and again when it leaves, since minds change in between.
 */
export const unwelcome = async (
  context: Context,
  row: ConversationRow,
  kind: MessageRow['kind'],
): Promise<Refusal | undefined> => {
  if (row.stoppedAt !== undefined || (await isSuppressed(context, row.channel, row.peer, kind)) !== undefined)
    return { code: 'SUPPRESSED', words: 'They asked to be written to no more on this channel.' };
  if (kind !== 'MARKETING' || (await hasAllowed(context, row))) return undefined;
  return { code: 'NO_CONSENT', words: 'They have not allowed marketing on this channel.' };
};

const hasAllowed = async (context: Context, row: ConversationRow): Promise<boolean> => {
  const channel = consentChannel[row.channel];
  if (!channel || row.contact === undefined) return false;
  return (await standingOf(context, { subject: row.contact, purpose: generalPurpose, channel })).allowed;
};

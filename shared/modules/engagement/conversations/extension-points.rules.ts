import type { Context } from '#kernel';
import type { ChannelAccountRow } from '#modules/engagement/channels';

/** Somebody who speaks first on an account, before people do: says whether it takes what comes in there. */
export type FirstLine = { takes(context: Context, line: ChannelAccountRow): Promise<boolean> };
/** The extension point for them. */
export const firstLinePoint = 'conversations.first-line';

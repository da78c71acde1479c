import { given, type Context } from '#kernel';
import { Suppression, type SuppressionRow } from './suppression.entity.ts';
import { suppressionKey, type Channel } from './suppression.rules.ts';

/** Why an address is to be written to no more, and by which channel; by mail when not said. */
export type Stop = {
  readonly channel?: Channel;
  readonly address: string;
  readonly reason: 'BOUNCED' | 'COMPLAINED' | 'UNSUBSCRIBED';
  readonly mail?: string;
  /** Where they asked for it, to take it back there. */
  readonly conversation?: string;
  readonly note?: string;
};

/**
 * Writes to an address no more. One that only gets no marketing is stopped for everything when it bounces; what stops everything
 * stays the reason, and beside it stands when marketing was refused.
 */
export const suppress = async (context: Context, { channel = 'EMAIL', ...stop }: Stop): Promise<void> => {
  const { trusted, clock } = context;
  const stops = trusted(Suppression);
  const asked = stop.reason === 'UNSUBSCRIBED' ? { unsubscribedAt: clock.instant() } : {};
  const { reason, mail, conversation = null, note = null } = stop;
  const write = (row: SuppressionRow, unsubscribedAt: string | null) =>
    stops.update(row, { reason, conversation, note, unsubscribedAt, ...given({ mail }), ...asked });
  const known = await stops.findUnique('address', suppressionKey(channel, stop.address));
  if (!known) stops.create({ channel, ...stop, ...asked });
  else if (isLateNews(known, stop)) return;
  else if (known.archivedAt !== undefined) write(stops.restore(known), null);
  else if (isWider(known, stop)) write(known, known.unsubscribedAt ?? known.updatedAt);
  else stops.update(known, asked);
};

/** Somebody allowed it again after this very mail: what mail servers still say of it changes nothing. What the reader says does. */
const isLateNews = ({ archivedAt, mail }: SuppressionRow, stop: Omit<Stop, 'channel'>): boolean =>
  archivedAt !== undefined && stop.reason !== 'UNSUBSCRIBED' && stop.mail !== undefined && mail === stop.mail;

const isWider = (known: SuppressionRow, stop: Omit<Stop, 'channel'>): boolean =>
  known.reason === 'UNSUBSCRIBED' && stop.reason !== 'UNSUBSCRIBED';

/** Somebody who had unsubscribed has said yes again since. */
export const welcomeBack = async ({ trusted }: Context, address: string, at: string): Promise<void> => {
  const stop = await trusted(Suppression).findUnique('address', suppressionKey('EMAIL', address));
  if (!stop || stop.archivedAt !== undefined) return;
  if (stop.reason === 'UNSUBSCRIBED' && stop.updatedAt < at) trusted(Suppression).archive(stop);
  else if ((stop.unsubscribedAt ?? at) < at) trusted(Suppression).update(stop, { unsubscribedAt: null });
};

/** Somebody takes back, where it was said, what they had asked for there; what stops their address for another reason stands. */
export const unsuppress = async (
  { trusted }: Context,
  {
    channel,
    address,
    conversation,
  }: { readonly channel: Channel; readonly address: string; readonly conversation: string },
): Promise<void> => {
  const stop = await trusted(Suppression).findUnique('address', suppressionKey(channel, address));
  if (stop?.conversation !== conversation || stop.archivedAt !== undefined) return;
  // Whoever stops it anew says so themselves.
  trusted(Suppression).archive(trusted(Suppression).update(stop, { conversation: null }));
};

/** What a message is for: marketing stops at an address that was unsubscribed, everything else does not. */
export type Purpose = 'TRANSACTIONAL' | 'MARKETING';

/** Those of the addresses that get nothing of this kind by the channel, in lower case, with the reason. */
export const suppressedAmong = async (
  { trusted }: Pick<Context, 'trusted'>,
  addresses: readonly string[],
  purpose: Purpose,
  channel: Channel = 'EMAIL',
): Promise<ReadonlyMap<string, SuppressionRow['reason']>> => {
  const asked = [...new Set(addresses.map((address) => suppressionKey(channel, address)))];
  const found = await trusted(Suppression).findAllUnique('address', asked);
  const stops = [...found.values()].filter(
    ({ archivedAt, reason }) => archivedAt === undefined && (reason !== 'UNSUBSCRIBED' || purpose === 'MARKETING'),
  );
  return new Map(stops.map(({ address, reason }) => [address.toLowerCase(), reason]));
};

/** Why nothing may go to an address by a channel; nothing when it may. For whoever writes by other ways than mail. */
export const isSuppressed = async (
  context: Pick<Context, 'trusted'>,
  channel: Channel,
  address: string,
  purpose: Purpose = 'TRANSACTIONAL',
): Promise<SuppressionRow['reason'] | undefined> =>
  (await suppressedAmong(context, [address], purpose, channel)).get(address.trim().toLowerCase());

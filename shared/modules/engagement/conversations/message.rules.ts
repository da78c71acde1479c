const minute = 60_000;
/** A queue message that was lost is replaced after this. */
const queuedMinutes = 3;
/** A provider tells within this what it did with a message that somebody died over. */
const unknownMinutes = 10;
/** What could not be handed over for so long is given up. */
const mostMinutes = 24 * 60;
/** After so many refusals for haste it is given up. */
export const mostAttempts = 10;

/** What of a message decides when somebody must look after it. */
export type Waiting = {
  readonly status: string;
  readonly createdAt: string;
  readonly triedAt?: string;
  readonly sendAt?: string;
};

/** An instant so many minutes after another. */
export const later = (instant: string, minutes: number): string =>
  new Date(Date.parse(instant) + minutes * minute).toISOString();

/** When a message wants attention if nothing happens until then. */
export const dueOf = ({ status, createdAt, triedAt, sendAt }: Waiting): string | undefined => {
  const since = triedAt ?? createdAt;
  if (status === 'SENDING') return later(since, unknownMinutes);
  if (status !== 'QUEUED') return undefined;
  return sendAt !== undefined && sendAt > since ? sendAt : later(since, queuedMinutes);
};

/** What becomes of a message about which nobody said anything for too long. */
export const afterSilence = (
  { status, createdAt, sendAt = createdAt, possibleDuplicate }: Waiting & { readonly possibleDuplicate: boolean },
  now: string,
): 'GIVE_UP' | 'DOUBT' | 'ANNOUNCE' => {
  if (status === 'SENDING') return possibleDuplicate ? 'GIVE_UP' : 'DOUBT';
  return now > later(sendAt, mostMinutes) ? 'GIVE_UP' : 'ANNOUNCE';
};

/** After a refusal for haste: a little longer each time, at most an hour. */
export const nextTry = (now: string, attempts: number): string => later(now, Math.min(60, 2 ** attempts));

/** The states in the order in which they overrule each other: news that come late take nothing back. */
const weights: Readonly<Record<string, number>> = { QUEUED: 0, SENDING: 0, FAILED: 0, SENT: 1, DELIVERED: 2, READ: 3 };

/** Whether news say more than is known. That it failed says more than that it was sent, and less than that it came. */
export const overrules = (news: string, current: string): boolean => {
  const known = weights[current];
  if (known === undefined) return false;
  return news === 'FAILED' ? known <= 1 && current !== 'FAILED' : (weights[news] ?? 0) > known;
};

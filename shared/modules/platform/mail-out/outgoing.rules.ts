// When somebody must look after what goes out by a queue, a mail or a message of a channel, and what becomes of it then.

const minute = 60_000;
/** A queue message that was lost is replaced after this. */
const queuedMinutes = 3;
/** A provider, as SES, says within this what it did with one that somebody died over (design.md section 9). */
const unknownMinutes = 10;
/** What could not be handed over for so long is given up. */
const mostMinutes = 24 * 60;
/** After so many refusals for haste it is given up. */
export const mostAttempts = 10;

/** What of it decides when somebody must look after it. */
type Waiting = {
  readonly status: string;
  readonly createdAt: string;
  readonly triedAt?: string;
  readonly sendAt?: string;
};

/** An instant so many minutes after another. */
export const later = (instant: string, minutes: number): string =>
  new Date(Date.parse(instant) + minutes * minute).toISOString();

/** When it wants attention if nothing happens until then. */
export const dueOf = ({ status, createdAt, triedAt, sendAt }: Waiting): string | undefined => {
  const since = triedAt ?? createdAt;
  if (status === 'SENDING') return later(since, unknownMinutes);
  if (status !== 'QUEUED') return undefined;
  return sendAt !== undefined && sendAt > since ? sendAt : later(since, queuedMinutes);
};

/** What becomes of one about which nobody said anything for too long. */
export const afterSilence = (
  { status, createdAt, sendAt = createdAt, possibleDuplicate }: Waiting & { readonly possibleDuplicate: boolean },
  now: string,
): 'GIVE_UP' | 'DOUBT' | 'ANNOUNCE' => {
  if (status === 'SENDING') return possibleDuplicate ? 'GIVE_UP' : 'DOUBT';
  return now > later(sendAt, mostMinutes) ? 'GIVE_UP' : 'ANNOUNCE';
};

/** After a refusal for haste: a little longer each time, at most an hour. */
export const nextTry = (now: string, attempts: number): string => later(now, Math.min(60, 2 ** attempts));

/** The states in the order in which they overrule each other: news that come late take nothing back. */
const weights: Readonly<Record<string, number>> = { QUEUED: 0, SENDING: 0, FAILED: 0, SENT: 1, DELIVERED: 2, READ: 3 };

/** Whether news say more than is known. That it failed says more than that it was sent, and less than that it came. */
export const overrules = (news: string, current: string): boolean => {
  const known = weights[current];
  if (known === undefined) return false;
  return news === 'FAILED' ? known <= 1 && current !== 'FAILED' : (weights[news] ?? 0) > known;
};

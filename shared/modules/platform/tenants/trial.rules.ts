/** How long a trial lasts when nothing is said, and at most. */
export const trialDays = { usual: 30, most: 90 } as const;

/** What a trial may use. */
export const trialLimits = { users: 5, apiKeys: 3, changes: 50_000 } as const;

/** When a trial that begins now ends. */
export const trialEnd = (now: string, days: number): string =>
  new Date(Date.parse(now) + days * 86_400_000).toISOString();

/** Where a suspended tenant comes back to. */
export const statusAfterSuspension = (trialEndsAt: string | undefined, now: string): 'ACTIVE' | 'TRIAL' | 'ENDED' => {
  if (trialEndsAt === undefined) return 'ACTIVE';
  return trialEndsAt > now ? 'TRIAL' : 'ENDED';
};

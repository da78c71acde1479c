/** Until when what was sent now can be confirmed. */
export const confirmBy = (now: Date, days: number): string => new Date(now.getTime() + days * 86_400_000).toISOString();

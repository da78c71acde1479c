// When people are told that a certificate ends: 30, 15, 5 and 1 days before, and on the day itself.

const warnings = [30, 15, 5, 1, 0];
const day = 86_400_000;

/** The moment of the next warning, after the one that spoke of so many days; undefined when all were given. */
export const nextWarning = (validUntil: string, warnedDays?: number): string | undefined => {
  const days = warnings.find((each) => warnedDays === undefined || each < warnedDays);
  return days === undefined ? undefined : new Date(Date.parse(validUntil) - days * day).toISOString();
};

/** Of how many days a warning at this moment speaks: warnings that were missed are not made up for. */
export const warningAt = (validUntil: string, now: string): number => {
  const left = (Date.parse(validUntil) - Date.parse(now)) / day;
  return warnings.findLast((each) => left <= each) ?? warnings[0] ?? 0;
};

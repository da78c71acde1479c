import type { Problem } from '#kernel';
import { dayAfter, instantOf, wallTimeOf } from '#modules/platform/settings';

/** COUNT and UNTIL exclude each other (RFC 5545, 3.3.10). */
export const exclusiveProblems = (rule: string): readonly Problem[] =>
  /(^|;)COUNT=/.test(rule) && /(^|;)UNTIL=/.test(rule)
    ? [{ code: 'RULE_INVALID', message: 'COUNT and UNTIL exclude each other.', path: ['rule'] }]
    : [];

/** The text by which the order of an occurrence is one of its kind. */
export const occurrenceKey = (id: string, occurrence: string): string => `${id}#${occurrence}`;

/** The day of an occurrence on the clock of its zone. */
export const dayOf = (occurrence: string, timeZone: string): string => wallTimeOf(Date.parse(occurrence), timeZone).day;

/** When the order of an occurrence is made: so many days before, at the same time on the clock. */
export const madeAt = (occurrence: string, leadDays: number, timeZone: string): string => {
  const { day, minute } = wallTimeOf(Date.parse(occurrence), timeZone);
  return new Date(instantOf({ day: dayAfter(day, -leadDays), minute }, timeZone)).toISOString();
};

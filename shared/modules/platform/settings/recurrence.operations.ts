// Recurrence by RFC 5545, in a time zone: nine o'clock stays nine o'clock over daylight saving. The library is loaded at first use.
import { DomainError } from '#kernel';
import { problemsError } from '#kernel/errors';
import { timeZoneProblems } from './tenant.rules.ts';

/** A rule (`FREQ=WEEKLY;BYDAY=TU,TH`) and its first moment, on the clock of a time zone. */
export type Recurrence = {
  readonly rule: string;
  readonly startsAt: string;
  readonly timeZone: string;
  /** Occurrences that are left out. */
  readonly except?: readonly string[];
};

/** Which occurrences: from one moment to another, the last not included; at most so many. */
export type Wanted = { readonly from: string; readonly to: string; readonly most: number };

/** Occurrences in order, as instants. @throws RULE_INVALID */
export const occurrencesOf = async (recurrence: Recurrence, { from, to, most }: Wanted): Promise<readonly string[]> => {
  const rule = await ruleOf(recurrence);
  const except = new Set(recurrence.except ?? []);
  const found: string[] = [];
  for (const each of foundBy(() => rule.between(new Date(from), new Date(to), true)) ?? []) {
    const at = new Date(each.epochMilliseconds).toISOString();
    if (at >= to || found.length >= most) break;
    if (at >= from && !except.has(at)) found.push(at);
  }
  return found;
};

/** The first occurrence behind a moment; nothing when none is left. @throws RULE_INVALID */
export const occurrenceAfter = async (recurrence: Recurrence, moment: string): Promise<string | undefined> => {
  const rule = await ruleOf(recurrence);
  const except = new Set(recurrence.except ?? []);
  const nextOf = (behind: string | number) => foundBy(() => rule.next(new Date(behind)));
  for (let each = nextOf(moment); each; each = nextOf(each.epochMilliseconds)) {
    const at = new Date(each.epochMilliseconds).toISOString();
    if (!except.has(at)) return at;
  }
  return undefined;
};

/** The library gives up a search by an error: 10,000 days, years, ... without an occurrence are as if none were left. */
const foundBy = <T>(search: () => T): T | undefined => {
  try {
    return search();
  } catch (error) {
    if (messageOf(error).startsWith('Maximum ')) return undefined;
    throw error;
  }
};

/** Makes sure of a rule: that it can be read, that its zone exists, and that it comes at all. @throws RULE_INVALID, BAD_INPUT */
export const assertRule = async (recurrence: Recurrence): Promise<void> => {
  const problems = timeZoneProblems(recurrence.timeZone);
  if (problems.length > 0) throw problemsError(problems);
  const rule = await ruleOf(recurrence);
  if (!foundBy(() => rule.next(new Date(recurrence.startsAt), true)))
    throw new DomainError('RULE_INVALID', 'By this rule it never comes.', ['rule']);
};

const ruleOf = async ({ rule, startsAt, timeZone }: Recurrence) => {
  const [{ RRuleTemporal }, { Temporal }, { default: ical }] = await Promise.all([
    import('rrule-temporal'),
    import('temporal-polyfill'),
    import('ical.js'),
  ]);
  const dtstart = Temporal.Instant.from(startsAt).toZonedDateTimeISO(timeZone);
  try {
    // It passes over numbers out of range; the library that writes calendars does not.
    ical.Recur.fromString(rule);
    return new RRuleTemporal({ rruleString: `RRULE:${rule}`, dtstart, temporal: Temporal, strict: true });
  } catch (error) {
    throw new DomainError('RULE_INVALID', `Not a rule of RFC 5545: ${messageOf(error)}`, ['rule']);
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).slice(0, 200);

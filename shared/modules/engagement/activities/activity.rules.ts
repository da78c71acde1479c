import type { Problem } from '#kernel';

type Timed = {
  readonly startsAt?: string;
  readonly minutes?: number;
  readonly dueAt?: string;
  readonly createdAt: string;
  readonly endsAt?: string;
};

/** The moment so many minutes later. */
export const minutesAfter = (instant: string, minutes: number): string =>
  new Date(Date.parse(instant) + minutes * 60_000).toISOString();

/** Half an hour, where neither the activity nor its type says how long it takes. */
const usualMinutes = 30;

/** End and place in the agenda, from begin, duration and due time. */
export const withTimes = (row: Timed) => ({
  agendaAt: row.startsAt ?? row.dueAt ?? row.createdAt,
  endsAt: row.startsAt === undefined ? (null as never) : minutesAfter(row.startsAt, row.minutes ?? usualMinutes),
});

/** What cannot be. */
export const activityProblems = (
  row: Timed & { readonly account?: string; readonly contact?: string },
): readonly Problem[] =>
  row.startsAt !== undefined && row.dueAt !== undefined && row.dueAt < row.startsAt
    ? [{ code: 'BAD_INPUT', message: 'It cannot be due before it begins.', path: ['dueAt'] }]
    : [];

type Slot = { readonly id: string; readonly startsAt?: string; readonly endsAt?: string; readonly ownerId?: string };

/** The activities that overlap another one of the same person. */
export const overlapping = (slots: readonly Slot[]): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const [, own] of Map.groupBy(slots.filter(isTimed), (slot) => slot.ownerId)) markOverlaps(own, found);
  return found;
};

type TimedSlot = Slot & { readonly startsAt: string; readonly endsAt: string };
const isTimed = (slot: Slot): slot is TimedSlot => slot.startsAt !== undefined && slot.endsAt !== undefined;

/** One pass over the slots by their begin: each is compared with the one that ends last among those before it. */
const markOverlaps = (slots: readonly TimedSlot[], found: Set<string>): void => {
  const sorted = [...slots].sort((left, right) => (left.startsAt < right.startsAt ? -1 : 1));
  let last: TimedSlot | undefined;
  for (const slot of sorted) {
    if (last && slot.startsAt < last.endsAt) {
      found.add(slot.id);
      found.add(last.id);
    }
    if (!last || slot.endsAt > last.endsAt) last = slot;
  }
};

/** A day of an agenda. */
export type AgendaDay<Entry> = { readonly day: string; readonly entries: readonly Entry[] };

/** Entries by the calendar day on which they stand, in order. `dayOf` knows the time zone. */
export const byDay = <Entry extends { readonly agendaAt: string }>(
  entries: readonly Entry[],
  dayOf: (instant: string) => string,
): readonly AgendaDay<Entry>[] =>
  [
    ...Map.groupBy(
      [...entries].sort((left, right) => (left.agendaAt < right.agendaAt ? -1 : 1)),
      ({ agendaAt }) => dayOf(agendaAt),
    ),
  ].map(([day, found]) => ({ day, entries: found }));

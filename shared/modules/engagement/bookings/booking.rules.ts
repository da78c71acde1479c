import type { Problem } from '#kernel';
import type { BookedSpan } from './booked-day.entity.ts';

const dayLength = 86_400_000;
/** A booking writes a row for each of its days, and an operation writes at most a hundred. */
export const mostDays = 42;

type Time = { readonly from: string; readonly to: string };

/** The days (UTC) that a time touches. */
export const daysOf = ({ from, to }: Time): readonly string[] => {
  const first = Date.parse(from.slice(0, 10));
  const count = Math.floor((Date.parse(to) - 1 - first) / dayLength) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    new Date(first + index * dayLength).toISOString().slice(0, 10),
  );
};

/** What is wrong with a time. */
export const timeProblems = (time: Time): readonly Problem[] => {
  if (time.from >= time.to) return [{ code: 'BAD_INPUT', message: 'It ends after it begins.', path: ['to'] }];
  if (daysOf(time).length <= mostDays) return [];
  return [{ code: 'BAD_INPUT', message: `A booking spans at most ${mostDays} days.`, path: ['to'] }];
};

/** The spans that still count: a hold whose time is over does not, even before its timer has come. */
export const standing = (spans: readonly BookedSpan[], now: string): readonly BookedSpan[] =>
  spans.filter(({ heldUntil }) => heldUntil === undefined || heldUntil > now);

/** What is in the way of a time, leaving out a booking that is being moved. */
export const conflicting = (spans: readonly BookedSpan[], { from, to }: Time, own?: string): readonly BookedSpan[] =>
  spans.filter((span) => span.booking !== own && span.from < to && from < span.to);

/** The spans of a day with a booking in it, in order. */
export const withSpan = (spans: readonly BookedSpan[], span: BookedSpan): readonly BookedSpan[] =>
  [...withoutSpan(spans, span.booking), span].sort((one, other) => (one.from < other.from ? -1 : 1));

/** The spans of a day without a booking. */
export const withoutSpan = (spans: readonly BookedSpan[], booking: string): readonly BookedSpan[] =>
  spans.filter((span) => span.booking !== booking);

// The clock of a day on the road. All times are minutes; which moment is zero, the caller says.

/** From one minute to another. */
export type Span = { readonly from: number; readonly to: number };

/** A visit that is to be made. */
export type Call = {
  /** How long it takes. */
  readonly minutes: number;
  /** When it may begin on each day, by the day's number; absent when at any time. */
  windows?(day: number): readonly Span[] | undefined;
};

/** A day on the road: the hours in which one travels and visits, in order and apart. */
export type Day = { readonly hours: readonly Span[] };

/** The moment until which so many minutes have been travelled; travel rests outside the hours. Infinity when they do not suffice. */
export const travelled = (hours: readonly Span[], since: number, minutes: number): number => {
  let left = minutes;
  for (const { from, to } of hours) {
    if (to < since) continue;
    const start = Math.max(from, since);
    if (start + left <= to) return left === 0 ? Math.max(since, from) : start + left;
    left -= to - start;
  }
  return Infinity;
};

/** When a visit begins that one arrives for: in one of its windows, and whole within the hours. Infinity when never. */
export const begins = (hours: readonly Span[], arrival: number, minutes: number, windows?: readonly Span[]): number => {
  for (const span of hours) {
    const earliest = Math.max(span.from, arrival);
    const latest = span.to - minutes;
    if (earliest > latest) continue;
    if (!windows) return earliest;
    for (const window of windows) {
      const start = Math.max(earliest, window.from);
      if (start <= Math.min(latest, window.to)) return start;
    }
  }
  return Infinity;
};

/** Spans with others cut out of them; both in order. */
export const cutOut = (spans: readonly Span[], busy: readonly Span[]): readonly Span[] =>
  busy.reduce(
    (left, { from, to }) =>
      left.flatMap((span) => {
        if (to <= span.from || from >= span.to) return [span];
        return [
          { from: span.from, to: from },
          { from: to, to: span.to },
        ].filter((piece) => piece.to > piece.from);
      }),
    spans,
  );

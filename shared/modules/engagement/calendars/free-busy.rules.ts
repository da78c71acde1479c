/** A time that somebody is not free. */
export type Busy = { readonly from: string; readonly to: string; readonly kind: 'BUSY' | 'TENTATIVE' | 'AWAY' };

const rank = { TENTATIVE: 0, BUSY: 1, AWAY: 2 } as const;

/** Times in order and apart: those of one kind that touch become one; where kinds overlap, the stronger one counts. */
export const merged = (times: readonly Busy[]): readonly Busy[] => {
  const moments = [...new Set(times.flatMap(({ from, to }) => [from, to]))].sort();
  const pieces = moments.slice(0, -1).flatMap((from, index): readonly Busy[] => {
    const to = moments[index + 1] ?? from;
    const kinds = times.filter((time) => time.from < to && from < time.to).map(({ kind }) => kind);
    const [kind] = kinds.sort((one, other) => rank[other] - rank[one]);
    return kind ? [{ from, to, kind }] : [];
  });
  return pieces.reduce<Busy[]>((joined, piece) => {
    const last = joined.at(-1);
    if (last?.kind !== piece.kind || last.to !== piece.from) return [...joined, piece];
    return [...joined.slice(0, -1), { ...last, to: piece.to }];
  }, []);
};

/** A time in which somebody could meet. */
export type Slot = { readonly from: string; readonly to: string };

/** What is left of times once others are taken out; both in order. */
export const without = (slots: readonly Slot[], busy: readonly Slot[]): readonly Slot[] =>
  busy.reduce(
    (left, { from, to }) =>
      left.flatMap((slot) => {
        if (to <= slot.from || from >= slot.to) return [slot];
        return [
          { from: slot.from, to: from },
          { from: to, to: slot.to },
        ].filter((piece) => piece.from < piece.to);
      }),
    slots,
  );

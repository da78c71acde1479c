import type { Clock } from '#kernel';

/** A clock that stands still until told otherwise. */
export const fixedClock = (
  start: string,
): Clock & { set(moment: string): void; advance(milliseconds: number): void } => {
  let now = new Date(start);
  return {
    now: () => now,
    set: (moment) => {
      now = new Date(moment);
    },
    advance: (milliseconds) => {
      now = new Date(now.getTime() + milliseconds);
    },
  };
};

import type { Problem } from '#kernel';
import { dayAfter, instantOf, wallTimeOf, weekdayOf } from '#modules/platform/settings';

type Channel = { readonly channel: string; readonly email?: string };

/** What is missing to hand orders over. */
export const wholesalerProblems = ({ channel, email }: Channel): readonly Problem[] =>
  channel === 'EMAIL' && email === undefined
    ? [{ code: 'BAD_INPUT', message: 'Batches by e-mail need an address.', path: ['email'] }]
    : [];

/** When batches go. */
export type CutOffs = {
  readonly cutOffs: readonly string[];
  readonly cutOffDays: readonly number[];
  readonly timeZone: string;
};

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

/** The first moment behind another at which a batch goes; never where no times or days are given. */
export const cutOffAfter = ({ cutOffs, cutOffDays, timeZone }: CutOffs, moment: string): string | undefined => {
  const { day: today } = wallTimeOf(Date.parse(moment), timeZone);
  const times = cutOffs.map(minuteOf).toSorted((left, right) => left - right);
  for (let ahead = 0; ahead <= 7; ahead += 1) {
    const day = dayAfter(today, ahead);
    if (!cutOffDays.includes(weekdayOf(day))) continue;
    const moments = times.map((minute) => new Date(instantOf({ day, minute }, timeZone)).toISOString());
    const next = moments.find((each) => each > moment);
    if (next !== undefined) return next;
  }
  return undefined;
};

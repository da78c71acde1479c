import type { GeoPoint, Problem } from '#kernel';
import type { Span } from './schedule.rules.ts';

const dayLength = 86_400_000;

/** What is known of an account whose visit is considered. */
export type Visitee = {
  readonly id: string;
  readonly createdAt: string;
  readonly birthday?: string;
  readonly lastVisitAt?: string;
  readonly everyDays: number;
  readonly minGapPercent: number;
};

/** A reason beyond the calendar to visit an account soon, with its weight: 1 is a whole interval. */
export type Reason = { readonly name: string; readonly weight: number };

/** How much an account is due: 1 on the day that its interval ends. */
export type Due = {
  readonly score: number;
  readonly dueOn: string;
  readonly reasons: readonly string[];
  readonly isCandidate: boolean;
};

/** A birthday so many days ahead is a reason to call by. */
const birthdayDays = 7;
const birthdayWeight = 0.25;

/** How much an account is due on a day. One that was never visited is due, the more the longer it has been waiting. */
export const dueOf = (visitee: Visitee, day: string, reasons: readonly Reason[]): Due => {
  const { lastVisitAt, createdAt, everyDays, minGapPercent } = visitee;
  const passed = (Date.parse(day) - Date.parse((lastVisitAt ?? createdAt).slice(0, 10))) / dayLength;
  const share = passed / everyDays;
  const calendar = lastVisitAt === undefined ? 1 + Math.min(1, Math.max(0, share)) : share;
  const all = [...reasons, ...birthdayReason(visitee.birthday, day)];
  const since = lastVisitAt?.slice(0, 10);
  return {
    score: calendar + all.reduce((sum, { weight }) => sum + weight, 0),
    dueOn: since === undefined ? createdAt.slice(0, 10) : later(since, everyDays),
    reasons: [...(calendar >= 1 ? ['due'] : []), ...all.map(({ name }) => name)],
    isCandidate: lastVisitAt === undefined || share * 100 >= minGapPercent,
  };
};

const later = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * dayLength).toISOString().slice(0, 10);

const birthdayReason = (birthday: string | undefined, day: string): readonly Reason[] => {
  if (birthday === undefined) return [];
  const days = [0, 1].map((years) => {
    const next = `${String(Number(day.slice(0, 4)) + years)}${birthday.slice(4)}`;
    return (Date.parse(next) - Date.parse(day)) / dayLength;
  });
  const isNear = days.some((ahead) => ahead >= 0 && ahead <= birthdayDays);
  return isNear ? [{ name: 'birthday', weight: birthdayWeight }] : [];
};

type Window = { readonly weekday: number; readonly from: string; readonly to: string };
const minuteOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** The windows of a weekday in minutes of the day; undefined when the account receives at any time. */
export const windowsOn = (windows: readonly Window[] | undefined, weekday: number): readonly Span[] | undefined => {
  if (!windows || windows.length === 0) return undefined;
  return windows
    .filter((window) => window.weekday === weekday)
    .map(({ from, to }) => ({ from: minuteOf(from), to: minuteOf(to) }))
    .sort((one, other) => one.from - other.from);
};

/** What is wrong with windows. */
export const windowProblems = (windows: readonly Window[]): readonly Problem[] =>
  windows.flatMap(({ from, to }, index) =>
    minuteOf(from) < minuteOf(to)
      ? []
      : [{ code: 'BAD_INPUT', message: 'A window ends after it begins.', path: ['windows', index, 'to'] }],
  );

type Placed = { readonly addresses?: readonly { readonly point?: GeoPoint }[] };

/** Where an account is visited: the first of its addresses that says where it lies. */
export const placeOf = ({ addresses }: Placed): GeoPoint | undefined =>
  addresses?.find(({ point }) => point !== undefined)?.point;

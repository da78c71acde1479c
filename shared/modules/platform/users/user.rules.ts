import type { Problem } from '#kernel';
import { timeZoneProblems } from '#modules/platform/settings';

type Person = {
  readonly id: string;
  readonly timeZone?: string;
  readonly manager?: string;
  readonly substitute?: string;
  readonly absentFrom?: string;
  readonly absentUntil?: string;
};

/** What is wrong with a person's record. */
export const userProblems = (person: Person): readonly Problem[] => [
  ...timeZoneProblems(person.timeZone),
  ...(['manager', 'substitute'] as const).flatMap((field) =>
    person[field] === person.id ? [{ code: 'BAD_INPUT', message: 'Somebody else, please.', path: [field] }] : [],
  ),
  ...absenceProblems(person),
];

const absenceProblems = ({ absentFrom, absentUntil }: Person): readonly Problem[] => {
  if (absentUntil === undefined) return [];
  if (absentFrom === undefined) return [{ code: 'BAD_INPUT', message: 'Say since when.', path: ['absentFrom'] }];
  return absentFrom <= absentUntil
    ? []
    : [{ code: 'BAD_INPUT', message: 'The absence ends before it begins.', path: ['absentUntil'] }];
};

/** Whether the person is away on this day; without a last day, until further notice. */
export const isAbsent = ({ absentFrom, absentUntil }: Person, day: string): boolean =>
  absentFrom !== undefined && absentFrom <= day && (absentUntil === undefined || day <= absentUntil);

/** The role that is the tenant's last hold on itself. */
export const ownerRole = 'owner';

/** Who owns the tenant once this person has these roles; at most 20. */
export const ownersAfter = (owners: readonly string[], user: string, roles: readonly string[]): readonly string[] => {
  const others = owners.filter((owner) => owner !== user);
  return roles.includes(ownerRole) ? [...others, user] : others;
};

/** What stands between a person and leaving, in words: `12 Opportunity, 3 Activity`. */
export const workInWords = (open: ReadonlyMap<string, number>): string =>
  [...open].map(([entity, count]) => `${String(count)} ${entity}`).join(', ');

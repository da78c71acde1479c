import { DomainError, type Context } from '#kernel';
import { Team } from '#modules/platform/teams';
import { isAbsent, levelsAbove, User, type UserRow } from '#modules/platform/users';
import type { PolicyRow } from './approval-policy.entity.ts';
import type { ApprovalStep } from './approval.entity.ts';
import { waitingIn, type Standing } from './approval.rules.ts';

type PolicyStep = PolicyRow['steps'][number];

/** The people that a policy names, for somebody who asks. Nobody decides about an own question. @throws NO_APPROVER */
export const stepsOf = (
  context: Context,
  steps: readonly PolicyStep[],
  asker: string | undefined,
): Promise<readonly ApprovalStep[]> =>
  Promise.all(
    steps.map(async (step, index) => {
      const named = (await namedBy(context, step, asker)).filter((id) => id !== asker);
      return stepWith(await atWork(context, named), step.needed ?? 1, index);
    }),
  );

/** One round with people that were named by hand. @throws NO_APPROVER */
export const stepOf = async (
  context: Context,
  approvers: readonly string[],
  asker: string | undefined,
): Promise<ApprovalStep> =>
  stepWith(
    await atWork(
      context,
      approvers.filter((id) => id !== asker),
    ),
    1,
    0,
  );

const stepWith = (approvers: readonly string[], needed: number, index: number): ApprovalStep => {
  if (approvers.length === 0)
    throw new DomainError(
      'NO_APPROVER',
      'There is nobody who could decide; the policy names nobody who works here, or only you.',
      ['steps', index],
    );
  return { approvers, needed: Math.min(needed, approvers.length), decisions: [] };
};

const namedBy = async (
  context: Context,
  { by, user, team, level = 1 }: PolicyStep,
  asker: string | undefined,
): Promise<readonly string[]> => {
  if (by === 'PERSON') return user === undefined ? [] : [user];
  if (by === 'MANAGER') return asker === undefined ? [] : managerOf(context, asker, level);
  const asked = team === undefined ? undefined : await context.trusted(Team).find(team);
  if (by === 'TEAM') return asked?.members ?? [];
  return asked?.manager === undefined ? [] : [asked.manager];
};

/** So many levels up; who is at the top decides for those below who have fewer above them. */
const managerOf = async (context: Context, asker: string, level: number): Promise<readonly string[]> =>
  (await levelsAbove(context, [asker], level)).at(-1) ?? [];

const atWork = async ({ trusted }: Context, ids: readonly string[]): Promise<readonly string[]> => {
  const people = await trusted(User).getMany(ids);
  return [...new Set(ids)].filter((id) => {
    const person = people.get(id);
    return person !== undefined && person.status !== 'DEACTIVATED' && person.archivedAt === undefined;
  });
};

/** Who does a person's work today: the person, or while absent whoever stands in. */
export const standIn = async ({ trusted, clock }: Context, id: string): Promise<UserRow | undefined> => {
  const person = await trusted(User).find(id);
  if (person?.substitute === undefined || !isAbsent(person, clock.today())) return person;
  const other = await trusted(User).find(person.substitute);
  return other && other.status !== 'DEACTIVATED' ? other : person;
};

/** Whose decision a person may make now: an own one, or that of somebody absent; nothing where none. */
export const placeOf = async (
  context: Context,
  waiting: readonly string[],
  user: string,
): Promise<string | undefined> => {
  if (waiting.includes(user)) return user;
  for (const id of waiting) if ((await standIn(context, id))?.id === user) return id;
  return undefined;
};

/** Whom the round is asked of now: its approvers, and those who stand in for the absent. */
export const askedNow = async (context: Context, standing: Standing): Promise<readonly string[]> => {
  const waiting = waitingIn(standing);
  const inPlace = await Promise.all(waiting.map((id) => standIn(context, id)));
  return [...new Set([...waiting, ...inPlace.flatMap((person) => (person ? [person.id] : []))])];
};

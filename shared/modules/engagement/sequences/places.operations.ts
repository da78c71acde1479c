import type { AnyEntity, AnyRow, Context } from '#kernel';
import { filledFrom, type Filled } from '#modules/engagement/activities';
import { User } from '#modules/platform/users';
import { Team } from '#modules/platform/teams';
import { Enrolment } from './enrolment.entity.ts';
import type { Step } from './sequence.entity.ts';

/** By whom enrolments are listed. */
const parties = ['account', 'contact', 'opportunity'];

/** The account, contact and opportunity of a record, itself among them. */
export const partiesOf = (context: Context, of: AnyEntity, record: AnyRow): Promise<Filled> =>
  filledFrom(context, of, record, context.registry.entity(Enrolment.name), parties);

type Holder = { readonly owner?: string; readonly team?: string };

/** Who does a step. Where whoever it names has left, whoever has the record does it. */
export const holderOf = async ({ trusted }: Context, { person, team }: Step, record: AnyRow): Promise<Holder> => {
  const [user, group] = await Promise.all([
    person === undefined ? undefined : trusted(User).find(person),
    team === undefined ? undefined : trusted(Team).find(team),
  ]);
  if (user && user.status !== 'DEACTIVATED') return { owner: user.id };
  if (group && group.archivedAt === undefined) return { team: group.id };
  if (record.ownerId !== undefined) return { owner: record.ownerId };
  return record.teamId === undefined ? {} : { team: record.teamId };
};

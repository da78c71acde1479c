import type { AnyEntity, AnyRow, Context, Registry } from '#kernel';
import { carriedFields } from '#modules/engagement/activities';
import { User } from '#modules/platform/users';
import { Team } from '#modules/platform/teams';
import { Work } from './activity-extension.rules.ts';
import { Enrolment } from './enrolment.entity.ts';
import type { Step } from './sequence.entity.ts';

/** Where work stands: its fields that refer to those whom it is for. */
const placeFields = (registry: Registry): readonly string[] => [
  ...parties,
  ...(registry.contributions(carriedFields) as readonly string[]),
];
/** By whom enrolments are listed. */
const parties = ['account', 'contact', 'opportunity'];

const targetOf = (of: AnyEntity, name: string): string | undefined => {
  const shape = of.fields[name]?.shape;
  return shape?.kind === 'ref' ? shape.to : undefined;
};

/** Of these fields of one entity, those that a record of another fills: by itself, or by what it belongs to. */
const filledBy = (of: AnyEntity, at: AnyEntity, names: readonly string[]): readonly string[] =>
  names.filter((name) => {
    const target = targetOf(at, name);
    return target !== undefined && (target === of.name || target === targetOf(of, name));
  });

/** The fields of an activity by which it belongs to a record of this kind; none where activities know no such record. */
export const placesFor = (registry: Registry, of: AnyEntity): readonly string[] =>
  filledBy(of, registry.entity(Work.name), placeFields(registry));

type Filled = Readonly<Record<string, string>>;

/** What a record fills in; what has been archived is left out. */
const fill = async (
  { registry, trusted }: Context,
  of: AnyEntity,
  record: AnyRow,
  at: AnyEntity,
  names: readonly string[],
): Promise<Filled> => {
  const found = await Promise.all(
    filledBy(of, at, names).map(async (name) => {
      const target = targetOf(at, name) ?? '';
      const id = target === of.name ? record.id : record[name];
      const row = typeof id === 'string' ? await trusted(registry.entity(target)).find(id) : undefined;
      return row && row.archivedAt === undefined ? [[name, row.id] as const] : [];
    }),
  );
  return Object.fromEntries(found.flat());
};

/** The records for which work on a record is, by field of the activity. */
export const placeOf = (context: Context, of: AnyEntity, record: AnyRow): Promise<Filled> =>
  fill(context, of, record, context.registry.entity(Work.name), placeFields(context.registry));

/** The account, contact and opportunity of a record, itself among them. */
export const partiesOf = (context: Context, of: AnyEntity, record: AnyRow): Promise<Filled> =>
  fill(context, of, record, context.registry.entity(Enrolment.name), parties);

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

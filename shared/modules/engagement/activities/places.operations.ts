// Where work on a record stands: with which account, contact and opportunity, and whatever modules add to activities.
import type { AnyEntity, AnyRow, Context, Registry } from '#kernel';
import { Activity } from './activity.entity.ts';
import { carriedFields } from './activity.operations.ts';

/** The fields of an activity that refer to those whom it is for. */
const placeFields = (registry: Registry): readonly string[] => [
  ...['account', 'contact', 'opportunity'],
  ...(registry.contributions(carriedFields) as readonly string[]),
];

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
  filledBy(of, registry.entity(Activity.name), placeFields(registry));

/** Ids by the names of fields. */
export type Filled = Readonly<Record<string, string>>;

/** What a record fills in of these fields of another one; what has been archived is left out. */
export const filledFrom = async (
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
  filledFrom(context, of, record, context.registry.entity(Activity.name), placeFields(context.registry));

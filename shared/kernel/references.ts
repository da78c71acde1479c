// What the rows of a unit refer to: that it exists, may be seen and is in use; and whose a row is because of it.
import { mayTouch, scopeOf } from './access.ts';
import { oneOf, type AnyEntity, type AnyRow } from './entity.ts';
import { DomainError, forbidden } from './errors.ts';
import type { AnyField } from './fields.ts';
import { knownRow, type Staged, type Unit } from './unit.ts';

type Reference = { readonly id: string; readonly to: string; readonly path: readonly (string | number)[] };

/** The records that must be read before what the unit has staged can be checked. */
export const referencesOfUnit = (unit: Unit): readonly string[] =>
  [...unit.staged.values()].flatMap((staged) => [
    ...changedReferences(staged).map((reference) => reference.id),
    ...parentOf(staged),
  ]);

/** Checks references and settles owners, once those records were read. @throws DomainError */
export const settleReferences = (unit: Unit): void => {
  for (const staged of [...unit.staged.values()]) {
    for (const reference of changedReferences(staged)) assertReference(unit, staged, reference);
    settleOwner(unit, staged);
  }
};

const parentOf = ({ of, after }: Staged): readonly string[] => {
  const parent = of.owner.kind === 'inherits' ? after[of.owner.from] : undefined;
  return typeof parent === 'string' ? [parent] : [];
};

const changedReferences = ({ of, after, before }: Staged): readonly Reference[] => {
  const held = new Set(before ? referencesIn(of.fields, before.row, []).map((reference) => reference.id) : []);
  return referencesIn(of.fields, after, []).filter((reference) => !held.has(reference.id) && reference.id !== after.id);
};

const referencesIn = (
  fields: Readonly<Record<string, AnyField>>,
  values: Readonly<Record<string, unknown>>,
  path: Reference['path'],
): readonly Reference[] =>
  Object.entries(fields).flatMap(([name, field]) => referencesOf(field, values[name], [...path, name]));

const referencesOf = ({ shape }: AnyField, value: unknown, path: Reference['path']): readonly Reference[] => {
  if (value === undefined || value === null) return [];
  if (shape.kind === 'ref') return [{ id: value as string, to: shape.to, path }];
  if (shape.kind === 'list')
    return (value as readonly unknown[]).flatMap((entry, index) => referencesOf(shape.of, entry, [...path, index]));
  if (shape.kind === 'object') return referencesIn(shape.fields, value as Readonly<Record<string, unknown>>, path);
  if (shape.kind !== 'parts') return [];
  return (value as readonly Readonly<Record<string, unknown>>[]).flatMap((line, index) =>
    referencesIn(shape.fields, line, [...path, index]),
  );
};

const assertReference = (unit: Unit, staged: Staged, reference: Reference): void => {
  const found = unit.staged.get(reference.id) ?? unit.loaded.get(reference.id);
  const row = knownRow(unit, reference.id);
  const isVisible =
    found &&
    row &&
    (reference.to === '*' || found.of.name === reference.to) &&
    (!staged.checked || mayRefer(unit, found.of, row));
  if (!isVisible)
    throw new DomainError(
      'REFERENCE_NOT_FOUND',
      `There is no ${reference.to === '*' ? 'record' : reference.to} ${reference.id}.`,
      reference.path,
    );
  if (row.archivedAt !== undefined)
    throw new DomainError('REFERENCE_ARCHIVED', `The ${found.of.name} ${reference.id} is archived.`, reference.path);
};

const mayRefer = (unit: Unit, of: AnyEntity, row: AnyRow): boolean => mayTouch(unit.actor, of, row, 'read');

/** Whose the record is; follows its own fields or its parent, and is what access checks ask. */
const settleOwner = (unit: Unit, staged: Staged): void => {
  const given: AnyRow = { ...staged.after, ...defaultOwner(unit, staged) };
  const { ownerId: _owner, teamId: _team, ...rest } = given;
  const after: AnyRow = { ...rest, ...ownerOf(unit, { ...staged, after: given }) };
  unit.staged.set(after.id, { ...staged, after });
  if (!staged.before && staged.checked) assertMayCreate(unit, staged.of, after);
};

/** A new record that names no owner takes that of the record it belongs to, else whoever makes it. */
const defaultOwner = (unit: Unit, { of: { owner }, after, before }: Staged): Readonly<Record<string, unknown>> => {
  if (before || owner.kind !== 'field') return {};
  const { user, team = '', from = '' } = owner;
  if (after[user] !== undefined || after[team] !== undefined) return {};
  const { ownerId, teamId } = inheritedOwner(unit, knownRow(unit, String(after[from])));
  return { ...(ownerId !== undefined && { [user]: ownerId }), ...(teamId !== undefined && { [team]: teamId }) };
};

const inheritedOwner = ({ actor }: Unit, parent: AnyRow | undefined): Owner =>
  (parent?.ownerId ?? parent?.teamId) === undefined
    ? ownerFrom(actor.userId, undefined)
    : ownerFrom(parent?.ownerId, parent?.teamId);

type Owner = { readonly ownerId?: string; readonly teamId?: string };

const ownerOf = (unit: Unit, { of, after }: Staged): Owner => {
  if (of.owner.kind === 'none') return {};
  if (of.owner.kind === 'field') return ownerFrom(after[of.owner.user], of.owner.team && after[of.owner.team]);
  const parent = knownRow(unit, String(after[of.owner.from]));
  if (parent) return ownerFrom(parent.ownerId, parent.teamId);
  return ownerFrom(after.ownerId ?? unit.actor.userId, after.teamId);
};

const ownerFrom = (ownerId: unknown, teamId: unknown): Owner => ({
  ...(typeof ownerId === 'string' && { ownerId }),
  ...(typeof teamId === 'string' && { teamId }),
});

const assertMayCreate = (unit: Unit, of: AnyEntity, row: AnyRow): void => {
  if (mayTouch(unit.actor, of, row, 'create')) return;
  const scope = scopeOf(unit.actor, of.name, 'create');
  throw forbidden(
    scope === 'none'
      ? `You may not make ${oneOf(of.name)}.`
      : `You may make ${oneOf(of.name)} only for ${scope === 'own' ? 'yourself' : 'your teams'}.`,
  );
};

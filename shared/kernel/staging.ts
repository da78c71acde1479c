// Staging: what a create, change, move or archive makes of a record, before the unit writes it. One write per row, one
// event per version.
import { mayTouch } from './access.ts';
import { isCustomizable } from './custom-fields.ts';
import { customProblems, withCustomValues, withMergedCustom } from './custom-values.ts';
import { isFrozen, wordOf, type AnyEntity, type AnyRow } from './entity.ts';
import { DomainError, forbidden, notFound, problemsError } from './errors.ts';
import { verbOf } from './events.ts';
import { derivedId } from './ids.ts';
import { applyChanges } from './row-changes.ts';
import { linesPerDocument, partsOf } from './rows.ts';
import { isWhole, knownRow, type Staged, type Unit } from './unit.ts';

/** Stages a new record. */
export const stageCreate = (
  unit: Unit,
  of: AnyEntity,
  values: Readonly<Record<string, unknown>>,
  given: { id?: string; event?: string; checked: boolean },
): AnyRow => {
  const id = given.id ?? nextId(unit, of);
  const draft = {
    ...withDefaults(of, withoutNulls(values)),
    ...(of.states && { [of.states.field]: values[of.states.field] ?? of.states.initial }),
    id,
    version: 1,
    createdAt: unit.now,
    updatedAt: unit.now,
    createdBy: unit.actor.id,
    updatedBy: unit.actor.id,
  } as AnyRow;
  const after = settle(
    unit,
    of,
    withDefaultOwner(unit, of, isCustomizable(of) ? withCustomValues(of, draft) : draft),
    undefined,
    given.checked ? 'edits' : undefined,
  );
  unit.staged.set(id, { of, after, event: given.event ?? `${wordOf(of.name)}.created`, checked: given.checked });
  return after;
};

/** A create sent with an idempotency key always makes the same ids. */
const nextId = (unit: Unit, of: AnyEntity): string => {
  if (!unit.idempotency) return unit.runtime.ids.next(of.idPrefix);
  unit.creates += 1;
  return derivedId(of.idPrefix, unit.idempotency.secret, [
    unit.actor.tenant,
    unit.idempotency.key,
    String(unit.creates),
  ]);
};

const withoutNulls = (values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== null));

const withDefaults = (of: AnyEntity, values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const complete: Record<string, unknown> = { ...values };
  for (const [name, field] of Object.entries(of.fields)) {
    if (complete[name] === undefined && field.default !== undefined) complete[name] = field.default;
  }
  return complete;
};

/** Whoever makes a record without naming an owner or a team owns it; where a parent may say, commit asks that first. */
const withDefaultOwner = (unit: Unit, of: AnyEntity, row: AnyRow): AnyRow => {
  if (of.owner.kind !== 'field' || unit.actor.userId === undefined) return row;
  if (of.owner.from !== undefined && row[of.owner.from] !== undefined) return row;
  const held = row[of.owner.user] ?? (of.owner.team && row[of.owner.team]);
  return held === undefined ? { ...row, [of.owner.user]: unit.actor.userId } : row;
};

/** Stages a change. A change that changes nothing writes nothing. */
export const stageChange = (
  unit: Unit,
  of: AnyEntity,
  row: AnyRow,
  changes: Readonly<Record<string, unknown>>,
  given: { event: string; checked: boolean; moves?: boolean; aside?: boolean },
): AnyRow => {
  const current = knownRow(unit, row.id) ?? row;
  if (current.archivedAt !== undefined && !given.moves)
    throw new DomainError('ARCHIVED', `This ${of.name} is archived; restore it first.`, ['id']);
  if (isFrozen(of, current) && !given.moves) throw frozen(of, current);
  assertReach(unit, of, current, given.checked);
  const changed = applyChanges(current, withMergedCustom(current, changes));
  if (changed === current) return current;
  return restage(unit, of, current, changed, given);
};

const frozen = (of: AnyEntity, row: AnyRow): DomainError =>
  new DomainError(
    'FROZEN',
    `This ${of.name} is ${String(of.states && row[of.states.field])} and can no longer change.`,
    ['id'],
  );

const assertReach = (unit: Unit, of: AnyEntity, row: AnyRow, checked: boolean): void => {
  if (!checked || (unit.staged.get(row.id)?.before === undefined && unit.staged.has(row.id))) return;
  if (!mayTouch(unit.actor, of, row, 'read')) throw notFound(of.name, row.id);
  if (!mayTouch(unit.actor, of, row, 'update')) throw forbidden(`You may not change this ${of.name}.`);
};

const restage = (
  unit: Unit,
  of: AnyEntity,
  current: AnyRow,
  changed: AnyRow,
  given: { event: string; checked: boolean; aside?: boolean },
): AnyRow => {
  const staged = unit.staged.get(current.id);
  const before = staged ? staged.before : unit.loaded.get(current.id);
  if (!staged && !(before && isWhole(of, before.row)))
    throw new Error(
      `Read ${of.name} ${current.id} with get before it is changed: lists may lag, and batches bring no lines.`,
    );
  const stamped = {
    ...changed,
    version: (before?.row.version ?? 0) + 1,
    updatedAt: unit.now,
    updatedBy: unit.actor.id,
  } as AnyRow;
  const after = settle(unit, of, stamped, before?.row, effortOf(of, given));
  unit.staged.set(current.id, {
    of,
    ...(before && { before }),
    after,
    event: mergedEvent(of, staged, given.event),
    checked: given.checked || (staged?.checked ?? false),
    aside: given.aside === true && staged?.aside !== false,
  });
  return after;
};

/** The most specific verb: `created` stays, anything beats `updated`, later beats earlier. */
const mergedEvent = (of: AnyEntity, staged: Staged | undefined, event: string): string => {
  if (!staged) return event;
  if (!staged.before) return staged.event;
  return event === `${wordOf(of.name)}.updated` ? staged.event : event;
};

/** Whether an actor's role is asked for the write, and whether the actor fills in the record rather than moves it. */
type Effort = 'edits' | 'acts' | undefined;

const effortOf = (of: AnyEntity, { event, checked }: { event: string; checked: boolean }): Effort => {
  if (!checked) return undefined;
  return event === `${wordOf(of.name)}.updated` ? 'edits' : 'acts';
};

/** Derives and checks; throws all problems at once. */
const settle = (unit: Unit, of: AnyEntity, row: AnyRow, before: AnyRow | undefined, effort: Effort): AnyRow => {
  const derivedValues = of.prepare?.(row, before);
  const after = derivedValues ? applyChanges(row, derivedValues) : row;
  const writing = { actor: unit.actor, now: unit.now, asks: effort === 'edits' };
  const problems = [
    ...(of.check?.(after, before) ?? []),
    ...(effort && of.customFields ? customProblems(of, after, before, writing) : []),
    ...tooManyLines(of, after),
  ];
  if (problems.length > 0) throw problemsError(problems);
  return after;
};

const tooManyLines = (of: AnyEntity, row: AnyRow) =>
  partsOf(of)
    .filter((name) => ((row[name] as readonly unknown[] | undefined)?.length ?? 0) > linesPerDocument)
    .map((name) => ({ code: 'TOO_LARGE', message: `At most ${String(linesPerDocument)} lines.`, path: [name] }));

/** Stages a move to another state. */
export const stageMove = (
  unit: Unit,
  of: AnyEntity,
  row: AnyRow,
  state: string,
  changes: Readonly<Record<string, unknown>>,
  given: { event?: string; checked: boolean },
): AnyRow => {
  const states = of.states;
  if (!states) throw new Error(`${of.name} has no states.`);
  const current = knownRow(unit, row.id) ?? row;
  const from = String(current[states.field]);
  const allowed = states.moves[from] ?? [];
  if (!allowed.includes(state))
    throw new DomainError(
      'INVALID_STATE',
      `This ${of.name} is ${from} and cannot become ${state}; it can become ${allowed.join(', ') || 'nothing else'}.`,
      ['id'],
    );
  if (current.archivedAt !== undefined)
    throw new DomainError('ARCHIVED', `This ${of.name} is archived; restore it first.`, ['id']);
  const event = given.event ?? `${wordOf(of.name)}.${states.verbs?.[state] ?? verbOf(state)}`;
  return stageChange(
    unit,
    of,
    row,
    { ...changes, [states.field]: state },
    { event, checked: given.checked, moves: true },
  );
};

/** Stages archiving or restoring. */
export const stageArchive = (
  unit: Unit,
  of: AnyEntity,
  row: AnyRow,
  archives: boolean,
  given: { event?: string; checked: boolean },
): AnyRow => {
  const current = knownRow(unit, row.id) ?? row;
  if (given.checked && !mayTouch(unit.actor, of, current, 'archive'))
    throw forbidden(`You may not archive this ${of.name}.`);
  const event = given.event ?? `${wordOf(of.name)}.${archives ? 'archived' : 'restored'}`;
  return stageChange(
    unit,
    of,
    row,
    { archivedAt: archives ? (current.archivedAt ?? unit.now) : null },
    { event, checked: false, moves: true },
  );
};

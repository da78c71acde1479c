import {
  mayWriteField,
  type Actor,
  type AnyEntity,
  type AnyField,
  type AnyRow,
  type Change,
  type DomainEvent,
} from '#kernel';
import { decodeValues } from '#kernel/codec';
import { presentValue } from '#kernel/present';
import { ordered } from '#kernel/row-changes';
import { parseValue } from '#kernel/validate';
import type { Version } from '#kernel/feed';

type Values = Readonly<Record<string, unknown>>;

/** What taking back does to one record. */
export type Undoing = {
  readonly kind: 'ARCHIVE' | 'CHANGE' | 'NOTHING';
  /** Values to be put back; null clears. */
  readonly changes: Values;
  /** Whether it comes back from the archive, or goes there. */
  readonly archives?: boolean;
  /** Fields that were changed again since, and are left as they are. */
  readonly conflicts: readonly string[];
  /** Fields whose old value is not known, or not for this actor to see or to write. */
  readonly untold: readonly string[];
};

/** How to take back some versions of a record, whatever came after them. `row` is the record as it is now. */
export const undoingOf = (of: AnyEntity, row: AnyRow, versions: readonly Version[], actor: Actor): Undoing => {
  const events = versions.map(({ event }) => event);
  if (events.some(({ record }) => record.version === 1)) return undoingOfCreation(row, events);
  const replaced = replacedValues(versions);
  const plan = Object.entries(replaced).map(([name, change]) => ({ name, ...planOf(of, row, name, change, actor) }));
  const told = plan.filter(({ fate }) => fate === 'BACK');
  const archived = replaced['archivedAt'];
  const isStill = archived && (archived.to ?? undefined) === row.archivedAt;
  return {
    kind: told.length > 0 || isStill ? 'CHANGE' : 'NOTHING',
    changes: customTogether(told.map(({ name, value }) => [name, value])),
    ...(isStill && { archives: archived.from !== undefined }),
    conflicts: plan.filter(({ fate }) => fate === 'CONFLICT').map(({ name }) => name),
    untold: plan.filter(({ fate }) => fate === 'UNTOLD').map(({ name }) => name),
  };
};

/** What was made is archived, unless somebody has gone on with it. */
const undoingOfCreation = (row: AnyRow, events: readonly DomainEvent[]): Undoing => {
  const last = events.at(-1);
  const nothing = { changes: {}, conflicts: [], untold: [] };
  if (row.archivedAt !== undefined) return { ...nothing, kind: 'NOTHING' };
  if (last && last.record.version < row.version) return { ...nothing, kind: 'NOTHING', conflicts: ['*'] };
  return { ...nothing, kind: 'ARCHIVE' };
};

type Replaced = Change & { readonly secret?: unknown };

/** Each field's value before the first of the versions, and after the last. */
const replacedValues = (versions: readonly Version[]): Readonly<Record<string, Replaced>> => {
  const all: Record<string, Replaced> = {};
  for (const { event, secrets } of versions)
    for (const [name, change] of Object.entries(event.changed)) {
      const first = all[name] ?? { ...change, ...(name in secrets && { secret: secrets[name] }) };
      const { to: _to, ...kept } = first;
      all[name] = { ...kept, ...(change.to !== undefined && { to: change.to }) };
    }
  return all;
};

type Fate = { readonly fate: 'BACK' | 'CONFLICT' | 'UNTOLD' | 'SAME'; readonly value?: unknown };

const planOf = (of: AnyEntity, row: AnyRow, name: string, change: Replaced, actor: Actor): Fate => {
  const field = fieldAt(of, name);
  // What the kernel itself keeps (owner, archive) follows from the fields.
  if (!field) return { fate: 'SAME' };
  if (!mayWriteField(actor, of.name, name)) return { fate: 'UNTOLD' };
  if (field.sensitive === true) {
    if (change.secret === undefined) return { fate: 'UNTOLD' };
    const [value] = Object.values(decodeValues({ value: field }, { value: change.secret }));
    return { fate: 'BACK', value: change.secret === null ? null : value };
  }
  if (!isSame(presentValue(field, valueAt(row, name)), change.to)) return { fate: 'CONFLICT' };
  return { fate: 'BACK', value: change.from === undefined ? null : parseValue(field, change.from) };
};

const isSame = (left: unknown, right: unknown): boolean =>
  JSON.stringify(ordered(left ?? null)) === JSON.stringify(ordered(right ?? null));

/** Custom fields are named as `custom.key`. */
const fieldAt = (of: AnyEntity, name: string): AnyField | undefined => {
  const [outer = '', inner] = name.split('.');
  const field = of.fields[outer];
  if (inner === undefined) return field;
  return field?.shape.kind === 'object' ? field.shape.fields[inner] : undefined;
};

const valueAt = (row: AnyRow, name: string): unknown => {
  const [outer = '', inner] = name.split('.');
  return inner === undefined ? row[outer] : (row[outer] as Values | undefined)?.[inner];
};

const customTogether = (entries: readonly (readonly [string, unknown])[]): Values => {
  const values: Record<string, unknown> = {};
  for (const [name, value] of entries) {
    const [outer = '', inner] = name.split('.');
    values[outer] = inner === undefined ? value : { ...(values[outer] as Values | undefined), [inner]: value };
  }
  return values;
};

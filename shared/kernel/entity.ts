// An entity: what exists, as data. Row type, keys, API, events and permissions are made from this one declaration.
import type { CustomFieldsOf } from './custom-fields.ts';
import type { Problem } from './errors.ts';
import type { Changes, Draft, Field, FieldMap, Input, Values } from './fields.ts';
import { keyFields, type KeySpec } from './keys.ts';
import type { Ownership } from './ownership.ts';
import { stateField, type States } from './states.ts';

/** What every record carries besides its declared fields. */
export type Meta = {
  readonly id: string;
  /** Counts the versions of the record from 1; a change names the version that it was made on. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly createdBy: string;
  readonly updatedBy: string;
  readonly archivedAt?: string;
  /** The user whose record it is, also where it is inherited from a parent. */
  readonly ownerId?: string;
  /** The team of the record. */
  readonly teamId?: string;
};

/** The default operations an entity may ask for. */
export type DefaultOperation = 'create' | 'update' | 'archive' | 'restore';

/** What a module author writes. */
export type EntitySpec<F extends FieldMap, StateField extends string, State extends string, KeyName extends string> = {
  /** Two to five lower-case letters, unique in the product. */
  readonly idPrefix: string;
  /** One or two sentences for API clients. */
  readonly describes: string;
  /** The plural for lists; the name with an `s` when not said. */
  readonly plural?: string;
  readonly fields: F;
  readonly states?: States<State> & { readonly field: StateField };
  readonly owner: Ownership<Extract<keyof F, string>>;
  readonly keys: { readonly [K in KeyName]: KeySpec<Extract<keyof F, string> | NoInfer<StateField>> };
  readonly defaults?: readonly DefaultOperation[];
  /** What people call the record: the heading of cards, search rows and timeline entries. */
  title(row: RowOf<F, StateField, State>): string;
  /** Derives and defaults: answers the values to set; null clears. Pure. */
  prepare?(after: RowOf<F, StateField, State>, before?: RowOf<F, StateField, State>): Changes<F>;
  /** Invariants: answers what is wrong. Pure. */
  check?(after: RowOf<F, StateField, State>, before?: RowOf<F, StateField, State>): readonly Problem[];
  /** Whether the record still asks for work; closed ones leave gsi4 and sort behind in gsi1 and gsi2. */
  isOpen?(row: RowOf<F, StateField, State>): boolean;
  /** When its timer is due, as an instant; absent when nothing waits. A module's `timer` says what happens then. */
  dueAt?(row: RowOf<F, StateField, State>): string | undefined;
  /** Refs on whose timelines its events appear; `id` is its own timeline. */
  readonly timeline?: readonly (Extract<keyof F, string> | 'id')[];
  /** Its records are kept out of the public API (`internal`) though the module uses them. */
  readonly internal?: boolean;
  /** What its operations report besides the usual, by past-tense verb: when it happens. `{ postponed: 'It was put off.' }` */
  readonly events?: Readonly<Record<string, string>>;
};

type StateFields<StateField extends string, State extends string> = {
  readonly [Name in StateField]: Field<State, 'derived'>;
};
type RowOf<F extends FieldMap, StateField extends string, State extends string> = Meta &
  Values<F> & { readonly [Name in StateField]: State };

/** A declared entity. `fields` includes the state field, as a derived choice. */
export type Entity<
  Name extends string = string,
  F extends FieldMap = FieldMap,
  State extends string = string,
  KeyName extends string = string,
> = {
  readonly name: Name;
  readonly plural: string;
  readonly idPrefix: string;
  readonly describes: string;
  readonly fields: F;
  readonly states?: States<State>;
  readonly owner: Ownership;
  readonly keys: { readonly [K in KeyName]: KeySpec };
  readonly defaults: readonly DefaultOperation[];
  readonly timeline: readonly string[];
  readonly internal: boolean;
  readonly events: Readonly<Record<string, string>>;
  /** What a tenant has defined, in an entity as that tenant has it. */
  readonly customFields?: CustomFieldsOf;
  // Methods, not function properties: their parameters may vary, so that a specific entity is an AnyEntity.
  title(row: Meta & Values<F>): string;
  prepare?(after: Meta & Values<F>, before?: Meta & Values<F>): Changes<F>;
  check?(after: Meta & Values<F>, before?: Meta & Values<F>): readonly Problem[];
  isOpen?(row: Meta & Values<F>): boolean;
  dueAt?(row: Meta & Values<F>): string | undefined;
};

/** Any entity, when its fields do not matter. */
export type AnyEntity = Entity;

/** A record of an entity as code sees it. */
export type Row<E extends AnyEntity> = Meta & Values<E['fields']>;
/** A record of which only the shape common to all is known. */
export type AnyRow = Meta & { readonly [field: string]: unknown };
/** What `create` takes. */
export type DraftOf<E extends AnyEntity> = Draft<E['fields']>;
/** What a client gives to create one. */
export type InputOf<E extends AnyEntity> = Input<E['fields']>;
/** What `update` takes. */
export type ChangesOf<E extends AnyEntity> = Changes<E['fields']>;
/** The states of an entity. */
export type StateOf<E extends AnyEntity> = E extends Entity<string, FieldMap, infer State> ? State : never;
/** The names of its keys. */
export type KeyOf<E extends AnyEntity> = Extract<keyof E['keys'], string>;

/** Names that rows use for themselves. */
export const reservedFields: ReadonlySet<string> = new Set([
  'pk',
  'sk',
  'id',
  'version',
  'entity',
  'tenant',
  'event',
  'createdAt',
  'updatedAt',
  'createdBy',
  'updatedBy',
  'archivedAt',
  'ownerId',
  'teamId',
  'expiresAt',
  'duepk',
  'duesk',
  'parts',
  'extra',
  'idempotencyKey',
  'and',
  'or',
  'not',
]);

/** Declares an entity. Throws at start-up when a name is reserved or a key names no field. */
export const entity = <
  const Name extends string,
  const F extends FieldMap,
  const KeyName extends string,
  const StateField extends string = never,
  const State extends string = never,
>(
  name: Name,
  spec: EntitySpec<F, StateField, State, KeyName>,
): Entity<Name, Simplified<F & StateFields<StateField, State>>, State, KeyName> => {
  const fields = { ...spec.fields, ...stateField(name, spec.states) };
  assertNames(name, fields, spec.keys);
  const declared = {
    ...spec,
    name,
    fields,
    plural: spec.plural ?? `${name[0]?.toLowerCase() ?? ''}${name.slice(1)}s`,
    defaults: spec.defaults ?? [],
    timeline: spec.timeline ?? [],
    internal: spec.internal ?? false,
    events: spec.events ?? {},
  };
  // The one cast of the kernel's types: the state field was added to the fields above.
  return declared as unknown as Entity<Name, Simplified<F & StateFields<StateField, State>>, State, KeyName>;
};

/** The entity with further fields, as the module that adds them by an extension speaks of it: `data(LoyalAccount)`. */
export const extended = <
  Name extends string,
  F extends FieldMap,
  State extends string,
  KeyName extends string,
  const More extends FieldMap,
>(
  of: Entity<Name, F, State, KeyName>,
  fields: More,
): Entity<Name, Simplified<F & More>, State, KeyName> =>
  ({ ...of, fields: { ...of.fields, ...fields } }) as unknown as Entity<Name, Simplified<F & More>, State, KeyName>;

type Simplified<T> = { [K in keyof T]: T[K] };

const assertNames = (name: string, fields: FieldMap, keys: Readonly<Record<string, KeySpec>>): void => {
  const reserved = Object.keys(fields).filter((field) => reservedFields.has(field));
  if (reserved.length > 0) throw new Error(`${name}: the names ${reserved.join(', ')} are reserved.`);
  for (const [key, spec] of Object.entries(keys)) {
    for (const field of keyFields(spec)) {
      if (!(field in fields) && field !== 'createdAt' && field !== 'updatedAt') {
        throw new Error(`${name}.${key} names no field: ${field}. It has ${Object.keys(fields).join(', ')}.`);
      }
    }
  }
};

/** `Quote` -> `quote`, the first word of its permissions and events. */
export const wordOf = (name: string): string => `${name[0]?.toLowerCase() ?? ''}${name.slice(1)}`;

/** Whether the record is in a state that takes no changes. */
export const isFrozen = (of: AnyEntity, row: AnyRow): boolean =>
  of.states?.frozenIn?.includes(String(row[of.states.field])) ?? false;

/** Whether the record still asks for work. */
export const isOpenRow = (of: AnyEntity, row: AnyRow): boolean => {
  if (row.archivedAt !== undefined) return false;
  if (of.isOpen) return of.isOpen(row);
  return !(of.states?.closedIn ?? []).includes(String(of.states && row[of.states.field]));
};

/** `an Account`, `a Quote`, `a User`: the name with its article, as descriptions and messages say it. */
export const oneOf = (name: string): string => `${/^(?!U(?:s|ni))[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;

// Operations: what happens. A mutation, a workflow step and an import action at once.
import type { AnyEntity, AnyRow, ChangesOf, DefaultOperation, InputOf, Row } from './entity.ts';
import { oneOf, wordOf } from './entity.ts';
import type { Context } from './context.ts';
import { integer, list, ref, type AnyField, type Field, type FieldMap, type Accepted, type Values } from './fields.ts';
import type { Page } from './page.ts';

/** What an operation answers: one record, or named fields. */
export type Answer = AnyEntity | FieldMap;
type AnswerOf<A extends Answer> = A extends AnyEntity ? Row<A> : A extends FieldMap ? Values<A> : never;

/** The permission of operations that every signed-in actor may call. */
export const signedIn = 'signed-in';

type Spec<In extends FieldMap, Out extends Answer, Given> = {
  /** For API clients: what it does, in a sentence or two. */
  readonly describes: string;
  /** The permission that it asks for: `quote.accept`, or `signedIn`. */
  readonly needs: string;
  readonly input: In;
  readonly returns: Out;
  /** Fields that other modules add to the answer, made of what they contribute to an extension point. */
  returnsAlso?(contributions: Contributions): FieldMap;
  /** A query that is also a field of a record: `Account.cases` fills its input `account`. */
  readonly on?: string;
  /** Its own error codes, besides the common ones. */
  readonly fails?: readonly string[];
  run(input: Given, context: Context): Promise<AnswerOf<Out>>;
};

/** What all modules contribute to an extension point. */
export type Contributions = (point: string) => readonly unknown[];

/** A declared operation. */
export type Operation<In extends FieldMap = FieldMap, Out extends Answer = Answer> = {
  readonly kind: 'mutation' | 'query';
  readonly name: string;
  readonly describes: string;
  readonly needs: string;
  readonly input: In;
  /** Its input also takes the fields of this entity, to make one. */
  readonly creates?: AnyEntity;
  /** Its input also takes changes to this entity's fields. */
  readonly patches?: AnyEntity;
  readonly returns: Out;
  returnsAlso?(contributions: Contributions): FieldMap;
  readonly on?: string;
  readonly fails: readonly string[];
  run(input: unknown, context: Context): Promise<unknown>;
};
/** Any operation, when its input and answer do not matter. */
export type AnyOperation = Operation;
/** What `run` of another operation takes and answers. */
export type GivenTo<O> = O extends { readonly given?: infer Given } ? Given : never;
/** What an operation answers to the code that runs it. */
export type AnsweredBy<O> = O extends Operation<FieldMap, infer Out> ? AnswerOf<Out> : never;

const declare =
  (kind: 'mutation' | 'query') =>
  <const In extends FieldMap, const Out extends Answer>(
    name: string,
    spec: Spec<In, Out, Accepted<In>>,
  ): Operation<In, Out> & { readonly given?: Accepted<In> } => ({ kind, name, ...spec, fails: spec.fails ?? [] });

/** Declares an operation that changes something. */
export const mutation = declare('mutation');
/** Declares an operation that only reads. Retry-safe, no idempotency key, no writes. */
export const query = declare('query');

/** Declares how records are made: the input is the entity's fields and `input`; `run` gets them as `values`. */
export const creation = <E extends AnyEntity, const In extends FieldMap, const Out extends Answer>(
  of: E,
  name: string,
  spec: Spec<In, Out, Accepted<In> & { readonly values: InputOf<E> }>,
): Operation<In, Out> & { readonly given?: Accepted<In> & { readonly values: InputOf<E> } } =>
  ({ kind: 'mutation', name, creates: of, ...spec, fails: spec.fails ?? [] }) as unknown as Operation<In, Out>;

/** Declares how records are changed: absent keeps, null clears; `run` gets the fields as `changes`. */
export const change = <E extends AnyEntity, const In extends FieldMap, const Out extends Answer>(
  of: E,
  name: string,
  spec: Spec<In, Out, Accepted<In> & { readonly changes: ChangesOf<E> }>,
): Operation<In, Out> & { readonly given?: Accepted<In> & { readonly changes: ChangesOf<E> } } =>
  ({ kind: 'mutation', name, patches: of, ...spec, fails: spec.fails ?? [] }) as unknown as Operation<In, Out>;

/** In an answer: a record of an entity. */
export const record = <E extends AnyEntity>(of: E, describes = ''): Field<Row<E>, 'required'> =>
  ref(of.name, { describes }) as unknown as Field<Row<E>, 'required'>;
/** In an answer: a record of any entity. */
export const anyRecord = (describes = ''): Field<AnyRow, 'required'> =>
  ref('*', { describes }) as unknown as Field<AnyRow, 'required'>;
/** In an answer: several records, in order. */
export const records = <E extends AnyEntity>(of: E, describes = ''): Field<readonly Row<E>[], 'required'> =>
  list(record(of), { describes, max: 1000 });
/** In an answer: a Relay connection. */
export const pageOf = <E extends AnyEntity>(of: E, describes = ''): Field<Page<Row<E>>, 'required'> => ({
  shape: { kind: 'page', of: of.name },
  presence: 'required',
  describes,
});

/** Whether an answer is one record of an entity. */
export const isEntityAnswer = (answer: Answer): answer is AnyEntity =>
  'idPrefix' in answer && typeof answer.idPrefix === 'string';

/** The fields that go into an operation, those of the entity it makes or changes included. */
export const inputFieldsOf = (operation: AnyOperation): FieldMap => {
  const of = operation.creates ?? operation.patches;
  if (!of) return operation.input;
  return { ...operation.input, ...givenFields(of) };
};

/** The fields of an entity that an input may carry. */
export const givenFields = (of: AnyEntity): FieldMap =>
  Object.fromEntries(Object.entries<AnyField>(of.fields).filter(([, field]) => !field.presence.startsWith('derived')));

/** The version that a change was made on, as an input. */
export const versionInput = integer({
  min: 1,
  describes: 'The version that the change was made on; another one answers STALE_VERSION.',
});

/** Which record a mutation changes, and the version that it was made on, as inputs. */
export const recordInput = (of: string) => ({
  id: ref(of, { describes: 'Which one.' }),
  version: versionInput,
});

/** The default operations that an entity asks for, as plain operations; a module that needs more declares its own instead. */
export const defaultOperations = (of: AnyEntity): readonly AnyOperation[] =>
  of.defaults.map((kind) => makers[kind](of));

const makers: Readonly<Record<DefaultOperation, (of: AnyEntity) => AnyOperation>> = {
  create: (of) =>
    creation(of, `create${of.name}`, {
      describes: `Makes a new ${of.name}.`,
      needs: `${wordOf(of.name)}.create`,
      input: {},
      returns: of,
      run: ({ values }, { data }) => Promise.resolve(data(of).create(values)),
    }),
  update: (of) =>
    change(of, `update${of.name}`, {
      describes: `Changes ${oneOf(of.name)}: absent fields stay, null clears.`,
      needs: `${wordOf(of.name)}.update`,
      input: recordInput(of.name),
      returns: of,
      run: async ({ id, changes }, { data }) => data(of).update(await data(of).get(id), changes),
    }),
  archive: (of) =>
    mutation(`archive${of.name}`, {
      describes: `Takes ${oneOf(of.name)} out of use. It keeps its history and can be restored.`,
      needs: `${wordOf(of.name)}.archive`,
      input: recordInput(of.name),
      returns: of,
      run: async ({ id }, { data }) => data(of).archive(await data(of).get(id)),
    }),
  restore: (of) =>
    mutation(`restore${of.name}`, {
      describes: `Brings an archived ${of.name} back into use.`,
      needs: `${wordOf(of.name)}.archive`,
      input: recordInput(of.name),
      returns: of,
      run: async ({ id }, { data }) => data(of).restore(await data(of).get(id)),
    }),
};

// What is wrong with the values that a step is given: unknown names, missing ones, and values of another kind.
import {
  DomainError,
  inputFieldsOf,
  type AnyEntity,
  type AnyField,
  type AnyOperation,
  type FieldMap,
  type Path,
  type Problem,
  type Shape,
} from '#kernel';
import { parseValue } from '#kernel/validate';
import { isPointer, pointerProblem, usesIn } from './mapping.rules.ts';
import { pathProblems, type Known } from './path-checks.rules.ts';
import { problem, type Checking } from './step-kinds.rules.ts';

/** What is wrong with values for fields: unknown names, missing ones, and values of another kind. */
export const inputProblems = (checking: Checking, fields: FieldMap, input: unknown, path: Path): readonly Problem[] => {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return [problem('Must be values by name.', path)];
  const given = input as Readonly<Record<string, unknown>>;
  return [
    ...Object.keys(given)
      .filter((name) => !(name in fields))
      .map((name) =>
        problem(
          `There is no ${name}; there are ${Object.keys(fields).join(', ') || 'none'}.`,
          [...path, name],
          'UNKNOWN_FIELD',
        ),
      ),
    ...Object.entries<AnyField>(fields).flatMap(([name, field]) =>
      given[name] === undefined
        ? field.presence === 'required'
          ? [problem(`${name} is missing.`, [...path, name])]
          : []
        : valueProblems(checking, field, given[name], [...path, name]),
    ),
  ];
};

/** What is wrong with a value: a literal is checked as the field does, a mapped one by the kind of what it is mapped from. */
const valueProblems = ({ of, country }: Checking, field: AnyField, value: unknown, path: Path): readonly Problem[] => {
  if (isPointer(value)) {
    const from = shapeAt(of, value.$);
    return from === undefined || fits(from, field.shape)
      ? []
      : [problem(`${value.$} is of the kind ${from.kind}, and cannot be a ${field.shape.kind}.`, path, 'WRONG_KIND')];
  }
  if (usesIn(value).length > 0) return [];
  try {
    parseValue(field, value, { path, country });
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.problems;
    throw error;
  }
};

/** What is wrong with mapped values: pointers that are none, and paths that lead nowhere. */
export const usesProblems = (known: Known, value: unknown, path: Path): readonly Problem[] => [
  ...pointersIn(value, path).flatMap(({ pointer, at }) => {
    const wrong = pointerProblem(pointer);
    return wrong === undefined ? [] : [problem(wrong, at)];
  }),
  ...usesIn(value, path).flatMap((use) => pathProblems(known, use.path, use.at)),
];

const pointersIn = (
  value: unknown,
  at: Path,
): readonly { readonly pointer: { readonly $: string }; readonly at: Path }[] => {
  if (isPointer(value)) return [{ pointer: value, at }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => pointersIn(each, [...at, name]));
};

const shapes: Readonly<Record<string, Shape>> = {
  now: { kind: 'dateTime' },
  today: { kind: 'date' },
  createdAt: { kind: 'dateTime' },
  updatedAt: { kind: 'dateTime' },
  ownerId: { kind: 'ref', to: 'User' },
  teamId: { kind: 'ref', to: 'Team' },
};

/** The kind of value at a path, where the declarations say. */
export const shapeAt = (of: AnyEntity | undefined, path: string): Shape | undefined => {
  const [root = '', name = '', ...rest] = path.split('.');
  if (rest.length > 0 || root !== 'record' || !of) return shapes[path];
  if (name === 'id') return { kind: 'ref', to: of.name };
  return of.fields[name]?.shape ?? shapes[name];
};

/** Kinds of values that a kind takes besides its own. */
const takesFrom: Readonly<Record<string, readonly Shape['kind'][]>> = {
  text: ['longText', 'email', 'phone', 'url', 'choice', 'date', 'dateTime', 'ref', 'decimal', 'percent'],
  longText: ['text', 'email', 'phone', 'url', 'choice', 'date', 'dateTime', 'ref', 'decimal', 'percent'],
  email: ['text'],
  phone: ['text'],
  url: ['text'],
  choice: ['text'],
  number: ['integer'],
  decimal: ['percent'],
  percent: ['decimal'],
  dateTime: ['date'],
  tags: ['list'],
  list: ['tags', 'ref', 'text', 'email'],
};

/** Whether a value of one kind may stand where another is asked for. */
const fits = (from: Shape, into: Shape): boolean => {
  if (into.kind === 'json') return true;
  if (from.kind === 'ref' && into.kind === 'ref') return from.to === into.to || from.to === '*' || into.to === '*';
  return from.kind === into.kind || takesFrom[into.kind]?.includes(from.kind) === true;
};

/**
 * The fields of an operation's input that a definition must give: the version of what is changed is found by the engine, and a
 * change leaves what it does not name.
 */
export const operationFields = (operation: AnyOperation): FieldMap => {
  const { version, ...rest } = inputFieldsOf(operation);
  const fields = operation.patches ? withOptional(rest, operation.input) : rest;
  if (!version) return fields;
  return { ...fields, version: 'id' in fields ? { ...version, presence: 'optional' } : version };
};

const withOptional = (fields: FieldMap, kept: FieldMap): FieldMap =>
  Object.fromEntries(
    Object.entries<AnyField>(fields).map(([name, field]) => [
      name,
      name in kept ? field : { ...field, presence: 'optional' },
    ]),
  );

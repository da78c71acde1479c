// Running an operation by its name with input as the API takes it: for imports, pushes and workflows, which learn only at
// run time what they make or change.
import type { Context } from './context.ts';
import type { AnyEntity, AnyRow } from './entity.ts';
import { DomainError } from './errors.ts';
import { parseGiven } from './execute.ts';
import { assertMay } from './unit-repository.ts';

/** Checks the permission, parses the input and runs the operation within the unit. @throws NOT_CHANGEABLE when there is none */
export const runNamed = (
  context: Context,
  name: string,
  input: Readonly<Record<string, unknown>>,
): Promise<unknown> => {
  const operation = context.registry.operations.get(name);
  if (!operation)
    throw new DomainError('NOT_CHANGEABLE', `There is no ${name}: such records are not changed this way.`);
  assertMay(context.actor, operation);
  return operation.run(parseGiven(context.actor, operation, input), context);
};

/** The record of an entity in an answer: itself, or one of its fields. */
export const recordIn = (of: AnyEntity, answer: unknown): AnyRow => {
  const candidates = [answer as Partial<AnyRow>, ...Object.values(answer as Readonly<Record<string, Partial<AnyRow>>>)];
  const row = candidates.find((each) => typeof each === 'object' && each.id?.startsWith(`${of.idPrefix}_`));
  if (!row) throw new Error(`The operation on ${of.name} answered no record of it.`);
  return row as AnyRow;
};

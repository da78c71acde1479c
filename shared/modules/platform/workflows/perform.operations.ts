import { prefixOf, type Context } from '#kernel';
import { parseInput } from '#kernel/validate';
import { concealed } from './concealing.rules.ts';
import { stepKindsIn, type Given, type StepAt, type StepKind } from './step-kinds.rules.ts';
import type { Step } from './plan.rules.ts';
import type { Outcome } from './standing.rules.ts';
import type { RunRow } from './workflow-run.entity.ts';

/** Does a step: its values, once all are in place, are what its kind asks for. @throws DomainError when it cannot be done */
export const performed = async (kind: StepKind, input: Given, at: StepAt): Promise<Outcome> => {
  const accepted = parseInput(kind.input, input, { country: at.context.actor.country });
  return { ...(await kind.run(accepted, at)), input: keptInput(at.context, at.run, at.step, input) };
};

/** What of a step's input its run keeps: no sensitive values. */
export const keptInput = (
  { registry }: Pick<Context, 'registry'>,
  { record }: Pick<RunRow, 'record'>,
  step: Step,
  input: Given,
): Given => {
  const kind = stepKindsIn(registry).get(step.kind);
  const of = record === undefined ? undefined : registry.byPrefix.get(prefixOf(record));
  return concealed({ ...kind?.input, ...kind?.inner?.(input, { registry, of }) }, input);
};

import { parseInput } from '#kernel/validate';
import type { Given, StepAt, StepKind } from './step-kinds.rules.ts';
import type { Outcome } from './standing.rules.ts';

/** Does a step: its values, once all are in place, are what its kind asks for. @throws DomainError when it cannot be done */
export const performed = async (kind: StepKind, input: Given, at: StepAt): Promise<Outcome> => {
  const accepted = parseInput(kind.input, input, { country: at.context.actor.country });
  return { ...(await kind.run(accepted, at)), input };
};

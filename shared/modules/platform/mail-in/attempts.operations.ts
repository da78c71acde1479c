import { DomainError } from '#kernel';
import { isLostRace } from '#kernel/lost-race';
import type { Attempts } from './routing.operations.ts';

/** Runs units of work that open something by a rule, each without the rules that could not do it before. */
export const openingByRules = async (work: (attempts: Attempts) => Promise<unknown>): Promise<void> => {
  const refused = new Map<number, string>();
  for (;;) {
    const attempts: Attempts = { refused };
    try {
      await work(attempts);
      return;
    } catch (error) {
      const { rule } = attempts;
      if (rule === undefined || refused.has(rule) || !(error instanceof DomainError) || isLostRace(error)) throw error;
      refused.set(rule, `It could not: ${error.message} (${error.code})`.slice(0, 280));
    }
  }
};

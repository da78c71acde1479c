import type { Decision } from './inbound-mail.entity.ts';

/** The steps by which a mail is decided, as they are taken. */
export type Trace = {
  readonly decisions: readonly Decision[];
  note(step: Decision['step'], test: string, found: boolean, detail: string): void;
};

/** Steps that are kept; a mail with more recipients and rules than that is explained by the first of them. */
const mostSteps = 100;

/** An empty trace. */
export const openTrace = (before: readonly Decision[] = []): Trace => {
  const decisions: Decision[] = [...before];
  return {
    decisions,
    note: (step, test, found, detail) => {
      if (decisions.length < mostSteps)
        decisions.push({ step, test: test.slice(0, 120), found, detail: detail.slice(0, 300).toWellFormed() });
    },
  };
};

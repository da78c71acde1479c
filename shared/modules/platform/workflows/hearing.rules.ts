import type { Step } from './plan.rules.ts';
import type { Waiting } from './waiting.rules.ts';

/** Something that a run may wait for: a type of event, and the field of its record that names the record of the run. */
export type Heard = { readonly type: string; readonly via: string | undefined };

/** What the steps of a plan wait for, as workflows note it. */
export const heardBy = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap(({ kind, input }) => {
    const { event, via = '' } = input as Waiting;
    return kind === 'waitFor' && event !== undefined ? [`${event}|${via}`] : [];
  });

/** What was noted. */
export const heardIn = (notes: readonly string[]): readonly Heard[] =>
  notes.map((note) => {
    const [type = '', via = ''] = note.split('|');
    return { type, via: via === '' ? undefined : via };
  });

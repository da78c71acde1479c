import type { AnyRow, Context, DomainEvent, Problem, Registry } from '#kernel';
import type { EnrolmentRow } from './enrolment.entity.ts';
import type { Step } from './sequence.entity.ts';

/** A kind of step that a module adds: what is done when its time has come. */
export type StepKind = {
  readonly key: string;
  readonly describes: string;
  /** What is wrong with such a step; paths lie within it. */
  problems(step: Step): readonly Problem[];
  /**
   * Does it within the unit of work that moves the enrolment on; answers a result, which branches go by. What cannot be done it
   * says by a DomainError before it writes: the enrolment is paused with its message.
   */
  run(
    step: Step,
    on: { readonly record: AnyRow; readonly enrolment: EnrolmentRow },
    context: Context,
  ): Promise<string | undefined>;
};
/** The extension point for them. */
export const stepKindsPoint = 'sequences.steps';

/** An event that tells of a customer's answer, and the records whose answer it is. */
export type Reply = { readonly on: string; repliedBy(event: DomainEvent): readonly string[] };
/** The extension point for them: whoever hears from customers contributes its events. */
export const repliesPoint = 'sequences.stops-on';

type Contributing = Pick<Registry, 'contributions'>;

/** The kinds of steps that modules add. */
export const stepKindsIn = ({ contributions }: Contributing): readonly StepKind[] =>
  contributions(stepKindsPoint) as readonly StepKind[];

/** The answers of customers that modules know of. */
export const repliesIn = ({ contributions }: Contributing): readonly Reply[] =>
  contributions(repliesPoint) as readonly Reply[];

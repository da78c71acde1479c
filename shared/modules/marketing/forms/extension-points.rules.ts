import type { Context, Problem, Registry } from '#kernel';
import type { FormRow } from './form.entity.ts';
import type { FilledValues, SubmissionRow } from './form-submission.entity.ts';

/** What was made of a submission, or was there already. */
export type Made = {
  /** The record that people go on with. */
  readonly made: string;
  readonly lead?: string;
  readonly contact?: string;
  readonly account?: string;
  readonly owner?: string;
  readonly team?: string;
  /** Nobody was known by the address or the number: it is the sender who speaks. */
  readonly isStranger?: boolean;
};

/** Something that can be made of submissions. */
export type FormOutcome = {
  /** LEAD, CASE: what a form names as its `outcome`. */
  readonly key: string;
  readonly describes: string;
  /** What its fields may fill: names that `make` knows. */
  readonly fills: readonly string[];
  /** The entity whose own fields of the tenant they may fill too, as `custom.<key>`. */
  readonly custom?: string;
  /** What is wrong with a form that makes such. */
  problems?(form: FormRow, context: Context): Promise<readonly Problem[]>;
  /**
   * Makes it, or finds who is there already, in the caller's write.
   * @throws DomainError what stands in the way; the submission is kept with it and can be tried again
   */
  make(context: Context, sent: SentForm): Promise<Made>;
};

/** A submission with its form and what it fills. */
export type SentForm = {
  readonly form: FormRow;
  readonly submission: SubmissionRow;
  readonly values: FilledValues;
};

/** The extension point: modules contribute what they make of submissions. */
export const formOutcomes = 'forms.outcomes';

/** What can be made of submissions, by key. */
export const outcomesIn = ({ contributions }: Pick<Registry, 'contributions'>): ReadonlyMap<string, FormOutcome> =>
  new Map((contributions(formOutcomes) as readonly FormOutcome[]).map((outcome) => [outcome.key, outcome]));

/** The form makes nothing: its submissions are only kept. */
export const nothing = 'NONE';

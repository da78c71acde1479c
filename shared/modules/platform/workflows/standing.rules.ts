// What the engine works with: where a run stands, what it knows, what becomes of it.
import type { AnyEntity, AnyRow } from '#kernel';
import type { WorkingTime } from '#modules/platform/settings';
import type { Step } from './plan.rules.ts';
import type { Given, StepOutcome } from './step-kinds.rules.ts';
import type { Waiting } from './waiting.rules.ts';
import type { Decision, Loop } from './workflow-run.entity.ts';

/** Where a run stands. */
export type Standing = {
  /** The key of its step; END when there is none left. */
  readonly step: string;
  readonly attempts: number;
  readonly loops: readonly Loop[];
  /** What is still to be taken back, the present one first, while it does so. */
  readonly undo?: readonly string[];
};

/** What a transition is decided on. */
export type Facts = {
  readonly now: string;
  /** The calendar day there. */
  readonly today: string;
  /** The entity of the record, its fields and values as they are now. */
  readonly of: AnyEntity | undefined;
  readonly record: AnyRow | undefined;
  /** What started the run: `event` and `input`. */
  readonly trigger: Given;
  readonly run: { readonly id: string; readonly name: string };
  /** What was decided before: outputs of steps are found in it. */
  readonly decisions: readonly Decision[];
  /** When people work, where a step of the plan asks. */
  readonly working?: WorkingTime;
  readonly country: string;
};

/** What became of the step at which the run stands. */
export type Outcome = (StepOutcome & { readonly input?: Given }) | { readonly failed: Failure; readonly input?: Given };
/** Why a step failed, and whether trying again may help. */
export type Failure = { readonly code: string; readonly message: string; readonly mayPass: boolean };

/** What is to happen next. */
export type Next =
  | { readonly do: 'perform'; readonly step: Step; readonly input: Given }
  | { readonly do: 'wait'; readonly step: Step; readonly wait: Waiting; readonly until?: string }
  | { readonly do: 'retry'; readonly step: Step; readonly until: string }
  | { readonly do: 'compensate'; readonly failed: Failure }
  | { readonly do: 'end'; readonly status: 'COMPLETED' | 'FAILED'; readonly failed?: Failure };

/** A transition: what was decided on the way, where the run stands then, and what is to happen. */
export type Transition = { readonly decisions: readonly Decision[]; readonly standing: Standing; readonly next: Next };

/** What effects a run has; a simulation has others. */
export type Effects = {
  /** Does a step with all values in place. @throws DomainError when it cannot be done */
  perform(step: Step, input: Given): Promise<StepOutcome | undefined>;
};

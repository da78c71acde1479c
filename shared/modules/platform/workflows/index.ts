import { module } from '#kernel';
import { Workflow, WorkflowRevision } from './workflow.entity.ts';
import { archiveWorkflow, createWorkflow, updateWorkflow, workflowStepKinds } from './workflow.operations.ts';
import { WorkflowRun } from './workflow-run.entity.ts';

export type { Plan, Route, Step, Trigger } from './plan.rules.ts';
export {
  readyIn,
  readyPoint,
  scopesPoint,
  stepKindsIn,
  stepsPoint,
  type ReadyDefinition,
  type ScopeJudge,
  type StepAt,
  type StepKind,
  type StepOutcome,
} from './step-kinds.rules.ts';
export {
  nextTransition,
  type Effects,
  type Facts,
  type Next,
  type Outcome,
  type Standing,
  type Transition,
} from './transition.rules.ts';
export { Workflow, WorkflowRevision, type RevisionRow, type WorkflowRow } from './workflow.entity.ts';
export { WorkflowRun, type Decision, type RunRow } from './workflow-run.entity.ts';

/** Workflows: processes of the company that the product carries out. */
export const workflows = module('platform/workflows', {
  entities: [Workflow, WorkflowRevision, WorkflowRun],
  operations: [createWorkflow, updateWorkflow, archiveWorkflow, workflowStepKinds],
});

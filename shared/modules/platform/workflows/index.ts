import { module } from '#kernel';
import { notificationKinds } from '#modules/platform/notifications';
import { privacyBelongings, type PrivacyBelonging } from '#modules/platform/privacy';
import { guardedFields, type GuardedFields, type RoleGrant } from '#modules/platform/roles';
import { approvalOfRun } from './approval-extension.rules.ts';
import { builtInSteps } from './built-in-steps.operations.ts';
import { hookPage, renewWorkflowAddress, workflowAddress } from './hook.operations.ts';
import { httpStep } from './http-step.operations.ts';
import { workflowNotices } from './notices.rules.ts';
import { readyWorkflows, switchOnWorkflow } from './ready.operations.ts';
import { runSettings } from './kept-runs.operations.ts';
import { decisionStep, manualPoint } from './manual-steps.rules.ts';
import { inspecting, workflowSteps } from './record-steps.operations.ts';
import { clearSimulation, simulateLong, startSimulation } from './simulate.jobs.ts';
import { simulateWorkflow } from './simulate.operations.ts';
import { createStageRule } from './stage-rules.operations.ts';
import { cancelWorkflowRun, retryWorkflowRun, startWorkflow } from './run.operations.ts';
import { wakes } from './run.reactions.ts';
import { fires } from './scheduled.operations.ts';
import { stepsPoint } from './step-kinds.rules.ts';
import { WorkflowSecret } from './workflow-secret.entity.ts';
import { createWorkflowSecret } from './workflow-secret.operations.ts';
import { Workflow, WorkflowRevision } from './workflow.entity.ts';
import { workflowStepKinds } from './step-kinds.operations.ts';
import { archiveWorkflow, createWorkflow, updateWorkflow } from './workflow.operations.ts';
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
export { momentsAt, resolved } from './mapping.rules.ts';
export type { Effects, Facts, Next, Outcome, Standing, Transition } from './standing.rules.ts';
export { nextTransition } from './transition.rules.ts';
export { manualPoint, type ManualStep, type WaitingFor } from './manual-steps.rules.ts';
export { inWords } from './ready-words.rules.ts';
export { startByHand, type HandStart } from './run.operations.ts';
export { runWorkflows, type WorkflowMessage } from './run-workflows.operations.ts';
export { Workflow, WorkflowRevision, type RevisionRow, type WorkflowRow } from './workflow.entity.ts';
export { WorkflowRun, type Decision, type RunRow } from './workflow-run.entity.ts';

/** Managers see the processes and start, stop and repeat runs; sellers start them on what is theirs. */
const grants: readonly RoleGrant[] = [
  {
    roles: ['manager'],
    entities: { Workflow: { read: 'all' }, WorkflowRevision: { read: 'all' }, WorkflowSecret: {} },
    grants: ['workflow.start', 'workflow.steer', inspecting],
  },
  {
    roles: ['seller', 'support'],
    entities: { Workflow: { read: 'all' }, WorkflowRevision: {}, WorkflowSecret: {} },
    grants: ['workflow.start'],
    withholds: ['workflow.steer', inspecting],
  },
];

/**
 * What a run went by was seen with the rights of who published it: others see that it went on and for whom it waits
 * (`workflowSteps`), and what it was about only as those records show it to them.
 */
const guards: readonly GuardedFields[] = [
  { permission: inspecting, fields: ['trigger', 'decisions', 'loops', 'problem'].map((name) => `WorkflowRun.${name}`) },
];

/** What was done about a person alone goes with that person. */
const ofPeople: readonly PrivacyBelonging[] = [{ of: WorkflowRun.name, field: 'record' }];

/** Workflows: processes of the company that the product carries out. */
export const workflows = module('platform/workflows', {
  entities: [Workflow, WorkflowRevision, WorkflowRun, WorkflowSecret],
  extensions: [
    { of: 'Approval', fields: approvalOfRun },
    { of: 'Tenant', fields: runSettings },
  ],
  operations: [
    createWorkflow,
    updateWorkflow,
    archiveWorkflow,
    workflowStepKinds,
    workflowAddress,
    renewWorkflowAddress,
    startWorkflow,
    cancelWorkflowRun,
    retryWorkflowRun,
    createWorkflowSecret,
    readyWorkflows,
    switchOnWorkflow,
    simulateWorkflow,
    startSimulation,
    createStageRule,
    workflowSteps,
  ],
  jobs: [simulateLong],
  timers: [fires, wakes],
  reactions: [clearSimulation],
  pages: [hookPage],
  contributes: {
    [stepsPoint]: [...builtInSteps, httpStep],
    [manualPoint]: [decisionStep],
    [notificationKinds]: workflowNotices,
    [privacyBelongings]: ofPeople,
    'role-grants': grants,
    [guardedFields]: guards,
  },
});

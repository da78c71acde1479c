// What workflows can do by themselves: operations of the product, fields, approvals.
import {
  DomainError,
  given,
  isEntityAnswer,
  json,
  list,
  longText,
  object,
  optional,
  prefixOf,
  ref,
  text,
  type AnyOperation,
  type AnyRow,
  type Context,
  type FieldMap,
  type Problem,
} from '#kernel';
import { runNamed } from '#kernel/named-operation';
import { askApproval } from '#modules/platform/approvals';
import { Team } from '#modules/platform/teams';
import { AskedApproval } from './approval-extension.rules.ts';
import type { Step } from './plan.rules.ts';
import {
  problem,
  type Checking,
  type Given,
  type StepAt,
  type StepKind,
  type StepOutcome,
} from './step-kinds.rules.ts';
import { inputProblems, operationFields } from './input-checks.rules.ts';
import { mailStep, noticeStep } from './telling-steps.operations.ts';

// Operations ------------------------------------------------------------------------------------------------------

/** What steers workflows themselves is not for them to do. */
const steering: ReadonlySet<string> = new Set([
  'createWorkflow',
  'updateWorkflow',
  'archiveWorkflow',
  'restoreWorkflow',
  'switchOnWorkflow',
  'createStageRule',
  'renewWorkflowAddress',
  'createWorkflowSecret',
  'archiveWorkflowSecret',
  'startWorkflow',
  'startSimulation',
  'cancelWorkflowRun',
  'retryWorkflowRun',
]);

const operationOf = (checking: Pick<Checking, 'registry'>, name: unknown): AnyOperation | undefined => {
  const operation = checking.registry.operations.get(String(name));
  return operation?.kind === 'mutation' && !steering.has(operation.name) ? operation : undefined;
};

const operationProblems = ({ input }: Step, checking: Checking): readonly Problem[] => {
  const { operation: name } = input;
  // That it is missing, or no text, is said already.
  if (typeof name !== 'string') return [];
  const operation = operationOf(checking, name);
  if (!operation) return [problem(`There is no operation ${name} for workflows.`, ['operation'], 'UNKNOWN_OPERATION')];
  return inputProblems(checking, operationFields(operation), input['input'] ?? {}, ['input']);
};

/** A change names the version that it is made on; where nothing says another one, the present one. */
const withVersion = async (context: Context, operation: AnyOperation, input: Given): Promise<Given> => {
  const { id } = input;
  if (!('version' in operation.input) || input['version'] !== undefined || typeof id !== 'string') return input;
  const of = context.registry.byPrefix.get(prefixOf(id));
  return of ? { ...input, version: (await context.data(of).get(id)).version } : input;
};

/** What an operation answered, as later steps may use it: ids of records, and plain values; nothing that is told only once. */
const outputOf = ({ returns }: AnyOperation, answer: unknown): Given => {
  if (isRow(answer)) return { id: answer.id };
  const told: FieldMap = isEntityAnswer(returns) ? {} : returns;
  return Object.fromEntries(
    Object.entries((answer ?? {}) as Given).flatMap(([name, value]): [string, unknown][] => {
      if (told[name]?.sensitive === true) return [];
      if (isRow(value)) return [[name, value.id]];
      if (Array.isArray(value)) return [[name, value.filter(isRow).map(({ id }) => id)]];
      return typeof value === 'object' ? [] : [[name, value]];
    }),
  );
};

const isRow = (value: unknown): value is AnyRow =>
  typeof value === 'object' && value !== null && typeof (value as AnyRow).id === 'string' && 'createdBy' in value;

const operation: StepKind = {
  key: 'operation',
  describes:
    'Runs an operation of the product with the rights of who published the workflow. The version of what it changes is found by itself.',
  input: {
    operation: text({ max: 80, describes: 'Its name, as the API has it: createActivity.' }),
    input: optional(json<Given>({ describes: 'Its input, by the names of the API; values may be mapped.' })),
  },
  problems: operationProblems,
  inner: ({ operation: name }, named) => {
    const chosen = operationOf(named, name);
    return chosen ? { input: object('WorkflowOperationInput', operationFields(chosen)) } : {};
  },
  run: async (input, { context }) => {
    const chosen = operationOf(context, input['operation']);
    if (!chosen)
      throw new DomainError('UNKNOWN_OPERATION', `There is no operation ${String(input['operation'])}.`, ['operation']);
    const complete = await withVersion(context, chosen, (input['input'] ?? {}) as Given);
    return { output: outputOf(chosen, await runNamed(context, chosen.name, complete)) };
  },
};

const updateOf = ({ registry, of }: Pick<Checking, 'registry' | 'of'>): AnyOperation | undefined =>
  of && operationOf({ registry }, `update${of.name}`);

const setField: StepKind = {
  key: 'setField',
  describes: 'Sets fields of the record, as its own update does.',
  input: { values: json<Given>({ describes: 'Values by field; null clears.' }) },
  problems: ({ input }, checking) => {
    const update = updateOf(checking);
    if (!update) return [problem('The record of this workflow has no update.', ['values'], 'UNKNOWN_OPERATION')];
    const { id: _id, version: _version, ...fields } = operationFields(update);
    const named = input['values'];
    const set =
      typeof named === 'object' && named !== null
        ? Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null))
        : named;
    return inputProblems(checking, fields, set, ['values']);
  },
  inner: (_input, named) => {
    const update = updateOf(named);
    return update ? { values: object('WorkflowValues', operationFields(update)) } : {};
  },
  run: async ({ values }, { context, record }) => {
    const of = record && context.registry.byPrefix.get(prefixOf(record.id));
    if (!record || !of) throw new DomainError('NOT_FOUND', 'The record of the run is not there any more.');
    const current = await context.data(of).get(record.id);
    await runNamed(context, `update${of.name}`, { ...(values as Given), id: record.id, version: current.version });
    return undefined;
  },
};

// Approval --------------------------------------------------------------------------------------------------------

const approval: StepKind = {
  key: 'approval',
  describes:
    'Asks people or a team, or whom a policy names, and waits: APPROVED, REJECTED, LAPSED or WITHDRAWN. Who is absent is stood in for.',
  awaits: 'APPROVAL',
  input: {
    subject: text({ min: 1, max: 200, describes: 'The question in a few words.' }),
    reason: optional(longText({ max: 4000, describes: 'Why one asks.' })),
    approvers: optional(
      list(ref('User', { describes: 'Somebody.' }), { max: 20, describes: 'Who is asked; one of them decides.' }),
    ),
    team: optional(ref('Team', { describes: 'A team whose members are asked.' })),
    policy: optional(text({ max: 60, describes: 'The kind of decision for which a policy names who is asked.' })),
  },
  problems: ({ input }) =>
    ['approvers', 'team', 'policy'].filter((name) => input[name] !== undefined).length === 1
      ? []
      : [problem('Say approvers, a team, or a policy.', ['approvers'])],
  run: ask,
};

/** What such a step goes by, once it was checked. */
type Asking = {
  readonly subject: string;
  readonly reason?: string;
  readonly approvers?: readonly string[];
  readonly team?: string;
  readonly policy?: string;
};

async function ask(input: Given, { run, record, context }: StepAt): Promise<StepOutcome> {
  const { subject, reason, team, policy, approvers } = input as Asking;
  const named = team === undefined ? approvers : (await context.trusted(Team).get(team)).members;
  const asked = await askApproval(context, {
    about: record?.id ?? run.id,
    kind: policy ?? `workflow.${run.id}`,
    subject,
    // The question is that of whose record it is: their manager decides, never they themselves.
    ...given({ reason, approvers: named, askedBy: record?.ownerId }),
  });
  context.trusted(AskedApproval).update(asked, { workflowRun: run.id });
  return { output: { approval: asked.id } };
}

/** What workflows can do by themselves, calls to the outside apart. */
export const builtInSteps: readonly StepKind[] = [operation, setField, mailStep, noticeStep, approval];

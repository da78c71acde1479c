import { creation, text } from '#kernel';
import { seal } from '#modules/platform/keys';
import { secretPurpose, WorkflowSecret } from './workflow-secret.entity.ts';

export const createWorkflowSecret = creation(WorkflowSecret, 'createWorkflowSecret', {
  describes: 'Keeps a secret for the calls of workflows.',
  needs: 'workflowSecret.create',
  input: { value: text({ min: 1, max: 2000, sensitive: true, describes: 'The secret itself.' }) },
  returns: WorkflowSecret,
  run: async ({ values, value }, context) =>
    context.data(WorkflowSecret).create({ ...values, sealed: await seal(context, secretPurpose(values.name), value) }),
});

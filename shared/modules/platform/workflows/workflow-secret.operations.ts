import { creation, text } from '#kernel';
import { keepSecret } from '#modules/platform/keys';
import { WorkflowSecret } from './workflow-secret.entity.ts';

export const createWorkflowSecret = creation(WorkflowSecret, 'createWorkflowSecret', {
  describes: 'Keeps a secret for the calls of workflows.',
  needs: 'workflowSecret.create',
  input: { value: text({ min: 1, max: 2000, sensitive: true, describes: 'The secret itself.' }) },
  returns: WorkflowSecret,
  run: async ({ values, value }, context) => {
    const secret = context.data(WorkflowSecret).create(values);
    await keepSecret(context, secret.id, value);
    return secret;
  },
});

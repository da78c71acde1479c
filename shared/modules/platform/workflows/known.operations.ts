import type { Context } from '#kernel';
import { readOn } from '#kernel/read-on';
import { rememberFor } from '#kernel/remember';
import { Workflow, WorkflowRevision, type RevisionRow, type WorkflowRow } from './workflow.entity.ts';

/** Under what the workflows of a tenant are remembered for a minute: every event asks for them. */
export const knownIn = (tenant: string): string => `workflows ${tenant}`;

/** Workflows of a tenant that are followed. */
const mostWorkflows = 1000;

/** The workflows of the tenant. */
export const knownWorkflows = (context: Context): Promise<readonly WorkflowRow[]> =>
  rememberFor(context, knownIn(context.actor.tenant), async () => {
    const workflows = context.trusted(Workflow);
    return (await readOn((page) => workflows.page('all', page), mostWorkflows)).rows;
  });

/** A plan as it was published: it never changes. */
export const revisionOf = (context: Context, id: string): Promise<RevisionRow> =>
  rememberFor(context, `workflow revision ${context.actor.tenant} ${id}`, () =>
    context.trusted(WorkflowRevision).get(id),
  );

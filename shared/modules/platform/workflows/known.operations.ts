import type { Context } from '#kernel';
import { readOn } from '#kernel/read-on';
import { rememberFor } from '#kernel/remember';
import { Workflow, WorkflowRevision, type RevisionRow, type WorkflowRow } from './workflow.entity.ts';

/** Under what the workflows of a tenant are remembered for a minute: every event asks for them. */
export const knownIn = (tenant: string): string => `workflows ${tenant}`;

/** Workflows of a tenant that are followed. */
const mostWorkflows = 1000;

/** The workflows of the tenant, also those taken out of use: they start nothing, but runs of theirs go on. */
export const knownWorkflows = (context: Context): Promise<readonly WorkflowRow[]> =>
  rememberFor(context, knownIn(context.actor.tenant), async () => {
    const workflows = context.trusted(Workflow);
    const [inUse, archived] = await Promise.all([
      readOn((page) => workflows.page('all', page), mostWorkflows),
      readOn((page) => workflows.list({ ...page, archived: true }), mostWorkflows),
    ]);
    return [...inUse.rows, ...archived.rows];
  });

/** A plan as it was published: it never changes. */
export const revisionOf = (context: Context, id: string): Promise<RevisionRow> =>
  rememberFor(context, `workflow revision ${context.actor.tenant} ${id}`, () =>
    context.trusted(WorkflowRevision).get(id),
  );

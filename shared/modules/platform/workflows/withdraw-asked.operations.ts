import type { Context } from '#kernel';
import { AskedApproval } from './approval-extension.rules.ts';
import type { RunRow } from './workflow-run.entity.ts';

/** Nobody is asked any more about what nobody waits for. */
export const withdrawAsked = async (context: Context, { waitsFor, decisions }: RunRow): Promise<void> => {
  const { approval } = (decisions.at(-1)?.output ?? {}) as { readonly approval?: string };
  if (waitsFor !== 'APPROVAL' || approval === undefined) return;
  const approvals = context.trusted(AskedApproval);
  const asked = await approvals.find(approval);
  if (asked?.status === 'PENDING') approvals.move(asked, 'WITHDRAWN', { asked: null, waitingFor: [] });
};

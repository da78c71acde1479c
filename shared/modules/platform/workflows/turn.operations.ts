import type { Context } from '#kernel';
import { inLine } from './announce.operations.ts';
import { firstLook } from './keep-transition.operations.ts';
import { laneOf } from './start.operations.ts';
import { WorkflowRun, type RunRow } from './workflow-run.entity.ts';

/** A run in line has its turn when nobody is at it and nobody stands before it. Answers whether it goes on. */
export const takeTurn = async (context: Context, run: RunRow): Promise<boolean> => {
  const lane = laneOf(run.workflow, run.record);
  const runs = context.trusted(WorkflowRun);
  const [first] = await inLine(context, run);
  const isFirst = first === undefined || first.id === run.id;
  if (!isFirst || (await runs.findUnique('lane', lane))) return false;
  runs.move(run, 'RUNNING', { lane, wakesAt: firstLook(context), since: context.clock.instant() });
  return true;
};

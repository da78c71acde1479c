// Definitions of one process: for a record the most specific counts, whatever begins it, and no other.
import type { AnyRow, Context } from '#kernel';
import { filterHolds } from '#modules/platform/events';
import { knownWorkflows } from './known.operations.ts';
import { resolved } from './mapping.rules.ts';
import { judgesIn } from './step-kinds.rules.ts';
import { isWithin, mostSpecific } from './triggers.rules.ts';
import type { WorkflowRow } from './workflow.entity.ts';

/** Of workflows that may begin on a record those that do: of each process the most specific within whose scope the record is. */
export const countingFor = async (
  context: Context,
  record: string | undefined,
  candidates: readonly WorkflowRow[],
): Promise<readonly WorkflowRow[]> => mostSpecific(await inScope(context, record, candidates));

const inScope = async (
  context: Context,
  record: string | undefined,
  workflows: readonly WorkflowRow[],
): Promise<readonly WorkflowRow[]> => {
  if (!workflows.some(({ scope }) => scope)) return workflows;
  const row = await rowOf(context, record);
  const judged = await Promise.all(workflows.map((workflow) => isInScope(context, workflow, row)));
  return workflows.filter((_, index) => judged[index]);
};

const rowOf = async (context: Context, record: string | undefined): Promise<AnyRow | undefined> =>
  record === undefined ? undefined : (await context.records([record])).get(record);

const isInScope = async (context: Context, { scope }: WorkflowRow, row: AnyRow | undefined): Promise<boolean> => {
  if (!scope || !row) return !scope;
  const judge = judgesIn(context.registry).find(({ kind }) => kind === scope.kind);
  return isWithin(scope, row) ?? (await judge?.holds(context, scope.of, row)) ?? false;
};

/**
 * Which workflow begins on a record where one was named, by a timetable, a call or somebody: itself, or a more specific one of its
 * process that is begun in the same way. Undefined where the record is not within the scope of the one that was named.
 */
export const chosenFor = async (
  context: Context,
  named: WorkflowRow,
  record: string | undefined,
): Promise<WorkflowRow | undefined> => {
  if (!named.scope && named.process === undefined) return named;
  const row = await rowOf(context, record);
  if (!(await isInScope(context, named, row))) return undefined;
  if (!row || named.process === undefined) return named;
  const others = (await knownWorkflows(context)).filter(
    (other) => isAnother(other, named) && takes(context, other, row),
  );
  return (await countingFor(context, record, [named, ...others]))[0];
};

/** Whether one is another definition of the process, in use, for the same records, and begun in the same way. */
const isAnother = (other: WorkflowRow, { id, process, of, trigger }: WorkflowRow): boolean =>
  other.active &&
  other.archivedAt === undefined &&
  other.id !== id &&
  other.process === process &&
  other.of === of &&
  other.trigger.kind === trigger.kind;

/** Whether a timetable is for a record at all. */
const takes = ({ registry, actor, clock }: Context, { of, trigger }: WorkflowRow, row: AnyRow): boolean => {
  if (trigger.kind !== 'SCHEDULE' || trigger.where === undefined || of === undefined) return true;
  const where = resolved(trigger.where, { now: clock.instant(), today: clock.today() });
  return filterHolds(registry.entities.get(of), where, row, actor.country);
};

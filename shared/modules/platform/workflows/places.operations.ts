// Where runs work: a unit of work with the rights of who published them, in the chain of what caused them.
import { DomainError, type Actor, type Context, type Runtime } from '#kernel';
import { commit } from '#kernel/commit';
import { newMeter } from '#kernel/table';
import { openUnit, type Unit } from '#kernel/unit';
import { contextOf } from '#kernel/unit-repository';
import { actingFor } from '#modules/platform/identity';

/** As what the product itself looks after runs. */
export const keeper = 'runWorkflow';

/** Whose rights a run has. @throws PUBLISHER_GONE when who published it may do nothing here any more */
export const publisherOf = async (runtime: Runtime, tenant: string, publishedBy: string): Promise<Actor> => {
  const actor = await actingFor(runtime, tenant, publishedBy);
  if (actor) return actor;
  throw new DomainError(
    'PUBLISHER_GONE',
    'Who published the workflow has no rights any more; somebody else must publish it.',
  );
};

/** A chain of causes, and how many runs lie in it: `cor_...~2`. */
export type Cause = { readonly chain: string; readonly depth: number; readonly causedBy?: string };

/** The chain to which an event belongs; a run adds itself. */
export const chainOf = (correlationId: string): Cause => {
  const [chain = '', depth = '0'] = correlationId.split('~');
  return { chain, depth: Number(depth) };
};

/** What a run's events name as their operation: by it a run knows its own. */
export const operationOf = (run: string): string => `workflow:${run}`;

/** Opens a unit of work; what another one has read is known to it. */
export const openPlace = (
  runtime: Runtime,
  actor: Actor,
  { operation, cause, knows }: { readonly operation: string; readonly cause?: Cause; readonly knows?: Unit },
): { readonly unit: Unit; readonly context: Context } => {
  const opened = openUnit({
    runtime,
    actor,
    table: runtime.ports.table,
    operation,
    writes: true,
    correlationId: cause ? `${cause.chain}~${String(cause.depth + 1)}` : runtime.ids.next('cor'),
    ...(cause?.causedBy !== undefined && { causationId: cause.causedBy }),
  });
  const unit = knows ? { ...opened, loaded: knows.loaded } : opened;
  return { unit, context: contextOf(unit, newMeter()) };
};

/** Opens a unit of the product itself, to look at runs and to keep them. */
export const openKeeper = async (runtime: Runtime, tenant: string): Promise<ReturnType<typeof openPlace>> =>
  openPlace(runtime, await runtime.actorFor(tenant, keeper), { operation: keeper });

/** Writes what a unit has staged. */
export const write = (unit: Unit): Promise<void> => commit(unit);
